// What a call of a drift does to matrices, from which a roofline is made.
#pragma once

#include "kernels/sym_matrix.h"

namespace driftbench {

/// Of matrices; vectors count for nothing.
struct MatrixWork {
  double bytes = 0.0;          ///< read and written by each pass
  double multiply_adds = 0.0;  ///< what makes normals is none
  double others = 0.0;         ///< other operations on elements

  constexpr MatrixWork operator+(const MatrixWork& other) const {
    return {bytes + other.bytes, multiply_adds + other.multiply_adds, others + other.others};
  }
  constexpr MatrixWork operator*(double times) const { return {times * bytes, times * multiply_adds, times * others}; }
  constexpr double operations() const { return multiply_adds + others; }
};

/// Of a drift that tells its products with Y: each of them, and the rest of a call.
struct DriftWork {
  MatrixWork product, rest;
};

/// One pass over a matrix of the size of Y, which reads or writes it.
template <int N>
inline constexpr MatrixWork kPass{sizeof(SymMatrix<N>), 0.0, 0.0};

/// A product with Y, or with another matrix of its size.
template <int N>
inline constexpr MatrixWork kProduct{sizeof(SymMatrix<N>), double{N} * N, 0.0};

/// What the drift says in work(); products and no rest where it has none to say.
template <int N, class D>
constexpr DriftWork drift_work(const D& drift) {
  if constexpr (requires { drift.work(); }) {
    return drift.work();
  } else if constexpr (requires { drift.inner(); }) {
    return drift_work<N>(drift.inner());
  } else {
    return {kProduct<N>, {}};
  }
}

}  // namespace driftbench
