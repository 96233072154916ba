// What the experiments share: samplers and observations at work on one thread, and what becomes of their statuses.
#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <mutex>
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
#include "tools/base/errors.h"
#include "tools/drifts/any_drift.h"
#include "tools/measurements/not_finite.h"

namespace driftbench {

template <int N, class E>
using AnySampler = Sampler<N, AnyDrift<N, E>>;

template <int N>
float largest_element(const SymMatrix<N>& y) {
  float largest = 0;
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j <= i; ++j) largest = std::max(largest, std::fabs(y(i, j)));
  }
  return largest;
}

/// Whether an estimate is the last iterate of too few.
constexpr bool ran_out(Status status) { return status == Status::kNotConverged || status == Status::kDiverged; }

/// The statuses of all of a measurement's evaluations, taken from several threads.
class Statuses {
 public:
  /// Takes that of an evaluation at (Y, t) for the sample of that number. False where there is no estimate, without
  /// which the sample cannot go on.
  template <int N>
  bool take(Status status, std::int64_t number, float t, const SymMatrix<N>& y) {
    if (ran_out(status)) ++not_converged_;
    if (status != Status::kNotFinite) return true;
    const std::lock_guard lock(mutex_);
    if (!overflowed_ || number < first_.number) first_ = {number, t, largest_element(y)};
    overflowed_ = true;
    return false;
  }

  std::int64_t not_converged() const { return not_converged_; }
  /// To be asked for when all threads are done; `values` are unknown where samples lack an estimate.
  template <class Values>
  NotFinite not_finite(const Values& values) const {
    return {std::count_if(values.begin(), values.end(), [](auto value) { return !std::isfinite(value); }), first_};
  }
  const Overflow& first_overflow() const { return first_; }

 private:
  std::atomic<std::int64_t> not_converged_{0};
  std::mutex mutex_;
  bool overflowed_ = false;
  Overflow first_;  // of the lowest number; of that the earliest, as one thread has all of a sample
};

/// What each part of the work comes to, `count` numbers, as many as the option makes them. RunError where there is no
/// memory for them, before the work.
template <class T>
std::vector<T> make_values(std::size_t count, const char* option, const T& value = T()) {
  try {
    return std::vector<T>(count, value);
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
