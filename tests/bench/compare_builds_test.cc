#include "bench/compare_builds.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace driftbench {
namespace {

constexpr double kAlpha = 0.01;
constexpr int kPairs = 63;

/// Times on a machine that other programs disturb: a spread of 3 %, one time in ten up to twice as long, and drifts in
/// speed that both times of a pair share.
struct Machine {
  explicit Machine(unsigned seed) : bits(seed) {}

  double time(double least, double speed) {
    const double disturbed = uniform(bits) < 0.1 ? 1 + uniform(bits) : 1;
    return least * speed * disturbed * std::exp(0.03 * normal(bits));
  }
  Verdict compare(double slowdown) {
    std::vector<double> a, b;
    for (int i = 0; i < kPairs; ++i) {
      const double speed = 1 + 0.2 * uniform(bits);
      a.push_back(time(100, speed));
      b.push_back(time(100 * slowdown, speed));
    }
    return compare_times(a, b, kAlpha).verdict;
  }

  std::mt19937 bits;
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform;
};

// In 20,000 comparisons the number of false alarms at the highest allowed rate exceeds 300 with probability below 1e-9.
TEST(CompareBuilds, BuildIsNoDifferentFromItself) {
  Machine machine(1);
  int alarms = 0;
  for (int i = 0; i < 20000; ++i) alarms += machine.compare(1) != Verdict::kNoDifference;
  EXPECT_LT(alarms, 300);
}

// If 1 in 100 differences were missed, 1000 comparisons would miss more than 50 with probability below 1e-15.
TEST(CompareBuilds, FivePercentAreSeen) {
  Machine machine(2);
  int slower = 0, faster = 0;
  for (int i = 0; i < 1000; ++i) {
    slower += machine.compare(1.05) == Verdict::kSlower;
    faster += machine.compare(1 / 1.05) == Verdict::kFaster;
  }
  EXPECT_GE(slower, 950);
  EXPECT_GE(faster, 950);
}

TEST(CompareBuilds, LessThanAPercentIsNoDifference) {
  const std::vector<double> a(kPairs, 100.0), b(kPairs, 100.9), c(kPairs, 101.1);
  EXPECT_EQ(compare_times(a, b, kAlpha).verdict, Verdict::kNoDifference);
  EXPECT_EQ(compare_times(b, a, kAlpha).verdict, Verdict::kNoDifference);
  EXPECT_EQ(compare_times(a, c, kAlpha).verdict, Verdict::kSlower);
  EXPECT_EQ(compare_times(c, a, kAlpha).verdict, Verdict::kFaster);
  EXPECT_DOUBLE_EQ(compare_times(a, b, kAlpha).ratio, 1.009);
}

// These are probabilities of the two-sided sign test: 8 tosses are all alike with probability 2 / 256, 7 with 2 / 128.
// Among 31 tosses, 8 or fewer are heads with probability 0.0107 / 2, and 7 or fewer with 0.0033 / 2.
TEST(CompareBuilds, IntervalIsTheSignTests) {
  EXPECT_EQ(least_pairs(kAlpha), 8);
  EXPECT_EQ(least_pairs(0.5), 2);
  std::vector<double> a(31, 1.0), b;
  for (int i = 1; i <= 31; ++i) b.push_back(i);
  const auto comparison = compare_times(a, b, kAlpha);
  EXPECT_EQ(comparison.ratio, 16);
  EXPECT_EQ(comparison.low, 8);
  EXPECT_EQ(comparison.high, 24);
}

}  // namespace
}  // namespace driftbench
