// A SizeId names a compiled size.
#pragma once

#include <fmt/core.h>

#include <compare>
#include <string>

#include "kernels/target.h"

namespace driftbench {

struct SizeId {
  std::string target;  ///< the target's name
  int n;
  int k;  ///< 0 where the target has none

  auto operator<=>(const SizeId&) const = default;
};

/// Returns the numbers of a size, such as "n = 64, k = 6".
inline std::string describe_numbers(const SizeId& size) {
  return fmt::format("n = {}", size.n) + (size.k == 0 ? "" : fmt::format(", k = {}", size.k));
}

/// Returns the whole of it, such as "sparse-signs, n = 64, k = 6".
inline std::string describe(const SizeId& size) { return size.target + ", " + describe_numbers(size); }

template <Target T>
SizeId size_id() {
  if constexpr (SparseTarget<T>) {
    return {T::kName, T::kN, T::kK};
  } else {
    return {T::kName, T::kN, 0};
  }
}

}  // namespace driftbench
