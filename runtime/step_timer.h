// A StepTimer tells where the time of one step went, phase by phase.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/assertions.h"
#include "runtime/clock.h"

namespace driftbench {

/// Times the phases of one step; it is the probe of a PhasedDrift. The time from one notification to the next belongs
/// to the phase that the later one names. It takes 8.4 KiB, which is fixed. A notification is one reading of the clock
/// and a few stores.
class StepTimer {
 public:
  static constexpr int kMaxPhases = 32;
  static constexpr std::size_t kMaxMarks = 512;

  /// The end of a stretch of a phase.
  struct Mark {
    std::uint64_t ticks;
    int phase;
  };

  /// The clock must outlive the timer.
  explicit StepTimer(const TickClock& clock) : clock_(&clock) {}

  void start() {
    in_phase_.fill(0);
    marks_in_phase_.fill(0);
    used_ = 0;
    last_ = started_ = clock_->now();
  }

  /// Notifies that a stretch of `phase` has ended; 0 <= phase < kMaxPhases.
  void operator()(int phase) {
    DRIFTBENCH_ASSERT(0 <= phase && phase < kMaxPhases);
    const std::uint64_t now = clock_->now();
    const auto index = static_cast<std::size_t>(phase);
    in_phase_[index] += now - last_;
    ++marks_in_phase_[index];
    if (used_ < kMaxMarks) marks_[used_++] = {now, phase};
    last_ = now;
  }

  std::uint64_t started() const { return started_; }
  /// The time at which the last stretch ended.
  std::uint64_t ended() const { return last_; }
  std::uint64_t ticks() const { return last_ - started_; }
  /// The ticks in a phase, and the stretches of it; 0 <= phase < kMaxPhases.
  std::uint64_t ticks_in(int phase) const {
    DRIFTBENCH_ASSERT(0 <= phase && phase < kMaxPhases);
    return in_phase_[static_cast<std::size_t>(phase)];
  }
  int marks_in(int phase) const {
    DRIFTBENCH_ASSERT(0 <= phase && phase < kMaxPhases);
    return marks_in_phase_[static_cast<std::size_t>(phase)];
  }
  /// The ends of the stretches in order, or the first kMaxMarks of a step that has more.
  std::span<const Mark> marks() const { return {marks_.data(), used_}; }

 private:
  const TickClock* clock_;
  std::uint64_t started_ = 0, last_ = 0;
  std::array<std::uint64_t, kMaxPhases> in_phase_{};
  std::array<int, kMaxPhases> marks_in_phase_{};
  std::array<Mark, kMaxMarks> marks_{};
  std::size_t used_ = 0;
};

}  // namespace driftbench
