// How much work a call of a drift does on matrices: the bytes that it moves and the operations that it carries out. A
// roofline compares both with what the machine can do.
#pragma once

#include "kernels/sym_matrix.h"

namespace driftbench {

/// Counts of work on matrices. Work on vectors is left out, as it is small beside them.
struct MatrixWork {
  double bytes = 0.0;          ///< bytes read and written, summed over all passes
  double multiply_adds = 0.0;  ///< multiply-adds on elements, without those that make normals
  double others = 0.0;         ///< other operations on elements, without those that make normals

  constexpr MatrixWork operator+(const MatrixWork& other) const {
    return {bytes + other.bytes, multiply_adds + other.multiply_adds, others + other.others};
  }
  constexpr MatrixWork operator*(double times) const { return {times * bytes, times * multiply_adds, times * others}; }
  constexpr double operations() const { return multiply_adds + others; }
};

/// The work of a drift in two parts: `product` is the work of one of its products with Y, and `rest` is the work of a
/// whole call besides its products. The drift's probe reports each product, so their number need not be known in
/// advance.
struct DriftWork {
  MatrixWork product, rest;
};

/// The work of one pass that either reads or writes a matrix of the size of Y.
template <int N>
inline constexpr MatrixWork kPass{sizeof(SymMatrix<N>), 0.0, 0.0};

/// The work of one product with Y, or with another matrix of its size.
template <int N>
inline constexpr MatrixWork kProduct{sizeof(SymMatrix<N>), double{N} * N, 0.0};

/// Returns what the drift's work() says. A drift without it that wraps another one counts as the wrapped drift, any
/// other as plain products with Y and no rest.
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
