// Every drift that the command line knows, one line each.
#pragma once

#include <fmt/core.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "kernels/drifts/amp.h"
#include "kernels/drifts/amp_soft.h"
#include "kernels/drifts/exact.h"
#include "kernels/drifts/power.h"
#include "kernels/drifts/soft_spectral.h"
#include "kernels/drifts/spectral.h"
#include "kernels/drifts/ungated.h"
#include "kernels/drifts/zero.h"
#include "runtime/sampler.h"
#include "tools/any_drift.h"
#include "tools/errors.h"

namespace driftbench {

/// What a drift may need to know of the run. Each takes what it has a member for.
struct DriftSettings {
  double target_w = 0.5;  ///< P(s = 1)
};

/// How a drift is called, what it is, and how to make one.
template <int N, class E>
struct DriftEntry {
  std::string name, summary;
  std::size_t state_bytes;  ///< of its Sampler
  std::function<AnyDrift<N, E>(const DriftSettings&)> make;
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

/// Drifts whose estimates have rank one.
template <int N, int K>
std::vector<DriftEntry<N, RankOne<N>>> drift_registry() {
  return {
      drift_entry<N, Zero<N>>(),       drift_entry<N, Power<N, K>>(),        drift_entry<N, Spectral<N, K>>(),
      drift_entry<N, Ungated<N, K>>(), drift_entry<N, SoftSpectral<N, K>>(), drift_entry<N, SplitSoftSpectral<N, K>>(),
      drift_entry<N, Amp<N, K>>(),     drift_entry<N, AmpRestarts<N, K>>(),  drift_entry<N, AmpSoft<N>>(),
  };
}

/// Drifts whose estimates are full matrices, those that this size allows.
template <int N, int K>
std::vector<DriftEntry<N, SymMatrix<N>>> full_drift_registry() {
  std::vector<DriftEntry<N, SymMatrix<N>>> entries;
  if constexpr (exact_is_feasible(N, K)) entries.push_back(drift_entry<N, Exact<N, K>>());
  return entries;
}

/// f(entry) of the drift of that name. ArgumentError where there is none, with why.
template <int N, int K, class F>
auto with_drift(const std::string& name, F f) {
  for (const auto& entry : full_drift_registry<N, K>()) {
    if (entry.name == name) return f(entry);
  }
  for (const auto& entry : drift_registry<N, K>()) {
    if (entry.name == name) return f(entry);
  }
  if (name == "exact") {
    throw ArgumentError(fmt::format("it would take {:.2g} sign patterns at n = {}, k = {}, the limit is {:.2g}",
                                    sign_patterns(N, K), N, K, kExactMaxPatterns));
  }
  throw ArgumentError(fmt::format("there is no drift \"{}\"", name));
}

}  // namespace driftbench
