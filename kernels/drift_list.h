// Lists of drifts as types, so that what is done for every drift is written once.
#pragma once

#include <concepts>
#include <type_traits>

namespace driftbench {

struct MessagePassingWeights;

/// A drift that needs the weights of a network is made of them. The caller keeps them.
template <class D>
concept WeightedDrift = std::constructible_from<D, const MessagePassingWeights*>;

/// A drift that is a variant of another one names that one in D::kVariantOf. A variant is had by asking for its name;
/// the C interface and the sheet of resources leave variants out.
template <class D>
concept VariantDrift = requires {
  D::kVariantOf;
};

/// Returns whether the drift is possible at its size. One that is not possible at every size says so in D::kIsFeasible.
template <class D>
constexpr bool is_feasible() {
  if constexpr (requires { D::kIsFeasible; }) {
    return D::kIsFeasible;
  } else {
    return true;
  }
}

/// A list of drifts, none of which is made.
template <class... D>
struct DriftList {
  /// Calls f.template operator()<D>() for each drift D, in order.
  template <class F>
  static constexpr void for_each(F f) {
    (f.template operator()<D>(), ...);
  }
};

/// Returns the drifts of the first list, then those of the second.
template <class... A, class... B>
constexpr DriftList<A..., B...> operator+(DriftList<A...>, DriftList<B...>) {
  return {};
}

/// Returns the list of the drift D of a target T, or an empty list where D does not serve T: where its constraints do
/// not hold.
template <template <class, class> class D, class T, class Arch>
constexpr auto if_serves() {
  if constexpr (requires { sizeof(D<T, Arch>); }) {
    return DriftList<D<T, Arch>>{};
  } else {
    return DriftList<>{};
  }
}

/// The same for a wrapper of the drift D.
template <template <class, class, class> class W, class T, class D, class Arch>
constexpr auto wrapper_if_serves() {
  if constexpr (requires { sizeof(W<T, D, Arch>); }) {
    return DriftList<W<T, D, Arch>>{};
  } else {
    return DriftList<>{};
  }
}

/// Returns the drifts of the list that are possible at their size.
template <class... D>
constexpr auto feasible(DriftList<D...>) {
  return (DriftList<>{} + ... + std::conditional_t<is_feasible<D>(), DriftList<D>, DriftList<>>{});
}

/// Returns the drifts of the list that are no variants.
template <class... D>
constexpr auto without_variants(DriftList<D...>) {
  return (DriftList<>{} + ... + std::conditional_t<VariantDrift<D>, DriftList<>, DriftList<D>>{});
}

}  // namespace driftbench
