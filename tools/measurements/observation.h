// Observations y_t of draws of x, and what one thread needs to estimate x from them.
#pragma once

#include <bit>
#include <cstdint>
#include <utility>

#include "kernels/philox.h"
#include "kernels/rank_one.h"
#include "kernels/sym_matrix.h"
#include "runtime/target.h"
#include "tools/drifts/any_drift.h"

namespace driftbench {

/// Draws x and observes y_t = t x + W_t. Observation i is named by (seed, i, t): it is the same for every drift, and
/// whatever other observations and times are asked for. Returns the address of its noise.
template <int K, int N>
RandomAddress draw_observation(std::uint64_t seed, std::int64_t i, float t, double w, RankOne<N>& x, SymMatrix<N>& y) {
  RandomAddress at{seed, Stream::kTarget, static_cast<std::uint64_t>(i), std::bit_cast<std::uint32_t>(t)};
  draw_target<K>(at, static_cast<float>(w), x);
  at.stream = Stream::kNoise;
  observe(x, t, at, y);
  return at;
}

/// Holds what one thread needs to draw x, observe it and estimate it.
template <int N, class E>
struct Denoising {
  explicit Denoising(AnyDrift<N, E> drift_to_use) : drift(std::move(drift_to_use)) {}

  AnyDrift<N, E> drift;
  SymMatrix<N> y{};
  RankOne<N> x{};
  E estimate{};
};

}  // namespace driftbench
