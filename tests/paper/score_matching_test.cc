// Checks how well the better drifts denoise, by bounds that a first implementation missed or just met. Seeds are fixed.

#include "tests/paper/score_matching.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace driftbench {
namespace {

constexpr std::int64_t kSamples = kSlow ? 200 : 2000;

void expect_below(const char* drift, const std::vector<std::pair<double, double>>& bounds) {
  for (const auto& [t, bound] : bounds) {
    const MseResult result = score(350, 20, drift, t, kSamples);
    // With fewer samples the error may be off by two of its standard errors.
    EXPECT_LT(result.mse, bound + (kSlow ? 2 * result.standard_error : 0))
        << drift << " at t = " << t << ", +- " << result.standard_error;
  }
}

TEST(ScoreMatchingTest, Amp) {
  expect_below("amp", {{200, 0.26}, {240, 0.13}, {280, 0.055}, {320, 0.030}, {360, 0.018}, {420, 0.008}});
}

TEST(ScoreMatchingTest, AmpWithRestarts) {
  expect_below("amp-restarts", {{200, 0.20}, {240, 0.09}, {280, 0.040}, {320, 0.024}, {360, 0.015}, {420, 0.006}});
}

/// Where nothing can be seen, the evidence keeps the estimate near 0, so that amp is no worse than 0 on the same
/// samples.
TEST(ScoreMatchingTest, AmpIsNotAboveZeroBelowTheThreshold) {
  for (const double t : {20.0, 80.0, 140.0}) {
    EXPECT_LE(score(350, 20, "amp", t, kSamples).mse, score(350, 20, "zero", t, kSamples).mse + 0.01) << "t = " << t;
  }
}

/// Without the prior amp-soft loses to amp, but still wins against the leading eigenvector.
TEST(ScoreMatchingTest, AmpSoftLiesBetweenAmpAndSpectral) {
  for (const double t : {240.0, 280.0, 320.0}) {
    const double soft = score(350, 20, "amp-soft", t, kSamples).mse;
    EXPECT_LT(soft, 0.7 * score(350, 20, "spectral", t, kSamples).mse) << "t = " << t;
    EXPECT_GT(soft, score(350, 20, "amp", t, kSamples).mse) << "t = " << t;
  }
}

/// In this case k = 8 is far below sqrt(n) = 32, and t = 300 below n / 2.
TEST(ScoreMatchingTest, SoftThresholdingWinsWhereTheSignalIsSparse) {
  const std::int64_t samples = kSlow ? 20 : 200;
  EXPECT_LT(score(1024, 8, "soft-spectral", 300, samples).mse, 0.05);
  EXPECT_GT(score(1024, 8, "spectral", 300, samples).mse, kSlow ? 0.2 : 0.45);
}

}  // namespace
}  // namespace driftbench
