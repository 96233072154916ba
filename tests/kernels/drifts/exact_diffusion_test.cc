// Checks that with the exact drift the diffusion samples the target, and that no drift denoises better.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <vector>

#include "kernels/drifts/exact.h"
#include "kernels/drifts/spectral.h"
#include "kernels/targets/sparse_signs.h"
#include "runtime/metrics.h"
#include "runtime/observe.h"
#include "runtime/sampler.h"
#include "runtime/schedule.h"
#include "tests/support.h"

namespace driftbench {
namespace {

constexpr int N = 16, K = 3;
constexpr int kChains = kSlow ? 200 : 1000;

/// Returns Wilson and Hilferty's approximation to the chi-square quantile at `z` normal standard deviations.
double chi_square_quantile(double degrees, double z) {
  const double a = 2 / (9 * degrees);
  return degrees * std::pow(1 - a + z * std::sqrt(a), 3);
}

/// Returns steps of 0.1 up to t = 24, in which the posterior decides (t_bayes is 10), and of 0.5 up to 64, when it has
/// decided. In 20000 chains with these steps a fraction of 0.493 +- 0.004 was non-zero: 1000 chains cannot show the
/// bias that the steps leave.
std::vector<float> diffusion_times() {
  std::vector<float> times;
  for (int i = 1; i <= 240; ++i) times.push_back(0.1f * static_cast<float>(i));
  for (int i = 1; i <= 80; ++i) times.push_back(24 + 0.5f * static_cast<float>(i));
  return times;
}

/// Returns the rank, in lexicographic order, of the support among C(16, 3) = 560 that has the largest diagonal
/// elements.
int support_rank(const SymMatrix<N>& m) {
  std::array<int, N> order;
  for (int i = 0; i < N; ++i) order[static_cast<std::size_t>(i)] = i;
  std::sort(order.begin(), order.end(), [&](int i, int j) { return m(i, i) > m(j, j); });
  std::array<int, K> support{order[0], order[1], order[2]};
  std::sort(support.begin(), support.end());
  int rank = 0;
  for (int a = 0; a < N; ++a) {
    for (int b = a + 1; b < N; ++b) {
      for (int c = b + 1; c < N; ++c, ++rank) {
        if (support == std::array<int, K>{a, b, c}) return rank;
      }
    }
  }
  return -1;
}

/// At another seed each of the five expectations fails by chance in 0.27 % of runs, and at least one in 1.4 %. The seed
/// is fixed, so the result is always the same.
TEST(ExactDiffusionTest, SamplesFollowTheTarget) {
  constexpr double kSigmas = 3;
  const auto times = diffusion_times();
  const GridSchedule schedule(times);
  const auto sampler = std::make_unique<Sampler<N, Exact<SparseSigns<N, K>>>>();
  constexpr int kSupports = 560, kBins = 20;
  std::array<int, kBins> bins{};
  std::array<int, N> in_support{};
  int nonzero = 0, agreeing = 0;
  double norms = 0;
  for (int chain = 0; chain < kChains; ++chain) {
    sampler->start(/*seed=*/11, static_cast<std::uint64_t>(chain));
    for (std::int64_t i = 1; i <= schedule.steps(); ++i) ASSERT_EQ(sampler->step(schedule.time(i)), Status::kOk);
    ASSERT_EQ(sampler->evaluate(), Status::kOk);
    const SymMatrix<N>& sample = sampler->estimate();
    const double norm = frobenius_norm(sample);
    norms += norm;
    ASSERT_LT(norm, 1.001);
    if (norm < 0.5) continue;
    ++nonzero;
    ++bins[static_cast<std::size_t>(support_rank(sample) / (kSupports / kBins))];
    int first = -1;
    for (int i = 0; i < N; ++i) {
      if (sample(i, i) < 0.5f / K) continue;
      ++in_support[static_cast<std::size_t>(i)];
      if (first >= 0) agreeing += sample(i, first) > 0;
      if (first < 0) first = i;
    }
  }

  // Each norm is 0 or 1 with probability 1/2.
  const double deviation = 0.5 / std::sqrt(kChains);
  EXPECT_NEAR(nonzero / static_cast<double>(kChains), 0.5, kSigmas * deviation);
  EXPECT_NEAR(norms / kChains, 0.5, kSigmas * deviation);

  double chi_square = 0;
  for (const int count : bins) chi_square += std::pow(count - nonzero / double{kBins}, 2) / (nonzero / double{kBins});
  EXPECT_LT(chi_square, chi_square_quantile(kBins - 1, kSigmas));

  // The indicators of the indices of a uniform K-subset have variance p (1 - p) and correlation -1 / (N - 1).
  const double p = double{K} / N;
  chi_square = 0;
  for (const int count : in_support) chi_square += std::pow(count - nonzero * p, 2);
  chi_square *= (N - 1.0) / N / (nonzero * p * (1 - p));
  EXPECT_LT(chi_square, chi_square_quantile(N - 1, kSigmas));

  // Only the signs' relation to each other shows: each sample is K - 1 fair coins.
  const double coins = nonzero * (K - 1.0);
  EXPECT_NEAR(agreeing, coins / 2, kSigmas * std::sqrt(coins / 4));
}

template <class D>
RunningMean score(float t, int samples) {
  const auto drift = std::make_unique<D>();
  RankOne<N> x;
  SymMatrix<N> y;
  typename D::Estimate m;
  RunningMean errors;
  for (int i = 0; i < samples; ++i) {
    RandomAddress at{/*seed=*/12, Stream::kTarget, static_cast<std::uint64_t>(i), 0};
    SparseSigns<N, K>{0.5f}.draw(at, x);
    at.stream = Stream::kNoise;
    observe(x, t, at, y);
    EXPECT_NE(evaluate_drift(*drift, at, y, t, m), Status::kNotFinite);
    errors.add(squared_distance(m, x));
  }
  return errors;
}

/// The gap between the two errors is at least ten standard errors at each of these t.
TEST(ExactDiffusionTest, DenoisesBetterThanSpectral) {
  for (const float t : {2.0f, 5.0f, 10.0f, 20.0f, 40.0f}) {
    const RunningMean exact = score<Exact<SparseSigns<N, K>>>(t, 2 * kChains),
                      spectral = score<Spectral<SparseSigns<N, K>>>(t, 2 * kChains);
    EXPECT_LT(exact.mean() + 3 * std::hypot(exact.standard_error(), spectral.standard_error()), spectral.mean())
        << "at t = " << t;
    EXPECT_LT(exact.mean(), 0.5 + 3 * exact.standard_error()) << "worse than 0 at t = " << t;
  }
}

}  // namespace
}  // namespace driftbench
