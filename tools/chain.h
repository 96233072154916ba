// What the experiments share: samplers and observations at work on one thread, and what becomes of their statuses.
#pragma once

#include <fmt/core.h>

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "kernels/philox.h"
#include "kernels/rank_one.h"
#include "kernels/status.h"
#include "kernels/sym_matrix.h"
#include "runtime/sampler.h"
#include "runtime/target.h"
#include "tools/any_drift.h"
#include "tools/errors.h"

namespace driftbench {

template <int N, class E>
using AnySampler = Sampler<N, AnyDrift<N, E>>;

/// Counts what may happen, throws at what may not.
inline void check(Status status, std::atomic<std::int64_t>& not_converged, const std::string& drift, std::int64_t chain,
                  float t) {
  if (status == Status::kNotConverged || status == Status::kDiverged) ++not_converged;
  if (status == Status::kNotFinite) {
    throw RunError(fmt::format("{}: chain {} at t = {}: the estimate is not finite", drift, chain, t));
  }
}

/// What each part of the work comes to, `count` numbers, as many as the option makes them. RunError where there is no
/// memory for them, before the work.
template <class T>
std::vector<T> make_values(std::size_t count, const char* option) {
  try {
    return std::vector<T>(count);
  } catch (const std::bad_alloc&) {
    throw RunError(fmt::format(
        "{}: out of memory before the work began: the {:.0f} MiB for the results cannot be had; lower it, or raise the "
        "limit on memory (ulimit -v)",
        option, static_cast<double>(count * sizeof(T)) / (1 << 20)));
  }
}

/// x and y_t = t x + W_t. Number i is named by (seed, i, t): the same whatever other numbers and times are asked for,
/// and for every drift. Returns where its noise lies.
template <int K, int N>
RandomAddress draw_observation(std::uint64_t seed, std::int64_t i, float t, double w, RankOne<N>& x, SymMatrix<N>& y) {
  RandomAddress at{seed, Stream::kTarget, static_cast<std::uint64_t>(i), std::bit_cast<std::uint32_t>(t)};
  draw_target<K>(at, static_cast<float>(w), x);
  at.stream = Stream::kNoise;
  observe(x, t, at, y);
  return at;
}

/// What one thread needs to draw, observe and estimate.
template <int N, class E>
struct Denoising {
  explicit Denoising(AnyDrift<N, E> drift_to_use) : drift(std::move(drift_to_use)) {}

  AnyDrift<N, E> drift;
  SymMatrix<N> y{};
  RankOne<N> x{};
  E estimate{};
};

}  // namespace driftbench
