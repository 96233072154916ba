// The last stage of the spectral drifts: from an eigenvector to an estimate.
#pragma once

#include "kernels/rank_one.h"
#include "kernels/simd.h"
#include "kernels/sym_matrix.h"
#include "kernels/top_k.h"

namespace driftbench {

/// m <- p p^T with p the sign pattern of the K largest entries of v, chosen as by top_k_signs and at its cost; v is
/// finite and does not overlap m.
template <int K, class Arch = DefaultArch, int N>
void sign_pattern(const Vec<N>& v, RankOne<N>& m) {
  top_k_signs<K, Arch>(v, m.v);
  m.scale = 1.0f;
}

/// m <- m where <Y / t, m> >= threshold, else 0, which it also becomes where <Y, m> is NaN. This test keeps pure noise
/// from being taken for a signal. One product with Y, N^2 multiply-adds.
template <class Arch = DefaultArch, int N>
void gate(const SymMatrix<N>& y, float t, float threshold, RankOne<N>& m) {
  if (!(m.scale * quadratic_form<Arch>(y, m.v) >= threshold * t)) m.scale = 0.0f;
}

}  // namespace driftbench
