#include "kernels/drifts/gated.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include "kernels/drifts/amp.h"
#include "kernels/drifts/power.h"
#include "kernels/drifts/spectral.h"
#include "kernels/drifts/ungated.h"
#include "kernels/targets/sparse_signs.h"
#include "kernels/thresholds.h"
#include "runtime/metrics.h"
#include "runtime/observe.h"
#include "runtime/sampler.h"
#include "runtime/schedule.h"
#include "tests/support.h"

namespace driftbench {
namespace {

constexpr int N = 350, K = 20;
constexpr int kSamples = kSlowest ? 5 : kSlow ? 50 : 500, kChains = kSlowest ? 1 : kSlow ? 2 : 20;
constexpr double kStep = kSlowest ? 80 : 4;

/// A drift that returns a given estimate.
struct Given {
  using Estimate = RankOne<N>;
  Status operator()(const SymMatrix<N>&, float, Estimate& m) {
    m = estimate;
    return status;
  }
  Estimate estimate;
  Status status = Status::kOk;
};

using GatedGiven = Gated<SparseSigns<N, K>, Given>;

/// Makes Y of noise and of so much of `x`, with ||x|| = 1, that <Y, x> = form.
void fill(const RankOne<N>& x, float form, SymMatrix<N>& y) {
  observe(RankOne<N>{}, 1.0f, {/*seed=*/4, Stream::kNoise, 0, 0}, y);
  rank_one_update(form - quadratic_form(y, x.v), x.v, y);
}

TEST(GatedTest, BelowTheWindowOnlySmallEstimatesPass) {
  const auto gated = std::make_unique<GatedGiven>();
  RankOne<N>& given = gated->inner().estimate;
  SparseSigns<N, K>{1.0f}.draw({5, Stream::kTarget, 0, 0}, given);
  const auto y = std::make_unique<SymMatrix<N>>();
  fill(given, 1e6f, *y);  // no test of Y would refuse it
  RankOne<N> m;
  const float t = 0.99f * gated->window_begin();
  for (const float norm : {0.0f, 0.5f * GatedGiven::kMaxNorm, 0.99f * GatedGiven::kMaxNorm}) {
    given.scale = norm;
    EXPECT_EQ((*gated)(*y, t, m), Status::kOk);
    EXPECT_EQ(m.scale, norm);
  }
  for (const float norm : {1.01f * GatedGiven::kMaxNorm, 1.0f, -1.0f}) {
    given.scale = norm;
    EXPECT_EQ((*gated)(*y, t, m), Status::kOk);
    EXPECT_EQ(m.scale, 0);
  }
}

TEST(GatedTest, AboveItsTheTestOfYDecides) {
  const auto gated = std::make_unique<GatedGiven>();
  RankOne<N>& given = gated->inner().estimate;
  SparseSigns<N, K>{1.0f}.draw({5, Stream::kTarget, 0, 0}, given);
  const RankOne<N> x = given;
  // Only the signs of the estimate's K largest entries matter, not the magnitudes.
  for (int i = 0; i < N; ++i) given.v[i] = (given.v[i] == 0 ? 0.01f : 3 * given.v[i]) * (i % 2 == 0 ? 1.0f : 1.5f);
  const auto y = std::make_unique<SymMatrix<N>>();
  RankOne<N> m;
  const float z = std::sqrt(gated->window_end()) - 2.65f;
  for (const float t : {1.01f * gated->window_begin(), gated->window_end(), 4.0f * N}) {
    for (const float scale : {1.0f, 1e-3f}) {
      given.scale = scale;
      fill(x, 1.001f * z * std::sqrt(t), *y);
      EXPECT_EQ((*gated)(*y, t, m), Status::kOk);
      EXPECT_EQ(m.scale, scale) << "at t = " << t;
      fill(x, 0.999f * z * std::sqrt(t), *y);
      EXPECT_EQ((*gated)(*y, t, m), Status::kOk);
      EXPECT_EQ(m.scale, 0) << "at t = " << t;
    }
  }
}

TEST(ThresholdsTest, KnownValues) {
  EXPECT_FLOAT_EQ(algorithmic_threshold(350, 20), 175);
  EXPECT_FLOAT_EQ(algorithmic_threshold(128, 10), 100 * std::log(1.28f));
  EXPECT_FLOAT_EQ(algorithmic_threshold(1024, 4), 16 * std::log(64.0f));
  EXPECT_FLOAT_EQ(algorithmic_threshold(32, 4), 16 * std::log(2.0f));
  EXPECT_NEAR(bayes_threshold(350, 20), 114.5f, 0.05f);
}

/// At (350, 20) z = 14.46 solves M P(normal >= z) = 1e-9. To it comes the drift's share below the window.
TEST(GatedTest, StatesItsWindow) {
  const GatedGiven gated;
  EXPECT_FLOAT_EQ(gated.window_begin(), 0.55f * 175);
  const float share = 0.01f * std::sqrt(0.55f * 175);
  EXPECT_NEAR(std::sqrt(gated.window_end()) - 2.65f, 14.4618f + share, 1e-3);
  const double tail = 0.5 * std::erfc(14.4618 / std::sqrt(2.0));
  const double log_patterns = std::lgamma(351) - std::lgamma(21) - std::lgamma(331) + 19 * std::log(2.0);
  EXPECT_NEAR(std::log10(tail) + log_patterns / std::log(10.0), -9, 0.01);
}

TEST(GatedTest, PassesOnWhatWentWrong) {
  const auto gated = std::make_unique<Gated<SparseSigns<N, K>, Spectral<SparseSigns<N, K>>>>();
  const auto y = std::make_unique<SymMatrix<N>>();
  RankOne<N> m;
  for (const float t : {10.0f, 150.0f, 1400.0f}) {
    y->set(200, 3, std::numeric_limits<float>::quiet_NaN());
    m.scale = 1;
    EXPECT_EQ((evaluate_drift<N>(*gated, {}, *y, t, m)), Status::kNotFinite);
    EXPECT_EQ(frobenius_norm(m), 0);
  }
  const auto given = std::make_unique<GatedGiven>();
  given->inner().status = Status::kNotConverged;
  EXPECT_EQ((*given)(*y, 1400.0f, m), Status::kNotConverged);
}

/// Returns the mean difference of the squared errors of a drift and of its gated form, on the same observations.
template <class D>
RunningMean loss(float t) {
  const auto drift = std::make_unique<D>();
  const auto gated = std::make_unique<Gated<SparseSigns<N, K>, D>>();
  const auto y = std::make_unique<SymMatrix<N>>();
  RankOne<N> x, m;
  RunningMean losses;
  for (int i = 0; i < kSamples; ++i) {
    RandomAddress at{/*seed=*/6, Stream::kTarget, static_cast<std::uint64_t>(i), 0};
    SparseSigns<N, K>{0.5f}.draw(at, x);
    at.stream = Stream::kNoise;
    observe(x, t, at, *y);
    EXPECT_NE(evaluate_drift<N>(*drift, at, *y, t, m), Status::kNotFinite);
    const float error = squared_distance(m, x);
    EXPECT_NE(evaluate_drift<N>(*gated, at, *y, t, m), Status::kNotFinite);
    losses.add(squared_distance(m, x) - error);
  }
  return losses;
}

/// Outside its window a gated drift denoises as the drift itself; if it missed 1 of 500 signals, that would cost 0.002.
/// The spectral drift finds signals worse, so that it takes a larger t until those that it finds pass.
TEST(GatedTest, HardlyMovesTheScore) {
  const float begin = GatedGiven().window_begin(), end = GatedGiven().window_end();
  for (const float t : {0.4f * begin, 0.9f * begin, 1.02f * end, 1.5f * end, 4.0f * N}) {
    EXPECT_LE(std::fabs(loss<Amp<SparseSigns<N, K>>>(t).mean()), 0.002) << "amp at t = " << t;
  }
  for (const float t : {1.15f * end, 1.5f * end, 4.0f * N}) {
    EXPECT_LE(std::fabs(loss<Spectral<SparseSigns<N, K>>>(t).mean()), 0.002) << "spectral at t = " << t;
  }
}

template <class D>
void expect_collapse() {
  const auto sampler = std::make_unique<Sampler<N, Gated<SparseSigns<N, K>, D>>>();
  const UniformSchedule schedule(kStep, 4 * N);
  for (int chain = 0; chain < kChains; ++chain) {
    sampler->start(/*seed=*/7, static_cast<std::uint64_t>(chain));
    for (std::int64_t i = 1; i <= schedule.steps(); ++i) {
      ASSERT_NE(sampler->step(schedule.time(i)), Status::kNotFinite);
      ASSERT_LE(frobenius_norm(sampler->estimate()), 1.01f * (Gated<SparseSigns<N, K>, D>::kMaxNorm))
          << "at t = " << sampler->t();
    }
    ASSERT_NE(sampler->evaluate(), Status::kNotFinite);
    ASSERT_LT(frobenius_norm(sampler->estimate()), 0.05f);
  }
}

/// Samples collapse to 0 with any drift inside, be it the best denoiser or one that always claims a signal. A false
/// alarm would be one in 10^9 calls.
TEST(GatedTest, SamplesCollapse) {
  expect_collapse<Amp<SparseSigns<N, K>>>();
  expect_collapse<Ungated<SparseSigns<N, K>>>();
}

/// The phases of the drift inside come first, also for a gate around a gate.
TEST(GatedTest, CountsPhases) {
  using Once = Gated<SparseSigns<N, K>, Power<SparseSigns<N, K>>>;
  using Twice = Gated<SparseSigns<N, K>, Once>;
  const auto gated = std::make_unique<Twice>();
  EXPECT_EQ(phase_count(*gated), 6);
  const auto y = std::make_unique<SymMatrix<N>>();
  observe(RankOne<N>{}, 100.0f, {8, Stream::kNoise, 0, 0}, *y);
  RankOne<N> m;
  std::vector<int> phases;
  evaluate_drift<N>(*gated, {}, *y, 100.0f, m, [&](int phase) { phases.push_back(phase); });
  // The drift's iterations and products alternate before the gates' phases.
  ASSERT_GE(phases.size(), 6U);
  EXPECT_EQ(std::vector<int>(phases.end() - 6, phases.end()), (std::vector<int>{0, 1, 2, 3, 4, 5}));
}

}  // namespace
}  // namespace driftbench
