// HardwareCounters reads the CPU's own counters, where the kernel lets a process read them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace driftbench {

/// Counts events of the thread that made it, outside the kernel, between start() and stop().
class HardwareCounters {
 public:
  static constexpr std::array<const char*, 3> kNames{"instructions", "cycles", "cache_misses"};
  /// The counts in the order of kNames. A count is missing where its counter cannot be had. Where the CPU shares a
  /// counter between events, the count is extrapolated.
  using Counts = std::array<std::optional<double>, kNames.size()>;

  HardwareCounters();
  ~HardwareCounters();
  HardwareCounters(const HardwareCounters&) = delete;
  HardwareCounters& operator=(const HardwareCounters&) = delete;

  void start();
  Counts stop();
  /// Says why counters are missing and what to do about it; empty where none is missing.
  const std::string& missing() const { return missing_; }

 private:
  std::array<int, kNames.size()> files_{};
  std::string missing_;
};

}  // namespace driftbench
