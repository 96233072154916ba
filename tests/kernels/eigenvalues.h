// Eigenvalues in double precision, as a reference for small matrices.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/bounds.h"
#include "kernels/sym_matrix.h"
#include "tests/support.h"

namespace driftbench {

template <int N>
std::vector<std::vector<double>> full(const SymMatrix<N>& a) {
  std::vector<std::vector<double>> h;
  for (int i = 0; i < N; ++i) {
    h.emplace_back();
    for (int j = 0; j < N; ++j) h.back().push_back(static_cast<double>(a(i, j)));
  }
  return h;
}

/// Returns the eigenvalues in ascending order, by cyclic Jacobi rotations in double precision.
inline std::vector<double> eigenvalues(std::vector<std::vector<double>> h) {
  const std::size_t n = h.size();
  for (int sweep = 0; sweep < 20; ++sweep) {
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = i + 1; j < n; ++j) {
        if (h[i][j] == 0.0) continue;
        const double angle = 0.5 * std::atan2(2.0 * h[i][j], h[i][i] - h[j][j]), c = std::cos(angle),
                     s = std::sin(angle);
        for (auto& row : h) {
          const double p = row[i], q = row[j];
          row[i] = c * p + s * q;
          row[j] = c * q - s * p;
        }
        for (std::size_t k = 0; k < n; ++k) {
          const double p = h[i][k], q = h[j][k];
          h[i][k] = c * p + s * q;
          h[j][k] = c * q - s * p;
        }
      }
    }
  }
  std::vector<double> values;
  for (std::size_t i = 0; i < n; ++i) values.push_back(h[i][i]);
  std::sort(values.begin(), values.end());
  return values;
}

/// Checks that x is a unit vector, as every outcome but kNotFinite leaves it.
template <int N>
void expect_unit(const Vec<N>& x) {
  EXPECT_NEAR(std::sqrt(exact_dot(x, x)), 1.0, dot_error(padded(N)) + 4.0 * kUnitRoundoff);
  EXPECT_TRUE(padding_is_zero(x));
}

}  // namespace driftbench
