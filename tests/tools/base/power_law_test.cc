// Compares the fit behind `scaling`'s exponents with numbers worked out by hand.
#include "tools/base/power_law.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>
#include <vector>

namespace driftbench {
namespace {

/// Returns exp of each number; points are given by their logarithms.
std::vector<double> exp_of(std::vector<double> logs) {
  for (double& value : logs) value = std::exp(value);
  return logs;
}

TEST(PowerLaw, ExactLawsHaveTheirExponentAndNoError) {
  const std::vector<double> x = {12, 32, 64, 350, 1024};
  for (const double exponent : {-1.0, 0.0, 0.5, 1.0, 2.0, 3.25}) {
    std::vector<double> y;
    for (const double value : x) y.push_back(7 * std::pow(value, exponent));
    const auto law = fit_power_law(x, y);
    ASSERT_TRUE(law.has_value());
    EXPECT_NEAR(law->exponent, exponent, 1e-14);
    EXPECT_NEAR(law->standard_error, 0, 1e-14);
  }
}

// The logarithms are 0, 2, 1 at 0, 1, 2: slope 1/2, residuals -1/2, 1, -1/2, error sqrt(1.5 / 1 / 2).
TEST(PowerLaw, ThreePoints) {
  const auto law = fit_power_law(exp_of({0, 1, 2}), exp_of({0, 2, 1}));
  ASSERT_TRUE(law.has_value());
  EXPECT_NEAR(law->exponent, 0.5, 1e-14);
  EXPECT_NEAR(law->standard_error, std::sqrt(0.75), 1e-14);
}

// The logarithms are 0, 1, 1, 4 at 0, 1, 2, 3, in any order: slope 6/5, residuals 0.3, 0.1, -1.1, 0.7, error sqrt(1.8 /
// 2 / 5).
TEST(PowerLaw, FourPoints) {
  for (const auto& [x, y] :
       {std::pair(exp_of({0, 1, 2, 3}), exp_of({0, 1, 1, 4})), std::pair(exp_of({3, 0, 2, 1}), exp_of({4, 0, 1, 1}))}) {
    const auto law = fit_power_law(x, y);
    ASSERT_TRUE(law.has_value());
    EXPECT_NEAR(law->exponent, 1.2, 1e-14);
    EXPECT_NEAR(law->standard_error, std::sqrt(0.18), 1e-14);
  }
}

// These are the patterns of exact at (12, 3), (16, 3), (20, 3), (24, 4) and (32, 4), at 2.4 ns each. The time is
// proportional to their number, though to no power of n; a fixed cost of 1 us bends it.
TEST(PowerLaw, OfSignPatterns) {
  const std::vector<double> n = {12, 16, 20, 24, 32}, patterns = {880, 2240, 4560, 85008, 287680};
  std::vector<double> proportional, offset;
  for (const double count : patterns) {
    proportional.push_back(2.4 * count);
    offset.push_back(1000 + 2.4 * count);
  }
  EXPECT_NEAR(fit_power_law(patterns, proportional)->exponent, 1, 1e-14);
  EXPECT_NEAR(fit_power_law(patterns, proportional)->standard_error, 0, 1e-14);
  EXPECT_GT(fit_power_law(n, proportional)->standard_error, 1);
  EXPECT_LT(fit_power_law(patterns, offset)->exponent, 0.98);
  EXPECT_GT(fit_power_law(patterns, offset)->standard_error, 0.001);
}

TEST(PowerLaw, NoneWithoutThreePointsThatDiffer) {
  EXPECT_FALSE(fit_power_law({}, {}).has_value());
  EXPECT_FALSE(fit_power_law(exp_of({1}), exp_of({1})).has_value());
  EXPECT_FALSE(fit_power_law(exp_of({1, 2}), exp_of({1, 2})).has_value());
  EXPECT_FALSE(fit_power_law(exp_of({2, 2, 2}), exp_of({1, 2, 3})).has_value());
  EXPECT_TRUE(fit_power_law(exp_of({2, 2, 3}), exp_of({1, 2, 3})).has_value());
}

TEST(PowerLaw, NoneThroughWhatIsNotPositiveOrNotKnown) {
  for (const double y : {0.0, -1.0, std::nan(""), HUGE_VAL}) {
    EXPECT_FALSE(fit_power_law(std::vector<double>{1, 2, 3}, std::vector<double>{1, y, 3}).has_value()) << y;
  }
}

}  // namespace
}  // namespace driftbench
