// The distribution to sample, sampled directly, and observations of it.
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

#include "kernels/assertions.h"
#include "kernels/euler_maruyama.h"
#include "kernels/philox.h"
#include "kernels/rank_one.h"
#include "kernels/sym_matrix.h"

namespace driftbench {

/// Uniform random words at an address, one after another.
class WordSequence {
 public:
  explicit WordSequence(const RandomAddress& at) : at_(at) {}

  std::uint32_t next() {
    if (position_ % 4 == 0) block_ = philox(at_, position_ / 4);
    return block_[position_++ % 4];
  }

  /// Returns a number that is uniform on 0 ... bound - 1, to within 2^-32 in each value's probability; bound >= 1.
  int next_below(int bound) {
    DRIFTBENCH_ASSERT(bound >= 1);
    return static_cast<int>(std::uint64_t{next()} * static_cast<std::uint64_t>(bound) >> 32);
  }

 private:
  RandomAddress at_;
  std::uint64_t position_ = 0;
  std::array<std::uint32_t, 4> block_{};
};

/// x <- s u u^T with P(s = 1) = w in [0, 1]. u has K entries +-1/sqrt(K), with uniform support and signs. at.stream is
/// kTarget. O(N + K).
template <int K, int N>
void draw_target(const RandomAddress& at, float w, RankOne<N>& x) {
  static_assert(1 <= K && K <= N, "draw_target: K is out of range 1 to N");
  DRIFTBENCH_ASSERT(0.0f <= w && w <= 1.0f && at.stream == Stream::kTarget);
  WordSequence words(at);
  x.set_zero();
  // Whole numbers are compared, because some words are not floats, and small processors have no double precision.
  const std::uint32_t word = words.next();
  x.scale = w >= 1.0f || word < static_cast<std::uint32_t>(std::ceil(w * 0x1p32f)) ? 1.0f : 0.0f;
  const float magnitude = 1.0f / std::sqrt(static_cast<float>(K));
  // Floyd's algorithm gives every K-subset of 0 ... N - 1 the same probability, in K draws.
  for (int last = N - K; last < N; ++last) {
    const int candidate = words.next_below(last + 1);
    const float sign = words.next() & 1 ? -magnitude : magnitude;
    x.v[x.v[candidate] == 0.0f ? candidate : last] = sign;
  }
}

/// y <- the symmetric part of t x + W_t, whose noise has variance t / 2 off the diagonal and t on it. It is one step of
/// Euler and Maruyama from 0.
template <class Arch = DefaultArch, int N>
void observe(const RankOne<N>& x, float t, const RandomAddress& at, SymMatrix<N>& y) {
  y.set_zero();
  euler_maruyama<Arch>(x, t, at, y);
}

/// Draws x and observes y_t = t x + W_t. Observation i is named by (seed, i, t), where i is from 0 to kRandomAddresses
/// - 1: it is the same for every drift, and whatever other observations and times are asked for. Returns the address of
/// its noise.
template <int K, int N>
RandomAddress draw_observation(std::uint64_t seed, std::int64_t i, float t, float w, RankOne<N>& x, SymMatrix<N>& y) {
  RandomAddress at{seed, Stream::kTarget, static_cast<std::uint64_t>(i), std::bit_cast<std::uint32_t>(t)};
  draw_target<K>(at, w, x);
  at.stream = Stream::kNoise;
  observe(x, t, at, y);
  return at;
}

}  // namespace driftbench
