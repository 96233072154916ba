#include "kernels/amp.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include "kernels/drifts/amp.h"
#include "kernels/drifts/amp_soft.h"
#include "kernels/targets/sparse_signs.h"
#include "runtime/observe.h"
#include "tests/runtime/sign_law.h"
#include "tests/support.h"

namespace driftbench {
namespace {

constexpr int N = 70, K = 6;
constexpr SparseSigns<N, K> kTarget;
constexpr float kT = 1.2f * N;

struct Instance {
  RankOne<N> x;
  SymMatrix<N> y;

  explicit Instance(std::uint64_t chain, float w = 1.0f, float t = kT) {
    SparseSigns<N, K>{w}.draw({21, Stream::kTarget, chain, 0}, x);
    observe(x, t, {21, Stream::kNoise, chain, 0}, y);
  }
};

template <class Arch>
class AmpTest : public ::testing::Test {};
TYPED_TEST_SUITE(AmpTest, Architectures);

/// Runs the recursion in double precision from the same start.
std::array<double, N> exact_amp(const SymMatrix<N>& y, double t, const Vec<N>& start, int iterations) {
  const EntryLaw law = sign_law(double{K} / N);
  const double lambda2 = 2 * t / N;
  std::array<double, N> m{}, previous{}, next{};
  std::copy(start.begin(), start.end(), m.begin());
  double onsager = 0;
  for (int iteration = 0; iteration < iterations; ++iteration) {
    double q = 0, variance = 0;
    for (double value : m) q += lambda2 * value * value / N;
    for (std::size_t i = 0; i < N; ++i) {
      double product = 0;
      for (std::size_t j = 0; j < N; ++j) product += y(static_cast<int>(i), static_cast<int>(j)) / t * m[j];
      const double field = lambda2 * (product - onsager * previous[i]);
      next[i] = law.posterior_mean(field, q);
      // The derivative of the mean by the field B is the posterior variance.
      const double step = 1e-5;
      variance += (law.posterior_mean(field + step, q) - law.posterior_mean(field - step, q)) / (2 * step) / N;
    }
    onsager = variance;
    previous = m;
    m = next;
  }
  return m;
}

/// Each iteration multiplies rounding errors by the recursion's slope. Over six iterations from a good start they stay
/// below 1e-3.
TYPED_TEST(AmpTest, FollowsTheRecursionInDouble) {
  const auto workspace = std::make_unique<AmpWorkspace<SparseSigns<N, K>>>();
  for (std::uint64_t chain = 0; chain < 5; ++chain) {
    const Instance instance(chain);
    Vec<N> start;
    for (int i = 0; i < N; ++i)
      start[i] = 0.5f * std::sqrt(static_cast<float>(N)) * instance.x.v[i] + (i % 3 ? 0.1f : -0.2f);
    for (const int iterations : {1, 2, 6}) {
      workspace->m = start;
      AmpOptions options;
      ASSERT_TRUE(options.iterations.set(iterations));
      options.tolerance = 0;
      options.refinements = 0;
      amp<TypeParam>(kTarget, instance.y, kT, options, *workspace);
      const auto exact = exact_amp(instance.y, kT, start, iterations);
      for (int i = 0; i < N; ++i) {
        ASSERT_NEAR(workspace->m[i], exact[static_cast<std::size_t>(i)], 1e-3)
            << iterations << " iterations, element " << i;
      }
    }
  }
}

/// The evidence is that of the Bethe approximation, which is exact to O(1) where the signal is strong. The evidence of
/// an x without doubt is its likelihood ratio <Y, x> - t / 2, less the logarithm of the number of patterns up to sign.
TYPED_TEST(AmpTest, EvidenceOfAStrongSignalIsItsLikelihood) {
  const auto workspace = std::make_unique<AmpWorkspace<SparseSigns<N, K>>>();
  const float t = 8.0f * N;
  double log_patterns = (K - 1) * std::log(2.0);
  for (int i = 0; i < K; ++i) log_patterns += std::log(double(N - i) / (K - i));
  for (std::uint64_t chain = 0; chain < 10; ++chain) {
    const Instance instance(chain, 1.0f, t);
    workspace->m = instance.x.v;
    scale(std::sqrt(static_cast<float>(N)), workspace->m);
    const AmpResult result = amp<TypeParam>(kTarget, instance.y, t, {}, *workspace);
    EXPECT_EQ(result.status, Status::kOk);
    const double exact = quadratic_form(instance.y, instance.x.v) - t / 2 - log_patterns;
    EXPECT_NEAR(result.log_evidence, exact, 0.01 * exact) << "chain " << chain;
  }
}

TEST(AmpStatusTest, ConvergedExhaustedAndNotFinite) {
  const auto workspace = std::make_unique<AmpWorkspace<SparseSigns<N, K>>>();
  Instance instance(1);
  const auto run = [&](AmpOptions options) {
    workspace->m = instance.x.v;
    scale(std::sqrt(static_cast<float>(N)), workspace->m);
    return amp(kTarget, instance.y, kT, options, *workspace);
  };
  EXPECT_EQ(run({}).status, Status::kOk);
  AmpOptions two;
  two.iterations = 2;
  two.tolerance = 1e-6f;
  const AmpResult exhausted = run(two);
  EXPECT_NE(exhausted.status, Status::kOk);
  EXPECT_EQ(exhausted.iterations, 2 + two.refinements);

  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    instance.y.set(40, 3, bad);
    EXPECT_EQ(run({}).status, Status::kNotFinite);
    for (float value : workspace->m.data) EXPECT_EQ(value, 0.0f);
  }
}

/// Above t = n / 2 the iterates in pure noise run in circles, and the evidence where they stop is low.
TEST(AmpStatusTest, DivergesInPureNoise) {
  constexpr int kLarge = 350, kLargeK = 20;
  constexpr float t = kLarge;
  const auto workspace = std::make_unique<AmpWorkspace<SparseSigns<kLarge, kLargeK>>>();
  const auto y = std::make_unique<SymMatrix<kLarge>>();
  int diverged = 0;
  for (std::uint64_t chain = 0; chain < 10; ++chain) {
    observe(RankOne<kLarge>{}, t, {21, Stream::kNoise, chain, 0}, *y);
    fill_gaussian({21, Stream::kDrift, chain, 0}, workspace->m);
    const AmpResult result = amp(SparseSigns<kLarge, kLargeK>{}, *y, t, {}, *workspace);
    EXPECT_LT(result.log_evidence, 0) << "chain " << chain;
    EXPECT_NE(result.status, Status::kNotFinite);
    diverged += result.status == Status::kDiverged;
    for (float value : workspace->m) EXPECT_LE(std::fabs(value), 1.0001 * std::sqrt(double{kLarge} / kLargeK));
  }
  EXPECT_GE(diverged, 5);
}

TEST(AmpStatusTest, DampingReachesTheSameFixedPoint) {
  const auto workspace = std::make_unique<AmpWorkspace<SparseSigns<N, K>>>();
  const Instance instance(2, 1.0f, 3.0f * N);
  Vec<N> fixed_points[2];
  for (int i = 0; i < 2; ++i) {
    AmpOptions options;
    options.damping = i == 0 ? 0.0f : 0.4f;
    options.tolerance = 1e-5f;
    options.iterations = 200;
    workspace->m = instance.x.v;
    scale(std::sqrt(static_cast<float>(N)), workspace->m);
    EXPECT_EQ((amp(kTarget, instance.y, 3.0f * N, options, *workspace).status), Status::kOk);
    fixed_points[i] = workspace->m;
  }
  EXPECT_LE(squared_distance(fixed_points[0], fixed_points[1]), 1e-4);
}

/// With damping an iterate is a mix of the new one and the one before.
TEST(AmpStatusTest, DampingKeepsAPart) {
  const auto workspace = std::make_unique<AmpWorkspace<SparseSigns<N, K>>>();
  const Instance instance(2);
  Vec<N> start = instance.x.v;
  scale(std::sqrt(static_cast<float>(N)), start);
  AmpOptions options;
  options.iterations = 1;
  options.tolerance = 0;
  options.refinements = 0;
  workspace->m = start;
  amp(kTarget, instance.y, kT, options, *workspace);
  const Vec<N> undamped = workspace->m;
  options.damping = 0.25f;
  workspace->m = start;
  amp(kTarget, instance.y, kT, options, *workspace);
  for (int i = 0; i < N; ++i) EXPECT_NEAR(workspace->m[i], 0.75f * undamped[i] + 0.25f * start[i], 1e-5f) << i;
}

/// The evidence is 0 at m = 0, where nothing is left to find; elsewhere it counts both signs of u. The evidence of a
/// pattern without doubt is its likelihood ratio less the logarithm of the number of patterns up to sign, to within the
/// support's fluctuations.
TEST(AmpStatusTest, EvidenceCountsBothSigns) {
  constexpr int kSmallN = 32, kSmallK = 4;
  constexpr float t = 40.0f * kSmallN;
  const auto workspace = std::make_unique<AmpWorkspace<SparseSigns<kSmallN, kSmallK>>>();
  const auto y = std::make_unique<SymMatrix<kSmallN>>();
  RankOne<kSmallN> x;
  double log_patterns = (kSmallK - 1) * std::log(2.0), difference = 0;
  for (int i = 0; i < kSmallK; ++i) log_patterns += std::log(double(kSmallN - i) / (kSmallK - i));
  for (std::uint64_t chain = 0; chain < 10; ++chain) {
    SparseSigns<kSmallN, kSmallK>{1.0f}.draw({21, Stream::kTarget, chain, 0}, x);
    y->set_zero();
    rank_one_update(t, x.v, *y);  // without noise, so that nothing else is uncertain
    workspace->m = x.v;
    scale(std::sqrt(static_cast<float>(kSmallN)), workspace->m);
    difference += amp(SparseSigns<kSmallN, kSmallK>{}, *y, t, {}, *workspace).log_evidence - (t / 2 - log_patterns);
  }
  EXPECT_NEAR(difference / 10, 0, 0.3);
}

/// The weight of a signal is near 1 where there is one and near 0 in pure noise. With w = 0 it is 0.
TEST(AmpDriftTest, WeighsTheEvidence) {
  const auto drift = std::make_unique<Amp<SparseSigns<N, K>>>();
  RankOne<N> m;
  for (std::uint64_t chain = 0; chain < 10; ++chain) {
    const Instance signal(chain, 1.0f, 2.5f * N), noise(chain, 0.0f, 2.5f * N);
    const RandomAddress at{1, Stream::kNoise, chain, 0};
    EXPECT_NE(evaluate_drift(*drift, at, signal.y, 2.5f * N, m), Status::kNotFinite);
    EXPECT_NEAR(frobenius_norm(m), 1, 0.2) << "chain " << chain;
    EXPECT_NE(evaluate_drift(*drift, at, noise.y, 2.5f * N, m), Status::kNotFinite);
    EXPECT_LE(frobenius_norm(m), 0.02) << "chain " << chain;
    drift->target.w = 0;
    evaluate_drift(*drift, at, signal.y, 2.5f * N, m);
    EXPECT_EQ(m.scale, 0.0f);
    drift->target.w = 0.5f;
  }
}

/// A warm start near the truth finds what a cold start cannot find in one iteration.
TEST(AmpDriftTest, WarmStartsFromTheLastEstimate) {
  const auto drift = std::make_unique<Amp<SparseSigns<N, K>>>();
  const float t = 2.5f * N;
  const Instance instance(3, 1.0f, t);
  const RandomAddress at{1, Stream::kNoise, 3, 0};
  RankOne<N> m;
  evaluate_drift(*drift, at, instance.y, t, m);
  ASSERT_NEAR(frobenius_norm(m), 1, 0.2);
  drift->options.iterations = 1;
  drift->options.refinements = 0;
  drift->start_products = 1;
  RankOne<N> cold, warm;
  evaluate_drift(*drift, at, instance.y, t, cold);
  drift->options = {};
  drift->start_products = 30;
  evaluate_drift(*drift, at, instance.y, t, m);
  drift->options.iterations = 1;
  drift->options.refinements = 0;
  drift->start_products = 1;
  drift->warm_start = true;
  evaluate_drift(*drift, at, instance.y, t, warm);
  EXPECT_LT(squared_distance(warm, instance.x), 0.1f);
  EXPECT_GT(squared_distance(cold, instance.x), 0.5f);
}

/// Three strong directions of dense vectors hide the sparse one, and only the run from the fourth eigenvector finds it.
TEST(AmpDriftTest, RestartsFromFourEigenvectors) {
  constexpr float t = 20.0f * N;
  RankOne<N> x, m;
  SparseSigns<N, K>{1.0f}.draw({22, Stream::kTarget, 0, 0}, x);
  SymMatrix<N> y;
  observe(x, t, {22, Stream::kNoise, 0, 0}, y);
  for (const std::uint64_t decoy : {1, 2, 3}) {
    Vec<N> v;
    fill_gaussian({22, Stream::kTarget, decoy, 0}, v);
    scale(1 / std::sqrt(dot(v, v)), v);
    rank_one_update(t * (1.1f + 0.1f * static_cast<float>(decoy)), v, y);
  }
  const auto one = std::make_unique<Amp<SparseSigns<N, K>>>();
  const auto four = std::make_unique<AmpRestarts<SparseSigns<N, K>>>();
  evaluate_drift(*one, {}, y, t, m);
  EXPECT_GT(squared_distance(m, x), 0.5f);
  EXPECT_LE(frobenius_norm(m), 1.00001f);
  evaluate_drift(*four, {}, y, t, m);
  EXPECT_LT(squared_distance(m, x), 0.1f);
}

/// The model does not know of a dense direction of norm 5, which must not make an estimate larger than any x.
TEST(AmpDriftTest, EstimatesHaveNormOneAtMost) {
  constexpr float t = 20.0f * N;
  RankOne<N> m;
  SymMatrix<N> y;
  observe(RankOne<N>{}, t, {22, Stream::kNoise, 0, 0}, y);
  Vec<N> v;
  fill_gaussian({22, Stream::kTarget, 1, 0}, v);
  rank_one_update(5 * t / dot(v, v), v, y);
  const auto drift = std::make_unique<Amp<SparseSigns<N, K>>>();
  evaluate_drift(*drift, {}, y, t, m);
  EXPECT_LE(frobenius_norm(m), 1.00001f);
  EXPECT_GT(frobenius_norm(m), 0.9f);
}

template <class D>
void expect_not_finite_is_reported() {
  const auto drift = std::make_unique<D>();
  RankOne<N> m;
  for (const auto& [i, j] : {std::pair{0, 0}, std::pair{69, 0}, std::pair{69, 69}, std::pair{33, 16}}) {
    Instance instance(4);
    instance.y.set(i, j, std::numeric_limits<float>::quiet_NaN());
    m.scale = 1;
    EXPECT_EQ(evaluate_drift(*drift, {}, instance.y, kT, m), Status::kNotFinite);
    EXPECT_EQ(frobenius_norm(m), 0.0f);
  }
}
TEST(AmpDriftTest, NotFiniteIsReported) {
  expect_not_finite_is_reported<Amp<SparseSigns<N, K>>>();
  expect_not_finite_is_reported<AmpRestarts<SparseSigns<N, K>>>();
  expect_not_finite_is_reported<AmpSoft<SparseSigns<N, K>>>();
}

TEST(AmpSoftTest, RecoversAStrongSignal) {
  const auto drift = std::make_unique<AmpSoft<SparseSigns<N, K>>>();
  RankOne<N> m;
  for (std::uint64_t chain = 0; chain < 10; ++chain) {
    const Instance signal(chain, 1.0f, 6.0f * N);
    EXPECT_NE(evaluate_drift(*drift, {1, Stream::kNoise, chain, 0}, signal.y, 6.0f * N, m), Status::kNotFinite);
    EXPECT_LE(squared_distance(m, signal.x), 0.1f) << "chain " << chain;
  }
}

// Roundings decide which noise the gate takes for a signal, but not how often it does: a measurement gave 2.5 % of
// 20,000.
TEST(AmpSoftTest, IsQuietInNoise) {
  constexpr int kChains = kSlow ? 200 : 2000;
  constexpr double kMean = 0.03 * kChains;
  const auto drift = std::make_unique<AmpSoft<SparseSigns<N, K>>>();
  RankOne<N> m;
  int open = 0;
  for (std::uint64_t chain = 0; chain < kChains; ++chain) {
    const Instance noise(chain, 0.0f, 6.0f * N);
    EXPECT_NE(evaluate_drift(*drift, {1, Stream::kNoise, chain, 0}, noise.y, 6.0f * N, m), Status::kNotFinite);
    open += frobenius_norm(m) != 0.0f;
  }
  EXPECT_FALSE(open > kMean && improbable_count(open, kMean)) << open << " of " << kChains;
}

}  // namespace
}  // namespace driftbench
