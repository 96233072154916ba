#include "runtime/schedule.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace driftbench {
namespace {

static_assert(Schedule<UniformSchedule> && Schedule<GeometricSchedule> && Schedule<GridSchedule> && !Schedule<int>);

template <Schedule S>
void expect_increasing(const S& schedule) {
  EXPECT_EQ(schedule.time(0), 0.0f);
  for (std::int64_t i = 0; i < schedule.steps(); ++i) ASSERT_LT(schedule.time(i), schedule.time(i + 1)) << i;
}

TEST(UniformSchedule, WholeSteps) {
  const UniformSchedule schedule(0.5, 1400.0);
  EXPECT_EQ(schedule.steps(), 2800);
  for (std::int64_t i = 0; i <= 2800; ++i) ASSERT_EQ(schedule.time(i), 0.5f * static_cast<float>(i));
}

// These dt have no exact binary form. All the same, the count must not err by one, nor the times drift from i * dt.
TEST(UniformSchedule, DecimalSteps) {
  for (double dt : {0.1, 0.01, 0.3, 0.7, 1e-3}) {
    for (int steps : {1, 2, 3, 7, 10, 100, 999, 12345}) {
      const UniformSchedule schedule(dt, dt * steps);
      EXPECT_EQ(schedule.steps(), steps) << dt;
      EXPECT_EQ(schedule.time(steps / 2), static_cast<float>(steps / 2 * dt));
      EXPECT_EQ(schedule.time(steps), static_cast<float>(dt * steps));
      expect_increasing(schedule);
    }
  }
  EXPECT_EQ(UniformSchedule(0.1, 0.3).steps(), 3);
  EXPECT_EQ(UniformSchedule(0.1, 70.0).steps(), 700);
}

TEST(UniformSchedule, ShortensTheLastStep) {
  const UniformSchedule schedule(0.4, 1.0);
  EXPECT_EQ(schedule.steps(), 3);
  EXPECT_EQ(schedule.time(2), 0.8f);
  EXPECT_EQ(schedule.time(3), 1.0f);
  const UniformSchedule one(5.0, 1.0);
  EXPECT_EQ(one.steps(), 1);
  EXPECT_EQ(one.time(1), 1.0f);
}

// The table is computed at compile time, for targets without double-precision arithmetic.
TEST(Tabulate, HasTheTimesOfTheSchedule) {
  static constexpr UniformSchedule kSchedule(0.1, 0.45);
  static constexpr auto kTimes = tabulate<kSchedule.steps()>(kSchedule);
  static constexpr GridSchedule kTable(kTimes);
  static_assert(kTable.steps() == 5 && kTable.time(5) == 0.45f);
  for (std::int64_t i = 0; i <= 5; ++i) EXPECT_EQ(kTable.time(i), kSchedule.time(i));
}

TEST(GeometricSchedule, GrowsByAConstantFactor) {
  const GeometricSchedule schedule(0.5, 1400.0, 60);
  EXPECT_EQ(schedule.steps(), 60);
  EXPECT_EQ(schedule.time(1), 0.5f);
  EXPECT_EQ(schedule.time(60), 1400.0f);
  expect_increasing(schedule);
  const double factor = std::pow(2800.0, 1.0 / 59);
  for (std::int64_t i = 1; i < 60; ++i) EXPECT_NEAR(schedule.time(i + 1) / schedule.time(i), factor, 1e-6) << i;
  EXPECT_EQ(GeometricSchedule(0.5, 1400.0, 1).time(1), 1400.0f);
  EXPECT_EQ(GeometricSchedule(0.5, 1400.0, 2).time(1), 0.5f);
}

TEST(GridSchedule, GivesTheTimesBack) {
  const std::vector<float> times{0.25f, 1.0f, 7.0f};
  const GridSchedule schedule(times);
  EXPECT_EQ(schedule.steps(), 3);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(schedule.time(static_cast<std::int64_t>(i) + 1), times[i]);
  expect_increasing(schedule);
  EXPECT_EQ(GridSchedule({}).steps(), 0);
}

}  // namespace
}  // namespace driftbench
