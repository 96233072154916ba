// The registry makes the drifts of kernels/drifts/all_drifts.h by their names, wrapped ones included.
#pragma once

#include <fmt/core.h>

#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kernels/drifts/all_drifts.h"
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
  bool is_variant;     ///< it is a variant of another drift
  bool needs_weights;  ///< it needs DriftSettings::weights
  /// Returns how many estimates a drift is to be asked for at a time, at most.
  std::function<int(const DriftSettings&)> batch = [](const DriftSettings&) { return 1; };
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
  const auto make = [](const DriftSettings& settings) {
    std::unique_ptr<D> drift;
    if constexpr (WeightedDrift<D>) {
      drift = std::make_unique<D>(settings.weights);
    } else {
      drift = std::make_unique<D>();
    }
    apply(settings, *drift);
    return AnyDrift<N, E>(std::move(drift));
  };
  return {D::kName, D::kSummary, Sampler<N, D>::bytes(), make, VariantDrift<D>, WeightedDrift<D>};
}

/// Calls f.template operator()<D>() for each drift that is possible at this size and whose estimates are of type E.
template <int N, int K, class E, class F>
void for_each_feasible(F f) {
  feasible(AllDrifts<N, K>{}).for_each([&]<class D>() {
    if constexpr (std::same_as<typename D::Estimate, E>) f.template operator()<D>();
  });
}

/// Returns whether this is the name of a wrapped drift, such as lipschitz(spectral).
inline bool is_wrapped(const std::string& name) { return split_drift_name(name).wrapper.has_value(); }

/// Returns the drifts that are possible at this size, whose estimates are of type E, and whose names are not those of
/// wrapped drifts.
template <int N, int K, class E>
std::vector<DriftEntry<N, E>> drift_registry() {
  std::vector<DriftEntry<N, E>> entries;
  for_each_feasible<N, K, E>([&]<class D>() {
    if (!is_wrapped(D::kName)) entries.push_back(drift_entry<N, D>());
  });
  return entries;
}

/// Returns the drift of AllDrifts that has this name and estimates of type E; none where this size has none.
template <int N, int K, class E>
std::optional<DriftEntry<N, E>> find_listed(const std::string& name) {
  std::optional<DriftEntry<N, E>> found;
  for_each_feasible<N, K, E>([&]<class D>() {
    if (name == D::kName) found = drift_entry<N, D>();
  });
  return found;
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
using AnyWrappers = AllWrappers<N, K, AnyDrift<N, RankOne<N>>>;

/// Returns whether a wrapper has this name and estimates of type E.
template <int N, int K, class E>
bool is_wrapper(const std::string& name) {
  bool found = false;
  AnyWrappers<N, K>::for_each(
      [&]<class W>() { found = found || (std::same_as<typename W::Estimate, E> && name == W::kName); });
  return found;
}

/// Returns the entry of the wrapper of that name, whose estimates are of type E, around the inner drift; none where
/// there is no such wrapper.
template <int N, int K, class E>
std::optional<DriftEntry<N, E>> wrap(const std::string& wrapper, const DriftEntry<N, RankOne<N>>& inner) {
  std::optional<DriftEntry<N, E>> found;
  AnyWrappers<N, K>::for_each([&]<class W>() {
    if constexpr (std::same_as<typename W::Estimate, E>) {
      if (wrapper == W::kName) found = wrapped_entry<N, W>(inner);
    }
  });
  return found;
}

/// Returns what `list` says of the wrappers, and of the drifts that take the place of wrapped ones.
template <int N, int K>
std::vector<DriftVariant> drift_variants() {
  std::vector<DriftVariant> variants;
  AnyWrappers<N, K>::for_each([&]<class W>() { variants.push_back({fmt::format("{}(D)", W::kName), W::kSummary}); });
  AllDrifts<N, K>::for_each([&]<class D>() {
    if (is_wrapped(D::kName)) variants.push_back({D::kName, D::kSummary});
  });
  return variants;
}

/// Names may be wrapped this deep; none is known to want more than three.
inline constexpr int kMaxWraps = 8;

/// Throws ArgumentError, which says why AllDrifts has no drift of this name with estimates of rank one.
template <int N, int K>
[[noreturn]] void refuse_listed(const std::string& name) {
  AllDrifts<N, K>::for_each([&]<class D>() {
    if (name != D::kName) return;
    if (is_feasible<D>()) throw ArgumentError(fmt::format("the estimates of {} are not of rank one", name));
    throw ArgumentError(fmt::format("it would take {:.2g} sign patterns at n = {}, k = {}, the limit is {:.2g}",
                                    sign_patterns(N, K), N, K, kExactMaxPatterns));
  });
  throw ArgumentError(fmt::format("there is no drift {}", in_quotes(name)));
}

/// Returns the drift of that name, which may be wrapped, and whose estimates have rank one. Throws ArgumentError, which
/// says why, where there is none.
template <int N, int K>
DriftEntry<N, RankOne<N>> find_rank_one_drift(const std::string& name, int wraps = 0) {
  const DriftName parts = split_drift_name(name);
  if (parts.wrapper && wraps == kMaxWraps) {
    throw ArgumentError(fmt::format("it is wrapped more than {} times", kMaxWraps));
  }
  if (process_command(name)) throw ArgumentError("the estimates of a program are not of rank one");
  if (const auto entry = find_listed<N, K, RankOne<N>>(name)) return *entry;
  if (!parts.wrapper) refuse_listed<N, K>(name);
  if (!is_wrapper<N, K, RankOne<N>>(*parts.wrapper) && !is_wrapper<N, K, SymMatrix<N>>(*parts.wrapper)) {
    throw ArgumentError(fmt::format("there is no {}", in_quotes(*parts.wrapper + "(D)")));
  }
  const auto inner = find_rank_one_drift<N, K>(parts.drift, wraps + 1);
  if (const auto entry = wrap<N, K, RankOne<N>>(*parts.wrapper, inner)) return *entry;
  throw ArgumentError(fmt::format("the estimates of {} are not of rank one", name));
}

/// Returns f(entry) of the drift of that name. Throws ArgumentError, which says why, where there is none.
template <int N, int K, class F>
auto with_drift(const std::string& name, F f) {
  using Full = SymMatrix<N>;
  if (const auto entry = find_listed<N, K, Full>(name)) return f(*entry);
  const DriftName parts = split_drift_name(name);
  if (parts.wrapper && is_wrapper<N, K, Full>(*parts.wrapper) && !find_listed<N, K, RankOne<N>>(name)) {
    return f(*wrap<N, K, Full>(*parts.wrapper, find_rank_one_drift<N, K>(parts.drift, 1)));
  }
  return f(find_rank_one_drift<N, K>(name));
}

}  // namespace driftbench
