// Every drift that the command line knows, one line each.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "kernels/drifts/amp.h"
#include "kernels/drifts/amp_soft.h"
#include "kernels/drifts/power.h"
#include "kernels/drifts/soft_spectral.h"
#include "kernels/drifts/spectral.h"
#include "kernels/drifts/ungated.h"
#include "kernels/drifts/zero.h"
#include "runtime/sampler.h"
#include "tools/any_drift.h"

namespace driftbench {

/// What a drift may need to know of the run. Each takes what it has a member for.
struct DriftSettings {
  double target_w = 0.5;  ///< P(s = 1)
};

/// How a drift is called, what it is, and how to make one.
template <int N, class E>
struct DriftEntry {
  const char* name;
  const char* summary;
  std::size_t state_bytes;  ///< of its Sampler
  AnyDrift<N, E> (*make)(const DriftSettings& settings);
};

template <int N, class D>
DriftEntry<N, typename D::Estimate> drift_entry() {
  using E = typename D::Estimate;
  const auto make = [](const DriftSettings& settings) {
    auto drift = std::make_unique<D>();
    if constexpr (requires { drift->target_w; }) drift->target_w = static_cast<float>(settings.target_w);
    return AnyDrift<N, E>(std::move(drift));
  };
  return {D::kName, D::kSummary, Sampler<N, D>::bytes(), make};
}

template <int N, int K>
std::vector<DriftEntry<N, RankOne<N>>> drift_registry() {
  return {
      drift_entry<N, Zero<N>>(),       drift_entry<N, Power<N, K>>(),        drift_entry<N, Spectral<N, K>>(),
      drift_entry<N, Ungated<N, K>>(), drift_entry<N, SoftSpectral<N, K>>(), drift_entry<N, SplitSoftSpectral<N, K>>(),
      drift_entry<N, Amp<N, K>>(),     drift_entry<N, AmpRestarts<N, K>>(),  drift_entry<N, AmpSoft<N>>(),
  };
}

}  // namespace driftbench
