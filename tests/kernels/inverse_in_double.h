// Inverses in double precision, as a reference.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "kernels/sym_matrix.h"

namespace driftbench {

/// The inverse of a positive definite n x n matrix, and the logarithm of the matrix's determinant.
struct InverseInDouble {
  std::size_t n;
  std::vector<double> elements;
  double log_determinant;

  double operator()(int i, int j) const {
    return elements[static_cast<std::size_t>(i) * n + static_cast<std::size_t>(j)];
  }
};

/// Returns (z I - Y)^-1, by its Cholesky factor L: the product of L^-T and L^-1.
template <int N>
InverseInDouble resolvent_in_double(const SymMatrix<N>& y, double z) {
  constexpr std::size_t n = N;
  std::vector<double> l(n * n), inverse(n * n);
  InverseInDouble result{n, std::vector<double>(n * n), 0.0};
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = (i == j ? z : 0.0) - static_cast<double>(y(static_cast<int>(i), static_cast<int>(j)));
      for (std::size_t p = 0; p < j; ++p) sum -= l[i * n + p] * l[j * n + p];
      l[i * n + j] = i == j ? std::sqrt(sum) : sum / l[j * n + j];
    }
    result.log_determinant += 2 * std::log(l[i * n + i]);
  }
  // Row i of L^-1 is the unit vector e_i less the earlier rows' parts, over l_ii.
  for (std::size_t i = 0; i < n; ++i) {
    inverse[i * n + i] = 1;
    for (std::size_t p = 0; p < i; ++p) {
      for (std::size_t j = 0; j <= p; ++j) inverse[i * n + j] -= l[i * n + p] * inverse[p * n + j];
    }
    for (std::size_t j = 0; j <= i; ++j) inverse[i * n + j] /= l[i * n + i];
  }
  for (std::size_t p = 0; p < n; ++p) {
    for (std::size_t i = 0; i <= p; ++i) {
      for (std::size_t j = 0; j <= p; ++j) result.elements[i * n + j] += inverse[p * n + i] * inverse[p * n + j];
    }
  }
  return result;
}

}  // namespace driftbench
