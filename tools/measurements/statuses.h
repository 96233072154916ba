// Statuses keeps account of what the evaluations of one measurement return.
#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <mutex>

#include "kernels/status.h"
#include "kernels/sym_matrix.h"
#include "tools/measurements/not_finite.h"

namespace driftbench {

template <int N>
float largest_element(const SymMatrix<N>& y) {
  float largest = 0;
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j <= i; ++j) largest = std::max(largest, std::fabs(y(i, j)));
  }
  return largest;
}

/// Returns whether the drift's iterations ran out before they converged. The estimate is then that of the last iterate.
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

}  // namespace driftbench
