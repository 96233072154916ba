// Vectors whose length is known at compile time, and the few operations on them that the kernels share.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

#include "kernels/assertions.h"
#include "kernels/simd.h"

namespace driftbench {

/// Storage comes in units of kTile floats on every architecture, so that data written on one can be read on another. 16
/// is the lane count of the widest vectors, those of AVX-512, and a multiple of every other lane count.
inline constexpr int kTile = 16;

constexpr int padded(int n) { return (n + kTile - 1) / kTile * kTile; }

/// A vector x in R^N, aligned to 64 bytes and padded with zeros to a multiple of kTile. Every function that writes a
/// Vec keeps the padding zero as long as its input is finite.
template <int N>
struct Vec {
  static_assert(N >= 1);
  static constexpr int kPadded = padded(N);

  alignas(64) float data[kPadded] = {};

  /// The element i, where 0 <= i < kPadded.
  float& operator[](int i) {
    DRIFTBENCH_ASSERT(0 <= i && i < kPadded);
    return data[i];
  }
  float operator[](int i) const {
    DRIFTBENCH_ASSERT(0 <= i && i < kPadded);
    return data[i];
  }
  float* begin() { return data; }
  float* end() { return data + N; }
  const float* begin() const { return data; }
  const float* end() const { return data + N; }
};

/// Returns whether no element of x is NaN or infinite.
template <int N>
bool is_finite(const Vec<N>& x) {
  for (float value : x) {
    if (!std::isfinite(value)) return false;
  }
  return true;
}

/// Accumulates sum <- f(x_i, y_i, sum) over all i and returns the total. f works on lanes; it is a multiply-add, for
/// example. Order of the sum: lane l of accumulator a takes the elements kTile * i + a * W + l over all i. Then the
/// accumulators are added pairwise, then the lanes.
template <class Arch = DefaultArch, int N, class Accumulate>
float reduce(const Vec<N>& x, const Vec<N>& y, Accumulate f) {
  using S = Simd<Arch>;
  constexpr int kParts = kTile / S::kLanes;
  typename S::F32 sum[kParts];
  for (auto& s : sum) s = S::broadcast(0.0f);
  for (int i = 0; i < Vec<N>::kPadded; i += kTile) {
    for (int p = 0; p < kParts; ++p) {
      sum[p] = f(S::load(x.data + i + p * S::kLanes), S::load(y.data + i + p * S::kLanes), sum[p]);
    }
  }
  for (int width = kParts / 2; width > 0; width /= 2) {
    for (int p = 0; p < width; ++p) sum[p] = sum[p] + sum[p + width];
  }
  return S::reduce_add(sum[0]);
}

/// Returns several sums from one sweep over vectors of length N. body(i, sum) handles the elements i ... i + W - 1: it
/// adds what they contribute to the lane accumulator of each sum, and may store what it computes from them.
template <int Sums, class Arch = DefaultArch, int N, class Body>
std::array<float, Sums> sweep(const Vec<N>&, Body body) {
  typename Simd<Arch>::F32 sum[Sums];
  for (auto& s : sum) s = Simd<Arch>::broadcast(0.0f);
  for (int i = 0; i < Vec<N>::kPadded; i += Simd<Arch>::kLanes) body(i, sum);
  std::array<float, Sums> total;
  for (int s = 0; s < Sums; ++s) total[static_cast<std::size_t>(s)] = Simd<Arch>::reduce_add(sum[s]);
  return total;
}

/// Returns <x, y>. N multiply-adds, in the order of reduce. Error: dot_error(padded(N)) * sum |x_i y_i|.
template <class Arch = DefaultArch, int N>
float dot(const Vec<N>& x, const Vec<N>& y) {
  return reduce<Arch>(x, y, [](auto xi, auto yi, auto sum) { return Simd<Arch>::fma(xi, yi, sum); });
}

/// Returns ||x - y||^2, from the differences, so that nothing cancels. 2 N operations, in the order of reduce.
template <class Arch = DefaultArch, int N>
float squared_distance(const Vec<N>& x, const Vec<N>& y) {
  return reduce<Arch>(x, y, [](auto xi, auto yi, auto sum) { return Simd<Arch>::fma(xi - yi, xi - yi, sum); });
}

/// y <- a x + b y; x and y may be the same vector. 2 N operations.
template <class Arch = DefaultArch, int N>
void axpby(float a, const Vec<N>& x, float b, Vec<N>& y) {
  using S = Simd<Arch>;
  const auto va = S::broadcast(a), vb = S::broadcast(b);
  for (int i = 0; i < Vec<N>::kPadded; i += S::kLanes) {
    S::store(y.data + i, S::fma(va, S::load(x.data + i), vb * S::load(y.data + i)));
  }
}

/// x <- a x. N multiplications.
template <class Arch = DefaultArch, int N>
void scale(float a, Vec<N>& x) {
  using S = Simd<Arch>;
  const auto va = S::broadcast(a);
  for (int i = 0; i < Vec<N>::kPadded; i += S::kLanes) S::store(x.data + i, va * S::load(x.data + i));
}

}  // namespace driftbench
