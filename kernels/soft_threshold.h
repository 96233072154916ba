// Soft thresholding, eta(x; theta) = sign(x) max(|x| - theta, 0), of vectors and of matrices.
#pragma once

#include "kernels/assertions.h"
#include "kernels/simd.h"
#include "kernels/sym_matrix.h"
#include "kernels/vec.h"

namespace driftbench {

/// Returns eta(x; theta): each lane of x moves towards 0 by theta >= 0 and not beyond.
template <class Arch = DefaultArch>
typename Simd<Arch>::F32 soft_threshold(typename Simd<Arch>::F32 x, typename Simd<Arch>::F32 theta) {
  using S = Simd<Arch>;
  const auto zero = S::broadcast(0.0f);
  const auto rest = S::abs(x) - theta;
  const auto magnitude = S::select(rest > zero, rest, zero);
  return S::select(x < zero, zero - magnitude, magnitude);
}

/// x <- eta(x; theta), theta >= 0. Returns the number of entries that are not 0 afterwards. A NaN becomes 0.
template <class Arch = DefaultArch, int N>
int soft_threshold(float theta, Vec<N>& x) {
  using S = Simd<Arch>;
  DRIFTBENCH_ASSERT(!(theta < 0.0f));
  const auto zero = S::broadcast(0.0f), one = S::broadcast(1.0f);
  auto active = zero;
  for (int i = 0; i < Vec<N>::kPadded; i += S::kLanes) {
    const auto value = soft_threshold<Arch>(S::load(x.data + i), S::broadcast(theta));
    S::store(x.data + i, value);
    active = active + S::select(S::abs(value) > zero, one, zero);
  }
  return static_cast<int>(S::reduce_add(active));
}

/// A <- eta(A; theta), entry by entry, theta >= 0. Reads and writes A once. A NaN becomes 0.
template <class Arch = DefaultArch, int N>
void soft_threshold(float theta, SymMatrix<N>& a) {
  using S = Simd<Arch>;
  DRIFTBENCH_ASSERT(!(theta < 0.0f));
  for (int i = 0; i < SymMatrix<N>::kSize; i += S::kLanes) {
    S::store(a.data + i, soft_threshold<Arch>(S::load(a.data + i), S::broadcast(theta)));
  }
}

}  // namespace driftbench
