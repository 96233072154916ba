// The experiments share what is defined here: samplers and observations at work on one thread, and an account of the
// statuses that drifts return.
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

/// Returns whether the drift's iterations ended before they converged. The estimate is then one of the iterates.
constexpr bool ran_out(Status status) { return status == Status::kNotConverged || status == Status::kDiverged; }

/// Collects the statuses of all evaluations of one measurement, from several threads.
class Statuses {
 public:
  /// Takes the status of an evaluation at (Y, t) for the sample of that number. Returns false where there is no
  /// estimate, without which the sample cannot go on.
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
  /// Counts the entries of `values` that are not finite, which are those of samples that lack an estimate. To be called
  /// when all threads are done.
  template <class Values>
  NotFinite not_finite(const Values& values) const {
    return {std::count_if(values.begin(), values.end(), [](auto value) { return !std::isfinite(value); }), first_};
  }
  const Overflow& first_overflow() const { return first_; }

 private:
  std::atomic<std::int64_t> not_converged_{0};
  std::mutex mutex_;
  bool overflowed_ = false;
  // This is the overflow with the lowest number. Of several with that number it is the earliest, as one thread has all
  // of a sample.
  Overflow first_;
};

/// Returns `count` copies of the value, one for the result of each part of the work. `option` is the argument that
/// makes them so many. Throws RunError, before the work begins, where there is no memory for them.
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
