// These functions write a matrix as the numbers of a MatrixForm.
#pragma once

#include <cstddef>
#include <vector>

#include "kernels/drifts/defaults.h"
#include "kernels/gaussian.h"
#include "kernels/leading_eigenvector.h"
#include "kernels/plain_arrays.h"
#include "kernels/rank_one.h"
#include "kernels/status.h"
#include "kernels/sym_matrix.h"
#include "tools/measurements/requests.h"

namespace driftbench {

/// factor <- lambda v v^T, with lambda the algebraically largest eigenvalue of m and v a unit eigenvector of it, to
/// kEigenResidual lambda. The sign of v is left to chance, the same for the same m. Returns false, and factor is 0,
/// where m is not finite or overflows.
template <int N>
bool leading_factor(const SymMatrix<N>& m, RankOne<N>& factor) {
  EigenWorkspace<N> workspace;
  fill_gaussian({}, factor.v);
  const EigenResult result = leading_eigenvector(m, kEigenResidual, kMaxEigenProducts, factor.v, workspace);
  factor.scale = result.status == Status::kNotFinite ? 0.0f : result.value;
  return result.status != Status::kNotFinite;
}

/// Returns how many numbers stand for an n x n matrix.
constexpr std::size_t number_count(MatrixForm form, int n) {
  return form == MatrixForm::kFull ? full_count(n) : static_cast<std::size_t>(n) + 1;
}

/// numbers <- m in that form. Of a matrix of full rank, the factor takes an iteration of some products with m.
template <int N>
void write_numbers(const RankOne<N>& m, MatrixForm form, std::vector<float>& numbers) {
  numbers.resize(number_count(form, N));
  if (form == MatrixForm::kFull) {
    write_full(m, numbers.data());
    return;
  }
  for (int i = 0; i < N; ++i) numbers[static_cast<std::size_t>(i)] = m.v[i];
  numbers.back() = m.scale;
}
template <int N>
void write_numbers(const SymMatrix<N>& m, MatrixForm form, std::vector<float>& numbers) {
  if (form == MatrixForm::kFactor) {
    RankOne<N> factor;
    leading_factor(m, factor);
    write_numbers(factor, form, numbers);
    return;
  }
  numbers.resize(number_count(form, N));
  write_full(m, numbers.data());
}

}  // namespace driftbench
