#include "runtime/clock.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace driftbench {
namespace {

TEST(Clock, NeverGoesBack) {
  std::uint64_t previous = now_ns();
  for (int i = 0; i < 100000; ++i) {
    const std::uint64_t reading = now_ns();
    ASSERT_GE(reading, previous);
    previous = reading;
  }
}

TEST(Clock, CountsNanoseconds) {
  const std::uint64_t start = now_ns();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const std::uint64_t slept = now_ns() - start;
  EXPECT_GE(slept, 20'000'000U);
  EXPECT_LE(slept, 60'000'000'000U);  // a busy machine, but not another unit
}

TEST(Clock, MeasuresItself) {
  const auto properties = measure_clock();
  EXPECT_GE(properties.resolution_ns, 1U);
  EXPECT_LE(properties.resolution_ns, 20'000'000U);
  EXPECT_LE(properties.overhead_ns, 100'000U);
}

}  // namespace
}  // namespace driftbench
