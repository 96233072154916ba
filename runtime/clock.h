// The clocks that steps are timed with, and what a reading of them costs.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace driftbench {

/// Returns the nanoseconds on the system's monotonic clock.
inline std::uint64_t now_ns() {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
          .count());
}

/// A clock that counts ticks of equal length, whatever the CPU's frequency. Its ticks are therefore no CPU cycles.
struct TickClock {
  std::uint64_t (*read)();
  double ns_per_tick;
  const char* name;
  const char* fallback_reason;  ///< why this is not the CPU's counter; null where it is

  std::uint64_t now() const { return read(); }
  double to_ns(std::uint64_t ticks) const { return static_cast<double>(ticks) * ns_per_tick; }
};

/// The relative difference that two measured rates may have: as much as the system's clock is ever slewed.
inline constexpr double kMaxRateDisagreement = 5e-4;

/// Returns the nanoseconds a tick, from two spans one after the other, each of span_ns or more. Returns none where the
/// two disagree by more than kMaxRateDisagreement, or where the counter does not advance.
template <class ReadTicks, class ReadNs>
std::optional<double> calibrate(ReadTicks read_ticks, ReadNs read_ns, std::uint64_t span_ns) {
  struct Coincidence {
    std::uint64_t ticks, ns;
  };
  const auto coincide = [&] {
    Coincidence closest{};
    std::uint64_t smallest = std::numeric_limits<std::uint64_t>::max();
    for (int i = 0; i < 32; ++i) {  // an interruption between the readings spoils some of them
      const std::uint64_t before = read_ns(), ticks = read_ticks(), width = read_ns() - before;
      if (width >= smallest) continue;
      smallest = width;
      closest = {ticks, before + width / 2};
    }
    return closest;
  };
  const auto rate = [](const Coincidence& from, const Coincidence& to) {
    return static_cast<double>(to.ns - from.ns) / static_cast<double>(to.ticks - from.ticks);
  };
  std::array<Coincidence, 3> points{};
  for (std::size_t i = 0; i < points.size(); ++i) {
    while (i > 0 && read_ns() - points[i - 1].ns < span_ns) continue;
    points[i] = coincide();
    if (i > 0 && points[i].ticks <= points[i - 1].ticks) return std::nullopt;
  }
  const double whole = rate(points[0], points[2]);
  const double difference = rate(points[0], points[1]) - rate(points[1], points[2]);
  if (std::fabs(difference) > kMaxRateDisagreement * whole) return std::nullopt;
  return whole;
}

namespace clock_detail {

inline constexpr std::uint64_t kCalibrationNs = 5'000'000;

inline TickClock system_clock(const char* reason) { return {now_ns, 1.0, "steady_clock", reason}; }

#if defined(__x86_64__) || defined(__aarch64__)
/// Reads the CPU's counter once all instructions before have been carried out.
inline std::uint64_t read_counter() {
#if defined(__x86_64__)
  // The header of intrinsics stays out, so that it is first included where simd.h silences its warnings.
  __builtin_ia32_lfence();
  return __builtin_ia32_rdtsc();
#else
  std::uint64_t ticks;
  asm volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(ticks)::"memory");
  return ticks;
#endif
}

inline TickClock calibrated(const char* name) {
  const auto rate = calibrate(read_counter, now_ns, kCalibrationNs);
  return rate ? TickClock{read_counter, *rate, name, nullptr}
              : system_clock("two calibrations of the CPU's counter against the system's clock disagree");
}
#endif

inline TickClock make_tick_clock() {
#if defined(__x86_64__)
  // The bit TscInvariant is defined in AMD64 Architecture Programmer's Manual, volume 3, and in Intel's, volume 2, at
  // CPUID leaf 8000_0007h.
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid(0x80000007, &a, &b, &c, &d) == 0 || (d & (1U << 8)) == 0) {
    return system_clock("this CPU does not say that its time-stamp counter is invariant");
  }
  return calibrated("invariant time-stamp counter");
#elif defined(__aarch64__)
  return calibrated("virtual counter cntvct");
#else
  return system_clock("no counter of this CPU is known");
#endif
}

}  // namespace clock_detail

/// Returns the CPU's invariant counter where it has one whose rate two calibrations agree on, and else the system's
/// clock. The first call calibrates, which takes 10 ms.
inline const TickClock& tick_clock() {
  static const TickClock clock = clock_detail::make_tick_clock();
  return clock;
}

struct ClockProperties {
  double resolution_ns;  ///< the smallest non-zero difference seen between two readings
  double overhead_ns;    ///< the median cost of one reading; an interval between two readings includes it once
};

/// Reads the clock some 10^5 times, which takes a few milliseconds.
inline ClockProperties measure_clock(const TickClock& clock) {
  constexpr int kBatches = 101, kReadings = 1000;
  std::array<std::uint64_t, kBatches> cost{};
  std::uint64_t resolution = std::numeric_limits<std::uint64_t>::max();
  for (auto& batch : cost) {
    const std::uint64_t start = clock.now();
    std::uint64_t previous = start;
    for (int i = 0; i < kReadings; ++i) {
      const std::uint64_t reading = clock.now();
      if (reading > previous) resolution = std::min(resolution, reading - previous);
      previous = reading;
    }
    batch = previous - start;
  }
  std::nth_element(cost.begin(), cost.begin() + kBatches / 2, cost.end());
  return {clock.to_ns(resolution), clock.to_ns(cost[kBatches / 2]) / kReadings};
}

}  // namespace driftbench
