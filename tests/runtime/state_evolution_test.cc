// Compares AMP's overlap with the truth, from an informed start, with state evolution.

#include "tests/runtime/state_evolution.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "kernels/amp.h"
#include "kernels/targets/sparse_signs.h"
#include "runtime/metrics.h"
#include "runtime/observe.h"
#include "tests/support.h"

namespace driftbench {
namespace {

// A quarter of the entries are non-zero. With few, rare errors would make the overlap, and a few trials do not show the
// spread of those.
constexpr int N = 1024, K = 256;
constexpr double kRho = double{K} / N;
constexpr int kIterations = 10;
constexpr int kTrials = kSlow ? 8 : 24;

/// Checks each of 10 iterations within three standard errors. The seed is fixed, so the result is always the same. The
/// iterations' deviations are correlated, but a wrong denoiser or Onsager term shows as tens of standard errors.
void expect_state_evolution(double lambda2, double first_precision) {
  const auto t = static_cast<float>(lambda2 * N / 2);
  const auto y = std::make_unique<SymMatrix<N>>();
  const auto workspace = std::make_unique<AmpWorkspace<SparseSigns<N, K>>>();
  RankOne<N> x;
  Vec<N> noise;
  RunningMean overlap[kIterations + 1];
  for (int trial = 0; trial < kTrials; ++trial) {
    const RandomAddress at{11, Stream::kTarget, static_cast<std::uint64_t>(trial), 0};
    SparseSigns<N, K>{1.0f}.draw(at, x);
    observe(x, t, {11, Stream::kNoise, at.chain, 0}, *y);
    fill_gaussian({11, Stream::kDrift, at.chain, 0}, noise);
    for (int iterations = 0; iterations <= kIterations; ++iterations) {
      double product = 0;
      for (int i = 0; i < N; ++i) {
        const double v = std::sqrt(N) * x.v[i];
        const double field = first_precision * v + std::sqrt(first_precision) * noise[i];
        workspace->m[i] = static_cast<float>(sign_posterior_mean(kRho, field, first_precision));
      }
      if (iterations > 0) {
        AmpOptions options;
        ASSERT_TRUE(options.iterations.set(iterations));
        options.tolerance = 0;
        options.refinements = 0;
        ASSERT_NE((amp(SparseSigns<N, K>{}, *y, t, options, *workspace).status), Status::kNotFinite);
      }
      for (int i = 0; i < N; ++i) product += std::sqrt(N) * x.v[i] * workspace->m[i];
      overlap[iterations].add(product / N);
    }
  }
  double predicted = next_overlap(kRho, 1, first_precision);
  for (int i = 0; i <= kIterations; ++i) {
    EXPECT_NEAR(overlap[i].mean(), predicted, 3 * overlap[i].standard_error()) << "iteration " << i;
    predicted = next_overlap(kRho, lambda2, predicted);
  }
}

TEST(StateEvolutionTest, AmpFollowsItAtLambda2OneAndAHalf) { expect_state_evolution(1.5, 0.15); }
TEST(StateEvolutionTest, AmpFollowsItAtLambda2Two) { expect_state_evolution(2.0, 0.15); }

/// Two values are known: without a signal the posterior mean is 0, and with a certain one the overlap is E[v^2] = 1.
TEST(StateEvolutionTest, OverlapRunsFromZeroToOne) {
  EXPECT_NEAR(next_overlap(kRho, 1e-12, 1), 0, 1e-9);
  EXPECT_NEAR(next_overlap(kRho, 50, 1), 1, 1e-9);
  // To first order in gamma the posterior mean is E[v^2] B = B, so the next overlap is gamma.
  EXPECT_NEAR(next_overlap(kRho, 1e-4, 1), 1e-4, 1e-6);
}

}  // namespace
}  // namespace driftbench
