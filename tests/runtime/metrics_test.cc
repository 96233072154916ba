#include "runtime/metrics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace driftbench {
namespace {

TEST(RunningMean, AgainstTwoPasses) {
  SCOPED_TRACE("seed 1");
  std::mt19937 bits(1);
  std::normal_distribution<double> normal;
  for (double offset : {0.0, 1.0, 1e6}) {  // with a large mean a sum of squares would cancel
    RunningMean running;
    std::vector<long double> values;
    for (int i = 0; i < 1000; ++i) {
      values.push_back(offset + normal(bits));
      running.add(static_cast<double>(values.back()));
    }
    long double mean = 0.0, squares = 0.0;
    for (long double value : values) mean += value / 1000;
    for (long double value : values) squares += (value - mean) * (value - mean);
    EXPECT_EQ(running.count(), 1000);
    EXPECT_NEAR(running.mean(), static_cast<double>(mean), 1e-13 * (1.0 + offset));
    EXPECT_NEAR(running.standard_error(), static_cast<double>(std::sqrt(squares / 999 / 1000)), 1e-13 * (1.0 + offset));
  }
}

TEST(RunningMean, FewValues) {
  RunningMean running;
  EXPECT_EQ(running.mean(), 0.0);
  EXPECT_EQ(running.standard_error(), 0.0);
  running.add(3.0);
  EXPECT_EQ(running.mean(), 3.0);
  EXPECT_EQ(running.standard_error(), 0.0);
  running.add(5.0);
  EXPECT_EQ(running.mean(), 4.0);
  EXPECT_EQ(running.standard_error(), 1.0);
}

/// Returns the integral of the distance between the quantile functions, by the midpoint rule.
double brute_force_w1(std::vector<float> norms, double w) {
  std::sort(norms.begin(), norms.end());
  constexpr int kPoints = 200'000;
  double sum = 0.0;
  for (int i = 0; i < kPoints; ++i) {
    const double q = (i + 0.5) / kPoints;
    const auto rank = static_cast<std::size_t>(q * static_cast<double>(norms.size()));
    sum += std::fabs(norms[rank] - (q < 1.0 - w ? 0.0 : 1.0));
  }
  return sum / kPoints;
}

TEST(W1ToTargetNorm, AgainstBruteForce) {
  SCOPED_TRACE("seed 2");
  std::mt19937 bits(2);
  std::uniform_real_distribution<float> uniform(0.0f, 2.0f);
  for (std::size_t count : {1U, 2U, 3U, 7U, 100U}) {
    for (double w : {0.0, 0.3, 0.5, 0.77, 1.0}) {
      std::vector<float> norms(count);
      for (float& norm : norms) norm = uniform(bits);
      const double exact = brute_force_w1(norms, w);
      // At each of count + 1 jumps the rule errs by at most the weight of a point times the jump, which is at most 2.
      EXPECT_NEAR(w1_to_target_norm(norms, w), exact, 2.0 * static_cast<double>(count + 1) / 200'000)
          << count << ", " << w;
    }
  }
}

TEST(W1ToTargetNorm, KnownValues) {
  std::vector<float> zeros(10, 0.0f), ones(10, 1.0f), half{1, 0, 0, 1}, three{3.0f};
  EXPECT_NEAR(w1_to_target_norm(zeros, 0.5), 0.5, 1e-15);
  EXPECT_NEAR(w1_to_target_norm(zeros, 1.0), 1.0, 1e-15);
  EXPECT_NEAR(w1_to_target_norm(ones, 0.25), 0.75, 1e-15);
  EXPECT_NEAR(w1_to_target_norm(half, 0.5), 0.0, 1e-15);
  EXPECT_NEAR(w1_to_target_norm(half, 0.75), 0.25, 1e-15);
  EXPECT_NEAR(w1_to_target_norm(three, 0.5), 2.5, 1e-15);
}

/// The values for one and two draws are computed by hand. For many draws the fraction is normal, and E|fraction - w| =
/// sqrt(2 w (1 - w) / (pi n)).
TEST(W1OfTargetDraws, KnownValues) {
  EXPECT_NEAR(w1_of_target_draws(0.5, 1), 0.5, 1e-12);
  EXPECT_NEAR(w1_of_target_draws(0.5, 2), 0.25, 1e-12);
  EXPECT_NEAR(w1_of_target_draws(0.25, 1), 2 * 0.25 * 0.75, 1e-12);
  EXPECT_EQ(w1_of_target_draws(0, 5), 0);
  EXPECT_EQ(w1_of_target_draws(1, 5), 0);
  EXPECT_NEAR(w1_of_target_draws(0.3, 10'000), std::sqrt(2 * 0.3 * 0.7 / (3.14159265358979 * 10'000)), 1e-6);
}

/// The distance of a fraction of ones from w = 0 is that fraction. Resampled, it is binomial, whose percentiles are
/// known.
TEST(BootstrapW1, CoversABinomial) {
  constexpr std::size_t kCount = 100;
  std::vector<float> norms(kCount, 0.0f), resample(kCount);
  std::fill_n(norms.begin(), 30, 1.0f);
  std::vector<double> distances(2000);
  const RandomAddress at{3, Stream::kResampling, 0, 0};
  const Interval interval = bootstrap_w1(norms, 0.0, at, resample, distances);
  // Binomial(100, 0.3) has 2.5 % at or below 21 and 97.5 % at or below 39; 2000 resamples place a percentile within
  // 1.5.
  EXPECT_NEAR(interval.low, 0.21, 0.015);
  EXPECT_NEAR(interval.high, 0.39, 0.015);
  const Interval again = bootstrap_w1(norms, 0.0, at, resample, distances);
  EXPECT_EQ(again.low, interval.low);
  EXPECT_EQ(again.high, interval.high);
  std::vector<float> same(7, 0.4f), seven(7);
  const Interval sure = bootstrap_w1(same, 0.0, at, seven, distances);
  EXPECT_FLOAT_EQ(static_cast<float>(sure.low), 0.4f);
  EXPECT_FLOAT_EQ(static_cast<float>(sure.high), 0.4f);
}

/// The distance from w = 0 is the mean of the norms, which is nearly normal: 0.025 of either tail lies 1.96 deviations
/// off. 2000 resamples place that within 0.06, and a tail of 0.05 would begin at 1.64.
TEST(BootstrapW1, HasTheTailsOfANormal) {
  constexpr std::size_t kCount = 400;
  std::vector<float> norms(kCount), resample(kCount);
  for (std::size_t i = 0; i < kCount; ++i) norms[i] = (static_cast<float>(i) + 0.5f) / kCount;
  std::vector<double> distances(2000);
  const Interval interval = bootstrap_w1(norms, 0.0, {4, Stream::kResampling, 0, 0}, resample, distances);
  const double deviation = std::sqrt(1.0 / 12 / kCount);
  EXPECT_NEAR((interval.low - 0.5) / deviation, -1.96, 0.2);
  EXPECT_NEAR((interval.high - 0.5) / deviation, 1.96, 0.2);
}

}  // namespace
}  // namespace driftbench
