// Tests what score matching, reduction, the Lipschitz constant and strong convergence say of drifts whose answers are
// known.
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/targets/sparse_signs.h"
#include "runtime/observe.h"
#include "tests/tools/measurements/scripted_drift.h"
#include "tools/measurements/measure_lipschitz.h"
#include "tools/measurements/observation.h"
#include "tools/measurements/reduce_to_denoising.h"
#include "tools/measurements/score_match.h"
#include "tools/measurements/statuses.h"
#include "tools/measurements/strong_convergence.h"
#include "tools/measurements/time_grid.h"
#include "tools/sizes/compiled_size.h"

namespace driftbench {
namespace {

constexpr int kN = 12, kK = 3;

template <class R>
R request_of() {
  Request request;
  request.seed = 5;
  request.quiet = true;
  request.threads = 2;
  request.settings.target.w = 0.25;
  return request_for<R>(request, "scripted");
}

/// Returns x of observation i, as every measurement draws it.
RankOne<kN> x_of(std::uint64_t i, float t) {
  RankOne<kN> x;
  SymMatrix<kN> y;
  draw_observation(SparseSigns<kN, kK>{0.25f}, 5, static_cast<std::int64_t>(i), t, x, y);
  return x;
}

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

/// Returns the standard error of the mean.
double error_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += (value - mean_of(values)) * (value - mean_of(values));
  const auto count = static_cast<double>(values.size());
  return std::sqrt(sum / (count - 1) / count);
}

TEST(Observations, AreNamedBySeedNumberAndTime) {
  const auto draw = [](std::uint64_t seed, std::int64_t i, float t) {
    RankOne<kN> x;
    SymMatrix<kN> y;
    draw_observation(SparseSigns<kN, kK>{1.0f}, seed, i, t, x, y);
    // Only the noise is left, in its own units.
    add_multiple(-t, x, y);
    return y(7, 3) / std::sqrt(t);
  };
  EXPECT_EQ(draw(1, 2, 8), draw(1, 2, 8));
  EXPECT_GT(std::fabs(draw(1, 2, 8) - draw(2, 2, 8)), 1e-3f);
  EXPECT_GT(std::fabs(draw(1, 2, 8) - draw(1, 3, 8)), 1e-3f);
  EXPECT_GT(std::fabs(draw(1, 2, 8) - draw(1, 2, 32)), 1e-3f);
}

TEST(Statuses, AreCountedByKind) {
  SymMatrix<kN> y;
  y.set(3, 2, -7.5f);
  Statuses statuses;
  EXPECT_TRUE(statuses.take(Status::kOk, 1, 2, y));
  EXPECT_EQ(statuses.not_converged(), 0);
  EXPECT_TRUE(statuses.take(Status::kNotConverged, 1, 2, y));
  EXPECT_EQ(statuses.not_converged(), 1);
  EXPECT_TRUE(statuses.take(Status::kDiverged, 1, 2, y));
  EXPECT_EQ(statuses.not_converged(), 2);
  EXPECT_FALSE(statuses.take(Status::kNotFinite, 9, 4, y));
  y.set(5, 5, 11.0f);
  EXPECT_FALSE(statuses.take(Status::kNotFinite, 5, 2, y));
  EXPECT_FALSE(statuses.take(Status::kNotFinite, 7, 3, y));
  EXPECT_EQ(statuses.not_converged(), 2);
  const NotFinite lost = statuses.not_finite(std::vector<float>{1, kUnknownFloat, 2, kUnknownFloat});
  EXPECT_EQ(lost.count, 2);
  EXPECT_EQ(lost.first.number, 5);
  EXPECT_EQ(lost.first.t, 2);
  EXPECT_EQ(lost.first.largest_element, 11);
}

TEST(ScoreMatch, TheErrorOfAKnownEstimate) {
  auto request = request_of<MseRequest>();
  request.t = 6;
  request.samples = 40;
  const MseResult result =
      score_match<SparseSigns<kN, kK>>(scripted_entry<kN, RankOne<kN>>([](const DriftCall<kN>& call, RankOne<kN>& m) {
                                         EXPECT_EQ(call.t, 6);
                                         set_norm(call.at.chain % 2 == 0 ? 0.5f : 0, m);
                                         return call.at.chain % 8 == 0   ? Status::kNotConverged
                                                : call.at.chain % 8 == 1 ? Status::kDiverged
                                                                         : Status::kOk;
                                       }),
                                       request);
  std::vector<double> errors;
  for (std::uint64_t i = 0; i < 40; ++i) {
    RankOne<kN> estimate;
    set_norm(i % 2 == 0 ? 0.5f : 0, estimate);
    errors.push_back(squared_distance(estimate, x_of(i, 6)));
  }
  ASSERT_EQ(result.errors.size(), 40U);
  for (std::size_t i = 0; i < 40; ++i) EXPECT_EQ(result.errors[i], static_cast<float>(errors[i])) << i;
  EXPECT_GT(mean_of(errors), 0.2);
  EXPECT_LT(mean_of(errors), 0.8);
  EXPECT_NEAR(result.mse, mean_of(errors), 1e-6);
  EXPECT_NEAR(result.standard_error, error_of(errors), 1e-6);
  EXPECT_EQ(result.not_converged, 10);
}

/// The estimate has norm 1/4 at t = 4, and norm 3/4 at the end of half of the chains and 0 at that of the others. So
/// the averages of two and of four copies have norm 3/8.
TEST(Reduce, TheErrorOfKnownSamples) {
  auto request = request_of<ReduceRequest>();
  request.t = 4;
  request.grid = uniform_grid(2, 8);
  request.samples = 10;
  request.copies = 4;
  const auto results = reduce_to_denoising<SparseSigns<kN, kK>>(
      scripted_entry<kN, RankOne<kN>>([](const DriftCall<kN>& call, RankOne<kN>& m) {
        if (call.t == 4) set_norm(0.25f, m);
        if (call.t == 8) set_norm(0.75f, m);
        return Status::kNotConverged;
      }),
      request);
  std::vector<double> direct, sampled;
  for (std::uint64_t i = 0; i < 10; ++i) {
    RankOne<kN> estimate;
    set_norm(0.25f, estimate);
    direct.push_back(squared_distance(estimate, x_of(i, 4)));
    set_norm(0.75f, estimate);
    sampled.push_back(squared_distance(estimate, x_of(i, 4)));
  }
  ASSERT_EQ(results.size(), 2U);
  for (const ReduceResult& result : results) {
    EXPECT_NEAR(result.sampler.mean, mean_of(sampled), 1e-5);
    EXPECT_NEAR(result.sampler.standard_error, error_of(sampled), 1e-5);
    EXPECT_NEAR(result.direct.mean, mean_of(direct), 1e-5);
    EXPECT_NEAR(result.direct.standard_error, error_of(direct), 1e-5);
    ASSERT_TRUE(result.exact.has_value());
    EXPECT_LT(result.exact->mean, mean_of(sampled));
    // The drift is called at the observation, and by each copy at 4, 6 and 8.
    EXPECT_EQ(result.not_converged, 10 * (1 + result.copies * 3));
  }
  EXPECT_EQ(results[0].copies, 1);
  EXPECT_EQ(results[1].copies, 4);
}

/// Returns the drift m = factor Y / t, or where `all` is false the same of its first element alone.
DriftScript<kN, SymMatrix<kN>> linear(bool all, float (*factor)(std::uint64_t chain), Status status) {
  return [=](const DriftCall<kN>& call, SymMatrix<kN>& m) {
    const float rate = factor(call.at.chain) / call.t;
    if (all) {
      add_multiple(rate, call.y, m);
    } else {
      m.set(0, 0, rate * call.y(0, 0));
    }
    return status;
  };
}

TEST(MeasureLipschitz, OfAMultipleOfYIsTheMultiple) {
  auto request = request_of<LipschitzRequest>();
  request.t = 16;
  request.samples = 4;
  const auto by_chain = [](std::uint64_t chain) { return static_cast<float>(1 + (chain + 2) % 4); };  // 3, 4, 1, 2
  const LipschitzResult result = measure_lipschitz<SparseSigns<kN, kK>>(
      scripted_entry<kN, SymMatrix<kN>>(linear(true, by_chain, Status::kNotConverged)), request);
  EXPECT_NEAR(result.largest_random, 4, 0.05);
  EXPECT_NEAR(result.largest_power, 4, 0.05);
  EXPECT_NEAR(result.median_power, 3, 0.05);
  EXPECT_EQ(result.not_converged, 4);
}

/// A random direction sees little of one element's derivative, and the power method all of it.
TEST(MeasureLipschitz, ThePowerMethodFindsTheDirection) {
  auto request = request_of<LipschitzRequest>();
  request.t = 16;
  request.samples = 3;
  const auto two = [](std::uint64_t) { return 2.0f; };
  const LipschitzResult result = measure_lipschitz<SparseSigns<kN, kK>>(
      scripted_entry<kN, SymMatrix<kN>>(linear(false, two, Status::kOk)), request);
  EXPECT_GT(result.largest_random, 0);
  EXPECT_LT(result.largest_random, 1);
  EXPECT_NEAR(result.largest_power, 2, 0.05);
  EXPECT_NEAR(result.median_power, 2, 0.05);
  EXPECT_EQ(result.not_converged, 0);
}

/// The drift is m = e e^T whatever Y is, so that only the first step of each path, which has no drift, makes a
/// difference. A path in steps of dt ends dt away from where it would with a drift from t = 0 on, and paths in halved
/// steps end dt / 2, dt / 4, ... away.
TEST(StrongConvergence, OfAConstantDriftIsItsFirstStep) {
  auto request = request_of<ConvergenceRequest>();
  request.dt = 2;
  request.t_end = 8;
  request.levels = 3;
  request.paths = 5;
  const auto results = strong_convergence(scripted_entry<kN, RankOne<kN>>([](const DriftCall<kN>&, RankOne<kN>& m) {
                                            set_norm(1, m);
                                            return Status::kNotConverged;
                                          }),
                                          request);
  ASSERT_EQ(results.size(), 3U);
  for (std::size_t level = 0; level < 3; ++level) {
    const double dt = std::ldexp(2.0, -static_cast<int>(level));
    EXPECT_EQ(results[level].dt, dt);
    EXPECT_NEAR(results[level].error, dt / 2, 1e-4);
    EXPECT_NEAR(results[level].standard_error, 0, 1e-4);
    // A path has 4, 8, 16 or 32 steps, and calls the drift in all of them but the first.
    EXPECT_EQ(results[level].not_converged, 5 * (3 + 7 + 15 + 31));
  }
  EXPECT_NEAR(results[0].ratio.value_or(0), 2, 1e-3);
  EXPECT_NEAR(results[1].ratio.value_or(0), 2, 1e-3);
  EXPECT_FALSE(results[2].ratio.has_value());
}

}  // namespace
}  // namespace driftbench
