// Every drift that the command line knows, one line each.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "kernels/drifts/power.h"
#include "kernels/drifts/spectral.h"
#include "kernels/drifts/ungated.h"
#include "kernels/drifts/zero.h"
#include "runtime/sampler.h"
#include "tools/any_drift.h"

namespace driftbench {

/// How a drift is called, what it is, and how to make one.
template <int N, class E>
struct DriftEntry {
  const char* name;
  const char* summary;
  std::size_t state_bytes;  ///< of its Sampler
  AnyDrift<N, E> (*make)();
};

template <int N, class D>
DriftEntry<N, typename D::Estimate> drift_entry() {
  using E = typename D::Estimate;
  return {D::kName, D::kSummary, Sampler<N, D>::bytes(), [] { return AnyDrift<N, E>(std::make_unique<D>()); }};
}

template <int N, int K>
std::vector<DriftEntry<N, RankOne<N>>> drift_registry() {
  return {
      drift_entry<N, Zero<N>>(),
      drift_entry<N, Power<N, K>>(),
      drift_entry<N, Spectral<N, K>>(),
      drift_entry<N, Ungated<N, K>>(),
  };
}

}  // namespace driftbench
