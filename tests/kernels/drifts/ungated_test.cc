// Checks that samples of the ungated drift follow the target with w = 1 exactly, whatever the schedule, as Proposition
// 2.1 of the paper says.

#include "kernels/drifts/ungated.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <memory>

#include "kernels/targets/sparse_signs.h"
#include "runtime/sampler.h"
#include "runtime/schedule.h"
#include "tests/support.h"

namespace driftbench {
namespace {

constexpr int N = 32, K = 4;
constexpr int kChains = kSlowest ? 400 : 4000;

TEST(UngatedTest, SamplesAreUniformOverSupportsAndSigns) {
  const auto sampler = std::make_unique<Sampler<N, Ungated<SparseSigns<N, K>>>>();
  const UniformSchedule schedule(0.5, 8);
  std::array<int, N> in_support{};
  int agreeing = 0;
  for (int chain = 0; chain < kChains; ++chain) {
    sampler->start(/*seed=*/5, static_cast<std::uint64_t>(chain));
    for (std::int64_t i = 1; i <= schedule.steps(); ++i) {
      ASSERT_NE(sampler->step(schedule.time(i)), Status::kNotFinite);
    }
    ASSERT_NE(sampler->evaluate(), Status::kNotFinite);
    const auto& sample = sampler->estimate();
    ASSERT_NEAR(frobenius_norm(sample), 1, 1e-4);

    int nonzero = 0, first = -1;
    for (int i = 0; i < N; ++i) {
      if (sample.v[i] == 0) continue;
      ASSERT_NEAR(std::fabs(sample.v[i]), 0.5, 1e-6);
      ++nonzero;
      ++in_support[static_cast<std::size_t>(i)];
      if (first < 0) {
        first = i;
      } else {
        agreeing += sample.v[i] * sample.v[first] > 0;
      }
    }
    ASSERT_EQ(nonzero, K);
  }

  // The indicators of the indices of a uniform K-subset have variance p (1 - p) and correlation -1 / (N - 1).
  const double p = double{K} / N;
  double chi_square = 0;
  for (const int count : in_support) chi_square += std::pow(count - kChains * p, 2);
  chi_square *= (N - 1.0) / N / (kChains * p * (1 - p));
  EXPECT_FALSE(improbable_chi_square(chi_square, N - 1)) << chi_square;

  // The sample is p p^T, which shows only the signs' relation to each other: each chain is K - 1 fair coins.
  const double coins = kChains * (K - 1.0);
  EXPECT_NEAR(agreeing, coins / 2, kImprobableDeviations * std::sqrt(coins / 4));
}

}  // namespace
}  // namespace driftbench
