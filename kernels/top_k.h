// Selection of a vector's K entries of largest magnitude, or of their signs.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

#include "kernels/assertions.h"
#include "kernels/simd.h"
#include "kernels/vec.h"

namespace driftbench {

/// Returns the number of entries of x, padding included, whose magnitude is at least `threshold`.
template <class Arch = DefaultArch, int N>
int count_at_least(const Vec<N>& x, float threshold) {
  using S = Simd<Arch>;
  const auto bound = S::broadcast(threshold), one = S::broadcast(1.0f), zero = S::broadcast(0.0f);
  auto count = zero;
  for (int i = 0; i < Vec<N>::kPadded; i += S::kLanes) {
    count = count + S::select(S::abs(S::load(x.data + i)) >= bound, one, zero);
  }
  return static_cast<int>(S::reduce_add(count));
}

/// Returns the K-th largest magnitude of x, exactly; x is finite. It bisects on the bits of a float: as integers they
/// are ordered as non-negative floats are. 31 counts of N comparisons.
template <int K, class Arch = DefaultArch, int N>
float kth_largest_magnitude(const Vec<N>& x) {
  static_assert(1 <= K && K <= N, "top_k: K is out of range 1 to N");
  DRIFTBENCH_ASSERT(is_finite(x));
  std::uint32_t threshold = 0;
  for (std::uint32_t bit = 1U << 30; bit != 0; bit >>= 1) {
    const std::uint32_t candidate = threshold | bit;
    if (count_at_least<Arch>(x, std::bit_cast<float>(candidate)) >= K) threshold = candidate;
  }
  return std::bit_cast<float>(threshold);
}

/// p_i <- sign(x_i) / sqrt(K) for the K entries of x of largest magnitude, and 0 elsewhere. Exactly K entries are set:
/// among equal magnitudes the lower indices win, and a zero counts as positive. x is finite and does not overlap p.
template <int K, class Arch = DefaultArch, int N>
void top_k_signs(const Vec<N>& x, Vec<N>& p) {
  using S = Simd<Arch>;
  DRIFTBENCH_ASSERT(is_apart(x, p));
  const float magnitude = 1.0f / std::sqrt(static_cast<float>(K));
  const float threshold = kth_largest_magnitude<K, Arch>(x);
  if (count_at_least<Arch>(x, threshold) == K) {
    const auto bound = S::broadcast(threshold), zero = S::broadcast(0.0f);
    const auto plus = S::broadcast(magnitude), minus = S::broadcast(-magnitude);
    for (int i = 0; i < Vec<N>::kPadded; i += S::kLanes) {
      const auto value = S::load(x.data + i);
      S::store(p.data + i, S::select(S::abs(value) >= bound, S::select(value < zero, minus, plus), zero));
    }
    return;
  }
  // More entries than K reach the threshold: some of those that equal it stay out.
  int ties = K;
  for (float value : x) ties -= std::fabs(value) > threshold;
  p = Vec<N>{};
  for (int i = 0; i < N; ++i) {
    const float value = x[i];
    const bool tie = std::fabs(value) == threshold && ties > 0;
    if (tie) --ties;
    if (tie || std::fabs(value) > threshold) p[i] = value < 0.0f ? -magnitude : magnitude;
  }
}

/// kept <- x with all but its K entries of largest magnitude set to zero. Ties and overlap are as for top_k_signs.
template <int K, class Arch = DefaultArch, int N>
void keep_top_k(const Vec<N>& x, Vec<N>& kept) {
  using S = Simd<Arch>;
  top_k_signs<K, Arch>(x, kept);
  const auto zero = S::broadcast(0.0f);
  for (int i = 0; i < Vec<N>::kPadded; i += S::kLanes) {
    S::store(kept.data + i, S::select(S::load(kept.data + i) == zero, zero, S::load(x.data + i)));
  }
}

}  // namespace driftbench
