// The phases of some steps on a time line, for Perfetto and chrome://tracing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "runtime/clock.h"
#include "runtime/step_timer.h"

namespace driftbench {

/// Keeps the first and the slowest steps of a run in memory that does not grow with it, 300 KiB.
class StepTrace {
 public:
  static constexpr std::size_t kFirst = 16, kSlowest = 16;

  /// The clock is that of the timers, and outlives the trace.
  explicit StepTrace(const TickClock& clock);

  /// Allocates nothing.
  void record(const StepTimer& timer, std::int64_t step, float t);

  /// Adds to a list of the Trace Event Format what is shown as one process of the drift's name: a track of the first
  /// steps and one of the slowest that are not among them, each step a slice with those of its phases inside; `phases`
  /// are the names of the timer's. Times count from the first step's start. 2 MiB at most.
  void add_events(nlohmann::ordered_json& events, const std::string& drift,
                  const std::vector<std::string>& phases) const;

 private:
  struct Kept {
    StepTimer timer;
    std::int64_t step;
    float t;
  };

  const TickClock* clock_;
  std::vector<Kept> first_, slowest_;
};

}  // namespace driftbench
