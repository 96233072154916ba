// Every drift that the command line knows, one line each.
#pragma once

#include <fmt/core.h>

#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "kernels/drifts/amp.h"
#include "kernels/drifts/amp_soft.h"
#include "kernels/drifts/exact.h"
#include "kernels/drifts/gated.h"
#include "kernels/drifts/gnn.h"
#include "kernels/drifts/lipschitz.h"
#include "kernels/drifts/power.h"
#include "kernels/drifts/soft_spectral.h"
#include "kernels/drifts/spectral.h"
#include "kernels/drifts/ungated.h"
#include "kernels/drifts/zero.h"
#include "runtime/sampler.h"
#include "tools/any_drift.h"
#include "tools/drift_name.h"
#include "tools/drift_settings.h"
#include "tools/errors.h"
#include "tools/experiment.h"

namespace driftbench {

/// How a drift is called, what it is, and how to make one.
template <int N, class E>
struct DriftEntry {
  std::string name, summary;
  std::size_t state_bytes;  ///< of its Sampler
  std::function<AnyDrift<N, E>(const DriftSettings&)> make;
  bool is_variant;     ///< of another drift, with other parameters
  bool needs_weights;  ///< takes DriftSettings::weights
};

template <int N, class D>
DriftEntry<N, typename D::Estimate> drift_entry() {
  using E = typename D::Estimate;
  constexpr bool kIsVariant = requires { D::kVariantOf; };
  constexpr bool kNeedsWeights = std::constructible_from<D, const MessagePassingWeights*>;
  const auto make = [](const DriftSettings& settings) {
    std::unique_ptr<D> drift;
    if constexpr (kNeedsWeights) {
      drift = std::make_unique<D>(settings.weights);
    } else {
      drift = std::make_unique<D>();
    }
    if constexpr (requires { drift->target_w; }) drift->target_w = static_cast<float>(settings.target_w);
    return AnyDrift<N, E>(std::move(drift));
  };
  return {D::kName, D::kSummary, Sampler<N, D>::bytes(), make, kIsVariant, kNeedsWeights};
}

/// Drifts whose estimates have rank one.
template <int N, int K>
std::vector<DriftEntry<N, RankOne<N>>> drift_registry() {
  return {
      drift_entry<N, Zero<N>>(),       drift_entry<N, Power<N, K>>(),        drift_entry<N, Spectral<N, K>>(),
      drift_entry<N, Ungated<N, K>>(), drift_entry<N, SoftSpectral<N, K>>(), drift_entry<N, SplitSoftSpectral<N, K>>(),
      drift_entry<N, Amp<N, K>>(),     drift_entry<N, AmpRestarts<N, K>>(),  drift_entry<N, AmpSoft<N>>(),
      drift_entry<N, Gnn<N, K>>(),
  };
}

/// Drifts whose estimates are full matrices, those that this size allows.
template <int N, int K>
std::vector<DriftEntry<N, SymMatrix<N>>> full_drift_registry() {
  std::vector<DriftEntry<N, SymMatrix<N>>> entries;
  if constexpr (exact_is_feasible(N, K)) entries.push_back(drift_entry<N, Exact<N, K>>());
  return entries;
}

/// W, a drift that works around any other of rank-one estimates, around the given one.
template <int N, class W>
DriftEntry<N, RankOne<N>> wrapped_entry(const DriftEntry<N, RankOne<N>>& inner) {
  using Any = AnyDrift<N, RankOne<N>>;
  const auto make = [make_inner = inner.make](const DriftSettings& settings) {
    return Any(std::make_unique<W>(make_inner(settings)));
  };
  return {fmt::format("{}({})", W::kName, inner.name),
          W::kSummary,
          inner.state_bytes + sizeof(W) - sizeof(Any),
          make,
          inner.is_variant,
          inner.needs_weights};
}

/// Variants of other drifts, what list says of them.
template <int N, int K>
std::vector<DriftVariant> drift_variants() {
  using G = Gated<N, K, AnyDrift<N, RankOne<N>>>;
  using L = Lipschitz<N, K, Spectral<N, K>>;
  return {{fmt::format("{}(D)", G::kName), G::kSummary}, {L::kName, L::kSummary}};
}

/// How deep names may be wrapped; none is known to want more than two.
inline constexpr int kMaxWraps = 8;

/// The drift of that name, which may be wrapped. ArgumentError where there is none, with why.
template <int N, int K>
DriftEntry<N, RankOne<N>> find_rank_one_drift(const std::string& name, int wraps = 0) {
  using Any = AnyDrift<N, RankOne<N>>;
  const DriftName parts = split_drift_name(name);
  if (parts.wrapper) {
    if (wraps == kMaxWraps) throw ArgumentError(fmt::format("it is wrapped more than {} times", kMaxWraps));
    if (*parts.wrapper == Gated<N, K, Any>::kName) {
      return wrapped_entry<N, Gated<N, K, Any>>(find_rank_one_drift<N, K>(parts.drift, wraps + 1));
    }
    if (*parts.wrapper == "lipschitz") {
      find_rank_one_drift<N, K>(parts.drift, wraps + 1);
      using L = Lipschitz<N, K, Spectral<N, K>>;
      if (name == L::kName) return drift_entry<N, L>();
      throw ArgumentError(fmt::format("{} has no Lipschitz version", parts.drift));
    }
    throw ArgumentError(fmt::format("there is no \"{}(D)\"", *parts.wrapper));
  }
  for (const auto& entry : drift_registry<N, K>()) {
    if (entry.name == name) return entry;
  }
  for (const auto& entry : full_drift_registry<N, K>()) {
    if (entry.name == name) throw ArgumentError(fmt::format("the estimates of {} are not of rank one", name));
  }
  if (name == "exact") {
    throw ArgumentError(fmt::format("it would take {:.2g} sign patterns at n = {}, k = {}, the limit is {:.2g}",
                                    sign_patterns(N, K), N, K, kExactMaxPatterns));
  }
  throw ArgumentError(fmt::format("there is no drift \"{}\"", name));
}

/// f(entry) of the drift of that name. ArgumentError where there is none, with why.
template <int N, int K, class F>
auto with_drift(const std::string& name, F f) {
  for (const auto& entry : full_drift_registry<N, K>()) {
    if (entry.name == name) return f(entry);
  }
  return f(find_rank_one_drift<N, K>(name));
}

}  // namespace driftbench
