// Checks that each counter of what happened to a thread stands under its own name.
#include "tools/machine/conditions.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <thread>

namespace driftbench {
namespace {

void expect_equal(const Interruptions& a, const Interruptions& b) {
  EXPECT_EQ(a.voluntary_switches, b.voluntary_switches);
  EXPECT_EQ(a.involuntary_switches, b.involuntary_switches);
  EXPECT_EQ(a.minor_faults, b.minor_faults);
  EXPECT_EQ(a.major_faults, b.major_faults);
}

TEST(Interruptions, AreSubtractedAndAddedEachToItsOwn) {
  const Interruptions earlier{1, 20, 300, 4000}, later{6, 67, 678, 6789};
  expect_equal(later - earlier, {5, 47, 378, 2789});
  Interruptions sum = earlier;
  sum += later;
  expect_equal(sum, {7, 87, 978, 10789});
}

TEST(Interruptions, AThreadThatSleepsSwitchesOfItsOwnWill) {
  constexpr int kSleeps = 30;
  rusage before{}, after{};
  getrusage(RUSAGE_THREAD, &before);
  const Interruptions counted_before = Interruptions::so_far();
  for (int i = 0; i < kSleeps; ++i) std::this_thread::sleep_for(std::chrono::microseconds(200));
  const Interruptions counted = Interruptions::so_far() - counted_before;
  getrusage(RUSAGE_THREAD, &after);
  EXPECT_GE(counted.voluntary_switches, kSleeps);
  EXPECT_LE(counted.voluntary_switches, after.ru_nvcsw - before.ru_nvcsw);
  EXPECT_LE(counted.involuntary_switches, after.ru_nivcsw - before.ru_nivcsw);
}

TEST(Interruptions, FirstUseOfMemoryIsAMinorFault) {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  const Interruptions counted = Interruptions::so_far();
  EXPECT_GT(counted.minor_faults, 0);
  EXPECT_GE(counted.minor_faults, usage.ru_minflt);
  EXPECT_LT(counted.major_faults, counted.minor_faults);
}

}  // namespace
}  // namespace driftbench
