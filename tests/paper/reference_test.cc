// Compares score-matching errors with those that the code of the paper's authors returned.

#include "tests/reference.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>

#include "tests/paper/score_matching.h"

namespace driftbench {
namespace {

constexpr std::int64_t kSamples = kSlow ? 200 : 1000;

/// The seed is fixed, so the result is always the same. At another seed one of 24 points would lie beyond three
/// standard errors in 6 of 100 runs. A wrong drift moves many points by more, which the sum of squared deviations
/// shows: a chi-square variable with 24 degrees of freedom exceeds 85 in 1e-8 of runs.
TEST(ReferenceTest, PolynomialTimeDriftsMatchTheAuthorsCode) {
  const auto path = reference_file("official_polytime_mse.csv");
  if (!path) GTEST_SKIP() << no_reference("official_polytime_mse.csv");
  const auto rows = reference_rows(*path, "estimator,t,samples,mse,stderr");
  const std::map<std::string, std::string> drift_of{{"spectral", "spectral"}, {"power25", "power"}};
  double chi_square = 0;
  for (const auto& row : rows) {
    const double t = std::stod(row[1]), mse = std::stod(row[3]), standard_error = std::stod(row[4]);
    const MseResult ours = score(350, 20, drift_of.at(row[0]), t, kSamples);
    const double rounding = 5e-5;  // that of the file's four decimals
    const double deviation = std::fabs(ours.mse - mse) / (std::hypot(ours.standard_error, standard_error) + rounding);
    EXPECT_LE(deviation, 3) << row[0] << " at t = " << t << ": " << ours.mse << " +- " << ours.standard_error
                            << ", theirs " << mse << " +- " << standard_error;
    chi_square += deviation * deviation;
  }
  EXPECT_EQ(rows.size(), 24U);
  EXPECT_LT(chi_square, 85);
}

/// The error of the drift 0 is s^2 and nothing else. Its mean is w, and five standard errors are exceeded in 6e-7 of
/// runs.
TEST(ReferenceTest, ZeroHasTheErrorOfTheTargetsWeight) {
  const MseResult ours = score(350, 20, "zero", 140, kSamples);
  EXPECT_NEAR(ours.mse, 0.5, 5 * ours.standard_error);
  EXPECT_NEAR(ours.standard_error, 0.5 / std::sqrt(kSamples), 0.02 / std::sqrt(kSamples));
}

/// Compares at those of the trained networks' points that lie 60 apart, or 300 where tests are slow. Each of their
/// errors is the mean of 15000 samples.
TEST(ReferenceTest, AmpIsNowhereAboveTheNetwork) {
  const auto path = reference_file("paper_gnn_mse.csv");
  if (!path) GTEST_SKIP() << no_reference("paper_gnn_mse.csv");
  const auto rows = reference_rows(*path, "training_seed,t,mse");
  int points = 0;
  std::map<double, MseResult> ours;
  for (const auto& row : rows) {
    const double t = std::stod(row[1]), mse = std::stod(row[2]);
    if (std::fmod(t - 20, kSlow ? 300 : 60) != 0) continue;
    if (!ours.contains(t)) ours[t] = score(350, 20, "amp", t, kSamples);
    // An error lies in [0, 2], so that its variance is at most twice its mean.
    const double standard_error = std::hypot(ours[t].standard_error, std::sqrt(2 * mse / 15000));
    EXPECT_LE(ours[t].mse, mse + 3 * standard_error) << "training seed " << row[0] << ", t = " << t;
    ++points;
  }
  EXPECT_GE(points, kSlow ? 20 : 90);
}

}  // namespace
}  // namespace driftbench
