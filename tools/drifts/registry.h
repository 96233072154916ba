// The registry has every drift that the command line knows, one line each.
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
#include "kernels/drifts/lipschitz_spectral.h"
#include "kernels/drifts/power.h"
#include "kernels/drifts/soft_spectral.h"
#include "kernels/drifts/spectral.h"
#include "kernels/drifts/ungated.h"
#include "kernels/drifts/zero.h"
#include "runtime/sampler.h"
#include "tools/base/errors.h"
#include "tools/base/quote.h"
#include "tools/drifts/any_drift.h"
#include "tools/drifts/drift_info.h"
#include "tools/drifts/drift_name.h"
#include "tools/drifts/drift_settings.h"

namespace driftbench {

/// An entry says how a drift is called, what it is, and how to make one.
template <int N, class E>
struct DriftEntry {
  std::string name, summary;
  std::size_t state_bytes;  ///< the size of its Sampler
  std::function<AnyDrift<N, E>(const DriftSettings&)> make;
  bool is_variant;     ///< it is another drift with other parameters
  bool needs_weights;  ///< it needs DriftSettings::weights
};

/// Gives the drift the settings that it has a use for.
template <class D>
void apply(const DriftSettings& settings, D& drift) {
  if constexpr (requires { drift.target_w; }) drift.target_w = static_cast<float>(settings.target_w);
  if constexpr (requires { drift.lipschitz_constant; }) {
    drift.lipschitz_constant = static_cast<float>(settings.lipschitz_constant);
  }
}

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
    apply(settings, *drift);
    return AnyDrift<N, E>(std::move(drift));
  };
  return {D::kName, D::kSummary, Sampler<N, D>::bytes(), make, kIsVariant, kNeedsWeights};
}

/// Returns the drifts whose estimates have rank one.
template <int N, int K>
std::vector<DriftEntry<N, RankOne<N>>> drift_registry() {
  return {
      drift_entry<N, Zero<N>>(),
      drift_entry<N, Power<N, K>>(),
      drift_entry<N, PowerBFloat16<N, K>>(),
      drift_entry<N, Spectral<N, K>>(),
      drift_entry<N, Ungated<N, K>>(),
      drift_entry<N, SoftSpectral<N, K>>(),
      drift_entry<N, SplitSoftSpectral<N, K>>(),
      drift_entry<N, Amp<N, K>>(),
      drift_entry<N, AmpRestarts<N, K>>(),
      drift_entry<N, AmpSoft<N>>(),
      drift_entry<N, Gnn<N, K>>(),
  };
}

/// Returns the drifts whose estimates are full matrices, as far as this size allows them.
template <int N, int K>
std::vector<DriftEntry<N, SymMatrix<N>>> full_drift_registry() {
  std::vector<DriftEntry<N, SymMatrix<N>>> entries;
  if constexpr (exact_is_feasible(N, K)) entries.push_back(drift_entry<N, Exact<N, K>>());
  return entries;
}

/// Returns the entry of W around the inner drift. W works around any drift whose estimates have rank one.
template <int N, class W>
DriftEntry<N, typename W::Estimate> wrapped_entry(const DriftEntry<N, RankOne<N>>& inner) {
  const auto make = [make_inner = inner.make](const DriftSettings& settings) {
    auto drift = std::make_unique<W>(make_inner(settings));
    apply(settings, *drift);
    return AnyDrift<N, typename W::Estimate>(std::move(drift));
  };
  return {fmt::format("{}({})", W::kName, inner.name),
          W::kSummary,
          inner.state_bytes + Sampler<N, W>::bytes() - Sampler<N, AnyDrift<N, RankOne<N>>>::bytes(),
          make,
          inner.is_variant,
          inner.needs_weights};
}

template <int N, int K>
using AnyGated = Gated<N, K, AnyDrift<N, RankOne<N>>>;
template <int N>
using AnyLipschitz = Lipschitz<N, AnyDrift<N, RankOne<N>>>;

/// Returns the variants of other drifts, with what `list` says of them.
template <int N, int K>
std::vector<DriftVariant> drift_variants() {
  using L = LipschitzSpectral<N, K>;
  return {{fmt::format("{}(D)", AnyGated<N, K>::kName), AnyGated<N, K>::kSummary},
          {fmt::format("{}(D)", AnyLipschitz<N>::kName), AnyLipschitz<N>::kSummary},
          {L::kName, L::kSummary}};
}

/// Names may be wrapped this deep; none is known to want more than three.
inline constexpr int kMaxWraps = 8;

/// Returns the drift of that name, which may be wrapped, and whose estimates have rank one. Throws ArgumentError, which
/// says why, where there is none.
template <int N, int K>
DriftEntry<N, RankOne<N>> find_rank_one_drift(const std::string& name, int wraps = 0) {
  const DriftName parts = split_drift_name(name);
  if (parts.wrapper) {
    if (wraps == kMaxWraps) throw ArgumentError(fmt::format("it is wrapped more than {} times", kMaxWraps));
    if (name == LipschitzSpectral<N, K>::kName) return drift_entry<N, LipschitzSpectral<N, K>>();
    const bool gated = *parts.wrapper == AnyGated<N, K>::kName;
    if (!gated && *parts.wrapper != AnyLipschitz<N>::kName) {
      throw ArgumentError(fmt::format("there is no {}", in_quotes(*parts.wrapper + "(D)")));
    }
    const auto inner = find_rank_one_drift<N, K>(parts.drift, wraps + 1);
    if (gated) return wrapped_entry<N, AnyGated<N, K>>(inner);
    throw ArgumentError(fmt::format("the estimates of {} are not of rank one", name));
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
  throw ArgumentError(fmt::format("there is no drift {}", in_quotes(name)));
}

/// Returns f(entry) of the drift of that name. Throws ArgumentError, which says why, where there is none.
template <int N, int K, class F>
auto with_drift(const std::string& name, F f) {
  for (const auto& entry : full_drift_registry<N, K>()) {
    if (entry.name == name) return f(entry);
  }
  const DriftName parts = split_drift_name(name);
  if (parts.wrapper == AnyLipschitz<N>::kName && name != LipschitzSpectral<N, K>::kName) {
    return f(wrapped_entry<N, AnyLipschitz<N>>(find_rank_one_drift<N, K>(parts.drift, 1)));
  }
  return f(find_rank_one_drift<N, K>(name));
}

}  // namespace driftbench
