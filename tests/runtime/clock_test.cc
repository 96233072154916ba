#include "runtime/clock.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <string>
#include <thread>

namespace driftbench {
namespace {

TEST(Clock, NeverGoesBack) {
  const TickClock& clock = tick_clock();
  std::uint64_t previous = clock.now(), previous_ns = now_ns();
  for (int i = 0; i < 100000; ++i) {
    const std::uint64_t reading = clock.now(), ns = now_ns();
    ASSERT_GE(reading, previous);
    ASSERT_GE(ns, previous_ns);
    previous = reading;
    previous_ns = ns;
  }
}

TEST(Clock, CountsNanoseconds) {
  const TickClock& clock = tick_clock();
  const std::uint64_t start = now_ns(), start_ticks = clock.now();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const double slept_by_ticks = clock.to_ns(clock.now() - start_ticks);
  const std::uint64_t slept = now_ns() - start;
  EXPECT_GE(slept, 20'000'000U);
  EXPECT_LE(slept, 60'000'000'000U);  // allows for a busy machine, but not for another unit
  EXPECT_GE(slept_by_ticks, 20e6 * (1 - kMaxRateDisagreement));
  EXPECT_LE(slept_by_ticks, static_cast<double>(slept) * (1 + kMaxRateDisagreement));
}

TEST(Clock, MeasuresItself) {
  const auto properties = measure_clock(tick_clock());
  EXPECT_GT(properties.resolution_ns, 0);
  EXPECT_LE(properties.resolution_ns, 20e6);
  EXPECT_GT(properties.overhead_ns, 0);
  EXPECT_LE(properties.overhead_ns, 100e3);
}

TEST(Clock, AFallbackSaysSo) {
  const TickClock& clock = tick_clock();
  EXPECT_EQ(clock.fallback_reason != nullptr, std::string(clock.name) == "steady_clock");
  if (clock.fallback_reason != nullptr) {
    EXPECT_EQ(clock.ns_per_tick, 1.0);
  }
}

/// A fake clock, whose time passes by reading it, and a counter that follows it at a rate of its own.
struct FakeTime {
  std::uint64_t ns = 1'000'000;
  double ticks_per_ns = 2.5;
  std::uint64_t changes_at = UINT64_MAX;  ///< the time at which the counter's rate changes
  double later_ticks_per_ns = 0;

  std::uint64_t ticks() const {
    const auto before = static_cast<double>(std::min(ns, changes_at));
    const auto after = static_cast<double>(ns) - before;
    return static_cast<std::uint64_t>(before * ticks_per_ns + after * later_ticks_per_ns);
  }
  std::optional<double> calibrated() {
    return calibrate([this] { return ticks(); }, [this] { return ns += 20; }, 1'000'000);
  }
};

TEST(Calibration, FindsTheRate) {
  for (const double ticks_per_ns : {0.024, 1.0, 2.5, 5.2}) {
    FakeTime time;
    time.ticks_per_ns = ticks_per_ns;
    const auto ns_per_tick = time.calibrated();
    ASSERT_TRUE(ns_per_tick.has_value()) << ticks_per_ns;
    EXPECT_NEAR(*ns_per_tick * ticks_per_ns, 1, 1e-4) << ticks_per_ns;
  }
}

TEST(Calibration, RejectsACounterThatChangesItsRate) {
  for (const double later : {2.4, 2.6, 0.0}) {
    FakeTime time;
    time.changes_at = 2'001'000;
    time.later_ticks_per_ns = later;
    EXPECT_FALSE(time.calibrated().has_value()) << later;
  }
}

TEST(Calibration, RejectsACounterThatStandsStill) {
  FakeTime time;
  time.ticks_per_ns = 0;
  EXPECT_FALSE(time.calibrated().has_value());
}

TEST(Calibration, InterruptionsSpoilNothing) {
  SCOPED_TRACE("seed 1");
  std::minstd_rand random(1);
  std::uint64_t ns = 0;
  // Three of four readings come late, by up to 80 us.
  const auto read_ns = [&] { return ns += random() % 4 != 0 ? random() % 80'000 : 20; };
  const auto rate = calibrate([&] { return 3 * ns; }, read_ns, 1'000'000);
  ASSERT_TRUE(rate.has_value());
  EXPECT_NEAR(*rate, 1.0 / 3, 1e-4);
}

}  // namespace
}  // namespace driftbench
