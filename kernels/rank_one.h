// Rank-one matrices: what nearly every drift returns.
#pragma once

#include <cmath>

#include "kernels/bounds.h"
#include "kernels/simd.h"
#include "kernels/vec.h"

namespace driftbench {

/// The matrix scale * v v^T in R^{N x N}.
template <int N>
struct RankOne {
  float scale = 0.0f;
  Vec<N> v;

  void set_zero() {
    scale = 0.0f;
    v = Vec<N>{};
  }
};

/// Returns the Frobenius norm. N multiply-adds.
template <class Arch = DefaultArch, int N>
float frobenius_norm(const RankOne<N>& a) {
  return std::fabs(a.scale) * dot<Arch>(a.v, a.v);
}

/// Returns the trace. N multiply-adds.
template <class Arch = DefaultArch, int N>
float trace(const RankOne<N>& a) {
  return a.scale * dot<Arch>(a.v, a.v);
}

/// Returns ||a - b||_F^2, computed from the three inner products and never negative. 3 N multiply-adds. Cancellation
/// leaves an absolute error of at most squared_distance_error(padded(N)) * (||a||_F^2 + ||b||_F^2).
template <class Arch = DefaultArch, int N>
float squared_distance(const RankOne<N>& a, const RankOne<N>& b) {
  const float aa = a.scale * dot<Arch>(a.v, a.v), bb = b.scale * dot<Arch>(b.v, b.v), ab = dot<Arch>(a.v, b.v);
  return std::fmax(0.0f, aa * aa + bb * bb - 2.0f * a.scale * b.scale * ab * ab);
}

}  // namespace driftbench
