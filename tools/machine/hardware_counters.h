// The CPU's own counters, where the kernel lets a process read them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace driftbench {

/// Events of the thread that made it, outside the kernel, between start() and stop().
class HardwareCounters {
 public:
  static constexpr std::array<const char*, 3> kNames{"instructions", "cycles", "cache_misses"};
  /// By name; none where the counter cannot be had. Where the CPU shares a counter between events, extrapolated.
  using Counts = std::array<std::optional<double>, kNames.size()>;

  HardwareCounters();
  ~HardwareCounters();
  HardwareCounters(const HardwareCounters&) = delete;
  HardwareCounters& operator=(const HardwareCounters&) = delete;

  void start();
  Counts stop();
  /// Why counters are missing, and what to do about it; empty where none is.
  const std::string& missing() const { return missing_; }

 private:
  std::array<int, kNames.size()> files_{};
  std::string missing_;
};

}  // namespace driftbench
