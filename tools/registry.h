// Every drift that the command line knows, one line each.
#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <vector>

#include "kernels/drifts/gnn.h"
#include "kernels/drifts/power.h"
#include "kernels/drifts/spectral.h"
#include "kernels/drifts/ungated.h"
#include "kernels/drifts/zero.h"
#include "runtime/sampler.h"
#include "tools/any_drift.h"
#include "tools/drift_settings.h"

namespace driftbench {

/// How a drift is called, what it is, and how to make one.
template <int N, class E>
struct DriftEntry {
  const char* name;
  const char* summary;
  std::size_t state_bytes;  ///< of its Sampler
  bool needs_weights;
  AnyDrift<N, E> (*make)(const DriftSettings&);
};

template <int N, class D>
DriftEntry<N, typename D::Estimate> drift_entry() {
  using E = typename D::Estimate;
  constexpr bool kNeedsWeights = std::constructible_from<D, const MessagePassingWeights*>;
  const auto make = []([[maybe_unused]] const DriftSettings& settings) {
    if constexpr (kNeedsWeights) {
      return AnyDrift<N, E>(std::make_unique<D>(settings.weights));
    } else {
      return AnyDrift<N, E>(std::make_unique<D>());
    }
  };
  return {D::kName, D::kSummary, Sampler<N, D>::bytes(), kNeedsWeights, make};
}

template <int N, int K>
std::vector<DriftEntry<N, RankOne<N>>> drift_registry() {
  return {
      drift_entry<N, Zero<N>>(),       drift_entry<N, Power<N, K>>(), drift_entry<N, Spectral<N, K>>(),
      drift_entry<N, Ungated<N, K>>(), drift_entry<N, Gnn<N, K>>(),
  };
}

}  // namespace driftbench
