// The clock that steps are timed with, and what it costs.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

namespace driftbench {

/// Nanoseconds on the system's monotonic clock.
inline std::uint64_t now_ns() {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
          .count());
}

struct ClockProperties {
  std::uint64_t resolution_ns;  ///< smallest non-zero difference between two readings that were seen
  std::uint64_t overhead_ns;    ///< median cost of one reading: an interval between two readings holds one of it
};

/// Reads the clock some 10^5 times, a few milliseconds.
inline ClockProperties measure_clock() {
  constexpr int kBatches = 101, kReadings = 1000;
  std::array<std::uint64_t, kBatches> cost{};
  std::uint64_t resolution = UINT64_MAX;
  for (auto& batch : cost) {
    const std::uint64_t start = now_ns();
    std::uint64_t previous = start;
    for (int i = 0; i < kReadings; ++i) {
      const std::uint64_t reading = now_ns();
      if (reading > previous) resolution = std::min(resolution, reading - previous);
      previous = reading;
    }
    batch = (previous - start) / kReadings;
  }
  std::nth_element(cost.begin(), cost.begin() + kBatches / 2, cost.end());
  return {resolution, cost[kBatches / 2]};
}

}  // namespace driftbench
