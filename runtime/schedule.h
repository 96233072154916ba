// The times at which a diffusion stops between 0 and its end.
#pragma once

#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "kernels/assertions.h"

namespace driftbench {

/// The times of a diffusion: 0 = time(0) < time(1) < ... < time(steps()), the end.
template <class S>
concept Schedule = requires(const S schedule, std::int64_t i) {
  { schedule.steps() } -> std::same_as<std::int64_t>;
  { schedule.time(i) } -> std::same_as<float>;
};

/// Steps of dt, of which the last is shortened where dt does not divide t_end. Times are i * dt, rounded once, so that
/// errors do not add up. dt and t_end are positive and finite, and dt is at least 1e-6 t_end: with smaller steps,
/// floats would round to the same time.
class UniformSchedule {
 public:
  constexpr UniformSchedule(double dt, double t_end)
      : dt_(dt), t_end_(t_end), steps_(round_up(t_end / dt * (1 - 1e-12))) {
    DRIFTBENCH_ASSERT(0 < t_end && t_end <= std::numeric_limits<double>::max() && dt >= 1e-6 * t_end);
  }

  constexpr std::int64_t steps() const { return steps_; }
  constexpr float time(std::int64_t i) const {
    DRIFTBENCH_ASSERT(0 <= i && i <= steps_);
    return static_cast<float>(i == steps_ ? t_end_ : static_cast<double>(i) * dt_);
  }

 private:
  /// Returns std::ceil of a non-negative number; that function is not constexpr before C++23.
  static constexpr std::int64_t round_up(double x) {
    const auto below = static_cast<std::int64_t>(x);
    return below + (static_cast<double>(below) < x ? 1 : 0);
  }

  double dt_, t_end_;
  std::int64_t steps_;
};

/// `steps` steps: the first to the time `first` > 0, and the others on to t_end, each time being the one before times
/// the same factor. A single step goes straight to t_end. `first` is so much smaller than t_end that all times differ
/// as floats.
class GeometricSchedule {
 public:
  GeometricSchedule(double first, double t_end, std::int64_t steps) : first_(first), t_end_(t_end), steps_(steps) {
    DRIFTBENCH_ASSERT(0 < first && first <= t_end && steps >= 1);
  }

  std::int64_t steps() const { return steps_; }
  float time(std::int64_t i) const {
    DRIFTBENCH_ASSERT(0 <= i && i <= steps_);
    if (i == 0) return 0.0f;
    if (i == steps_) return static_cast<float>(t_end_);
    const double fraction = static_cast<double>(i - 1) / static_cast<double>(steps_ - 1);
    return static_cast<float>(first_ * std::pow(t_end_ / first_, fraction));
  }

 private:
  double first_, t_end_;
  std::int64_t steps_;
};

/// Given times, which the caller keeps: positive, finite and increasing. 0 is not among them.
class GridSchedule {
 public:
  constexpr explicit GridSchedule(std::span<const float> times) : times_(times) {
    DRIFTBENCH_ASSERT(is_increasing(times));
  }

  constexpr std::int64_t steps() const { return static_cast<std::int64_t>(times_.size()); }
  constexpr float time(std::int64_t i) const {
    DRIFTBENCH_ASSERT(0 <= i && i <= steps());
    return i == 0 ? 0.0f : times_[static_cast<std::size_t>(i - 1)];
  }

 private:
  /// Whether the times increase from 0 and all are finite.
  static constexpr bool is_increasing(std::span<const float> times) {
    float last = 0.0f;
    for (const float time : times) {
      if (!(time > last) || time > std::numeric_limits<float>::max()) return false;
      last = time;
    }
    return true;
  }

  std::span<const float> times_;
};

/// Returns time(1) to time(steps()) of a schedule that has `Steps` steps, as an array for a GridSchedule. For a
/// constexpr UniformSchedule the array can be made at compile time, so that a target without double arithmetic needs
/// none.
template <std::size_t Steps, Schedule S>
constexpr std::array<float, Steps> tabulate(const S& schedule) {
  DRIFTBENCH_ASSERT(schedule.steps() == static_cast<std::int64_t>(Steps));
  std::array<float, Steps> times{};
  for (std::size_t i = 0; i < Steps; ++i) times[i] = schedule.time(static_cast<std::int64_t>(i + 1));
  return times;
}

}  // namespace driftbench
