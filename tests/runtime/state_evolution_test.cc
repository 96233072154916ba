// Compares AMP's overlap with the truth, from an informed start, with state evolution.
#include "tools/theory/state_evolution.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "kernels/amp.h"
#include "kernels/targets/signs.h"
#include "kernels/targets/sparse_signs.h"
#include "kernels/targets/submatrix.h"
#include "runtime/metrics.h"
#include "runtime/observe.h"
#include "tests/runtime/sign_law.h"
#include "tests/support.h"

namespace driftbench {
namespace {

constexpr int kIterations = 10;
constexpr int kTrials = kSlow ? 8 : 24;

/// Checks each of 10 iterations within three standard errors. The seed is fixed, so the result is always the same. The
/// iterations' deviations are correlated, but a wrong denoiser or Onsager term shows as tens of standard errors.
template <class T>
void expect_state_evolution(const T& target, const EntryLaw& law, double lambda2, double first_precision) {
  constexpr int N = T::kN;
  const auto t = static_cast<float>(lambda2 * N / 2);
  const auto y = std::make_unique<SymMatrix<N>>();
  const auto workspace = std::make_unique<AmpWorkspace<T>>();
  RankOne<N> x;
  Vec<N> noise;
  RunningMean overlap[kIterations + 1];
  for (int trial = 0; trial < kTrials; ++trial) {
    const RandomAddress at{11, Stream::kTarget, static_cast<std::uint64_t>(trial), 0};
    target.draw(at, x);
    observe(x, t, {11, Stream::kNoise, at.chain, 0}, *y);
    fill_gaussian({11, Stream::kDrift, at.chain, 0}, noise);
    for (int iterations = 0; iterations <= kIterations; ++iterations) {
      double product = 0;
      for (int i = 0; i < N; ++i) {
        const double v = std::sqrt(N) * x.v[i];
        const double field = first_precision * v + std::sqrt(first_precision) * noise[i];
        workspace->m[i] = static_cast<float>(law.posterior_mean(field, first_precision));
      }
      if (iterations > 0) {
        AmpOptions options;
        ASSERT_TRUE(options.iterations.set(iterations));
        options.tolerance = 0;
        options.refinements = 0;
        ASSERT_NE(amp(target, *y, t, options, *workspace).status, Status::kNotFinite);
      }
      for (int i = 0; i < N; ++i) product += std::sqrt(N) * x.v[i] * workspace->m[i];
      overlap[iterations].add(product / N);
    }
  }
  const StateEvolution evolution(law);
  double predicted = evolution.next_overlap(1, first_precision);
  for (int i = 0; i <= kIterations; ++i) {
    EXPECT_NEAR(overlap[i].mean(), predicted, 3 * overlap[i].standard_error()) << "iteration " << i;
    predicted = evolution.next_overlap(lambda2, predicted);
  }
}

// A quarter of the entries are non-zero. With few, rare errors would make the overlap, and a few trials do not show the
// spread of those.
constexpr SparseSigns<1024, 256> kSparse{1.0f};

TEST(StateEvolutionTest, AmpFollowsItAtLambda2OneAndAHalf) {
  expect_state_evolution(kSparse, sign_law(0.25), 1.5, 0.15);
}
TEST(StateEvolutionTest, AmpFollowsItAtLambda2Two) { expect_state_evolution(kSparse, sign_law(0.25), 2.0, 0.15); }

TEST(StateEvolutionTest, AmpFollowsItWithSigns) {
  expect_state_evolution(Signs<1024>{1.0f, 1.0f}, sign_law(1), 1.5, 0.15);
  expect_state_evolution(Signs<1024>{1.0f, 0.3f}, sign_law(0.3), 2.0, 0.15);
  expect_state_evolution(Signs<1024>{1.0f, 0.1f}, sign_law(0.1), 2.5, 0.3);
}

/// At the density of the paper's size entries are rare, and the transition is of first order.
TEST(StateEvolutionTest, AmpFollowsItWithSparseSignsOfTheirOwnNumber) {
  expect_state_evolution(Signs<1024>{1.0f, 0.057f}, sign_law(0.057), 2.5, 0.5);
}

TEST(StateEvolutionTest, AmpFollowsItWithASubmatrix) {
  const double rho = 0.25;
  expect_state_evolution(Submatrix<1024, 256>{1.0f}, EntryLaw({{0, 1 - rho}, {1 / std::sqrt(rho), rho}}), 1.5, 0.15);
}

}  // namespace
}  // namespace driftbench
