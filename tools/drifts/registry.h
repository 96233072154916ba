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
#include "kernels/target.h"
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
struct DriftEntry : DriftInfo {
  std::function<AnyDrift<N, E>(const DriftSettings&)> make;
  /// Returns how many estimates a drift is to be asked for at a time, at most.
  std::function<int(const DriftSettings&)> batch = [](const DriftSettings&) { return 1; };
};

/// Returns the target with these settings.
template <Target T>
T make_target(const TargetSettings& settings) {
  T target;
  target.w = static_cast<float>(settings.w);
  if constexpr (TargetWithDensity<T>) target.density = static_cast<float>(settings.density);
  return target;
}

/// Gives the drift the settings that it has a use for.
template <class D>
void apply(const DriftSettings& settings, D& drift) {
  if constexpr (requires { drift.target; }) drift.target = make_target<decltype(drift.target)>(settings.target);
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
  return {{D::kName, D::kSummary, Sampler<N, D>::bytes(), VariantDrift<D>, WeightedDrift<D>}, make};
}

/// Calls f.template operator()<D>() for each drift that is possible at this size and whose estimates are of type E.
template <Target T, class E, class F>
void for_each_feasible(F f) {
  feasible(AllDrifts<T>{}).for_each([&]<class D>() {
    if constexpr (std::same_as<typename D::Estimate, E>) f.template operator()<D>();
  });
}

/// Returns whether this is the name of a wrapped drift, such as lipschitz(spectral).
inline bool is_wrapped(const std::string& name) { return split_drift_name(name).wrapper.has_value(); }

/// Returns the drifts that are possible at this size, whose estimates are of type E, and whose names are not those of
/// wrapped drifts.
template <Target T, class E>
std::vector<DriftEntry<T::kN, E>> drift_registry() {
  std::vector<DriftEntry<T::kN, E>> entries;
  for_each_feasible<T, E>([&]<class D>() {
    if (!is_wrapped(D::kName)) entries.push_back(drift_entry<T::kN, D>());
  });
  return entries;
}

/// Returns the drift of AllDrifts that has this name and estimates of type E; none where this size has none.
template <Target T, class E>
std::optional<DriftEntry<T::kN, E>> find_listed(const std::string& name) {
  std::optional<DriftEntry<T::kN, E>> found;
  for_each_feasible<T, E>([&]<class D>() {
    if (name == D::kName) found = drift_entry<T::kN, D>();
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
  const std::size_t added_bytes = Sampler<N, W>::bytes() - Sampler<N, AnyDrift<N, RankOne<N>>>::bytes();
  return {{fmt::format("{}({})", W::kName, inner.name), W::kSummary, inner.state_bytes + added_bytes, inner.is_variant,
           inner.needs_weights},
          make};
}

template <Target T>
using AnyWrappers = AllWrappers<T, AnyDrift<T::kN, RankOne<T::kN>>>;

/// Returns whether a wrapper has this name and estimates of type E.
template <Target T, class E>
bool is_wrapper(const std::string& name) {
  bool found = false;
  AnyWrappers<T>::for_each(
      [&]<class W>() { found = found || (std::same_as<typename W::Estimate, E> && name == W::kName); });
  return found;
}

/// Returns the entry of the wrapper of that name, whose estimates are of type E, around the inner drift; none where
/// there is no such wrapper.
template <Target T, class E>
std::optional<DriftEntry<T::kN, E>> wrap(const std::string& wrapper, const DriftEntry<T::kN, RankOne<T::kN>>& inner) {
  std::optional<DriftEntry<T::kN, E>> found;
  AnyWrappers<T>::for_each([&]<class W>() {
    if constexpr (std::same_as<typename W::Estimate, E>) {
      if (wrapper == W::kName) found = wrapped_entry<T::kN, W>(inner);
    }
  });
  return found;
}

/// Returns what `list` says of the wrappers, and of the drifts that take the place of wrapped ones.
template <Target T>
std::vector<WrapperInfo> drift_wrappers() {
  std::vector<WrapperInfo> wrappers;
  AnyWrappers<T>::for_each([&]<class W>() { wrappers.push_back({fmt::format("{}(D)", W::kName), W::kSummary}); });
  AllDrifts<T>::for_each([&]<class D>() {
    if (is_wrapped(D::kName)) wrappers.push_back({D::kName, D::kSummary});
  });
  return wrappers;
}

/// Names may be wrapped this deep; none is known to want more than three.
inline constexpr int kMaxWraps = 8;

/// Throws ArgumentError, which says why AllDrifts has no drift of this name with estimates of rank one.
template <Target T>
[[noreturn]] void refuse_listed(const std::string& name) {
  AllDrifts<T>::for_each([&]<class D>() {
    if (name != D::kName) return;
    if (is_feasible<D>()) throw ArgumentError(fmt::format("the estimates of {} are not of rank one", name));
    if constexpr (SparseTarget<T>) {
      throw ArgumentError(fmt::format("it would take {:.2g} sign patterns at n = {}, k = {}, the limit is {:.2g}",
                                      sign_patterns(T::kN, T::kK), T::kN, T::kK, kExactMaxPatterns));
    }
  });
  throw ArgumentError(fmt::format("there is no drift {} for the target {}", in_quotes(name), T::kName));
}

/// Returns the drift of that name, which may be wrapped, and whose estimates have rank one. Throws ArgumentError, which
/// says why, where there is none.
template <Target T>
DriftEntry<T::kN, RankOne<T::kN>> find_rank_one_drift(const std::string& name, int wraps = 0) {
  constexpr int N = T::kN;
  const DriftName parts = split_drift_name(name);
  if (parts.wrapper && wraps == kMaxWraps) {
    throw ArgumentError(fmt::format("it is wrapped more than {} times", kMaxWraps));
  }
  if (process_command(name)) throw ArgumentError("the estimates of a program are not of rank one");
  if (const auto entry = find_listed<T, RankOne<N>>(name)) return *entry;
  if (!parts.wrapper) refuse_listed<T>(name);
  if (!is_wrapper<T, RankOne<N>>(*parts.wrapper) && !is_wrapper<T, SymMatrix<N>>(*parts.wrapper)) {
    throw ArgumentError(fmt::format("there is no {} for the target {}", in_quotes(*parts.wrapper + "(D)"), T::kName));
  }
  const auto inner = find_rank_one_drift<T>(parts.drift, wraps + 1);
  if (const auto entry = wrap<T, RankOne<N>>(*parts.wrapper, inner)) return *entry;
  throw ArgumentError(fmt::format("the estimates of {} are not of rank one", name));
}

/// Returns f(entry) of the drift of that name. Throws ArgumentError, which says why, where there is none.
template <Target T, class F>
auto with_drift(const std::string& name, F f) {
  constexpr int N = T::kN;
  using Full = SymMatrix<N>;
  if (const auto entry = find_listed<T, Full>(name)) return f(*entry);
  const DriftName parts = split_drift_name(name);
  if (parts.wrapper && is_wrapper<T, Full>(*parts.wrapper) && !find_listed<T, RankOne<N>>(name)) {
    return f(*wrap<T, Full>(*parts.wrapper, find_rank_one_drift<T>(parts.drift, 1)));
  }
  return f(find_rank_one_drift<T>(name));
}

}  // namespace driftbench
