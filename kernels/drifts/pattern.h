// The last stages of the spectral drifts: from an eigenvector to an estimate.
#pragma once

#include "kernels/rank_one.h"
#include "kernels/simd.h"
#include "kernels/sym_matrix.h"
#include "kernels/target.h"
#include "kernels/vec.h"

namespace driftbench {

/// m <- p p^T with p the target's pattern for the direction of v, at the cost of rounding v to it; v is finite and does
/// not overlap m.
template <class Arch = DefaultArch, RoundedTarget T>
void round_to_pattern(const T& target, const Vec<T::kN>& v, RankOne<T::kN>& m) {
  target.template round<Arch>(v, m.v);
  m.scale = 1.0f;
}

/// m <- m where <Y / t, m> >= threshold, else 0, which it also becomes where <Y, m> is NaN. This test keeps pure noise
/// from being taken for a signal. One product with Y, N^2 multiply-adds.
template <class Arch = DefaultArch, int N>
void gate(const SymMatrix<N>& y, float t, float threshold, RankOne<N>& m) {
  if (!(m.scale * quadratic_form<Arch>(y, m.v) >= threshold * t)) m.scale = 0.0f;
}

}  // namespace driftbench
