// Observations of a target, whose denoising is what a drift does.
#pragma once

#include <bit>
#include <cstdint>

#include "kernels/euler_maruyama.h"
#include "kernels/philox.h"
#include "kernels/rank_one.h"
#include "kernels/sym_matrix.h"
#include "kernels/target.h"

namespace driftbench {

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
template <Target T>
RandomAddress draw_observation(const T& target, std::uint64_t seed, std::int64_t i, float t, RankOne<T::kN>& x,
                               SymMatrix<T::kN>& y) {
  RandomAddress at{seed, Stream::kTarget, static_cast<std::uint64_t>(i), std::bit_cast<std::uint32_t>(t)};
  target.draw(at, x);
  at.stream = Stream::kNoise;
  observe(x, t, at, y);
  return at;
}

}  // namespace driftbench
