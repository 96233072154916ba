// A StepTrace shows the phases of some steps on a time line, for Perfetto and chrome://tracing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "runtime/clock.h"
#include "runtime/step_timer.h"

namespace driftbench {

/// Keeps the first and the slowest steps of a run, in 300 KiB of memory however long the run is.
class StepTrace {
 public:
  static constexpr std::size_t kFirst = 16, kSlowest = 16;

  /// The clock is the one of the timers, and outlives the trace.
  explicit StepTrace(const TickClock& clock);

  /// Takes a step that was timed. Allocates nothing.
  void record(const StepTimer& timer, std::int64_t step, float t);

  /// Adds the steps to a list of events in the Trace Event Format, where they are shown as one process of the drift's
  /// name. It has one track of the first steps and one of the slowest that are not among them. Each step is a slice
  /// with those of its phases inside; `phases` are the names of the timer's. Times count from the first step's start.
  /// Adds 2 MiB at most.
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
