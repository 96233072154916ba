#include "kernels/drifts/saddle_point.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <memory>

#include "kernels/euler_maruyama.h"
#include "kernels/sym_matrix.h"
#include "kernels/targets/sphere.h"
#include "runtime/metrics.h"
#include "runtime/observe.h"
#include "runtime/sampler.h"
#include "runtime/schedule.h"
#include "tests/support.h"

namespace driftbench {
namespace {

constexpr int N = 16;
using Drift = SaddlePoint<Sphere<N>>;

double distance(const SymMatrix<N>& a, const SymMatrix<N>& b) {
  double squares = 0;
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j < N; ++j) squares += std::pow(a(i, j) - b(i, j), 2);
  }
  return std::sqrt(squares);
}

/// The estimate along a path, which starts from the step before, is that of a drift that knows no step before.
TEST(SaddlePoint, AlongAPathIsAsAfresh) {
  const auto along = std::make_unique<Drift>();
  SymMatrix<N> y, m, afresh;
  y.set_zero();
  for (std::uint64_t step = 1; step <= 200; ++step) {
    const float t = 0.5f * static_cast<float>(step);
    euler_maruyama(m, 0.5f, {4, Stream::kNoise, 7, step}, y);
    const RandomAddress at{4, Stream::kDrift, 7, step};
    along->randomize(at);
    ASSERT_EQ((*along)(y, t, m), Status::kOk);
    const auto fresh = std::make_unique<Drift>();
    fresh->randomize(at);
    ASSERT_EQ((*fresh)(y, t, afresh), Status::kOk);
    EXPECT_LE(distance(m, afresh), 3e-3) << "t = " << t;
  }
}

/// Another chain's call between two steps does not change what they find, nor does a call that is made twice.
TEST(SaddlePoint, ForgetsAnotherChain) {
  const auto drift = std::make_unique<Drift>(), other = std::make_unique<Drift>();
  RankOne<N> x;
  SymMatrix<N> y, far, m, expected;
  draw_observation(drift->target, 1, 0, 12.0f, x, y);
  draw_observation(drift->target, 1, 1, 64.0f, x, far);
  drift->randomize({1, Stream::kDrift, 1, 5});
  ASSERT_EQ((*drift)(far, 64.0f, m), Status::kOk);
  drift->randomize({1, Stream::kDrift, 0, 6});
  ASSERT_EQ((*drift)(y, 12.0f, m), Status::kOk);
  other->randomize({1, Stream::kDrift, 0, 6});
  ASSERT_EQ((*other)(y, 12.0f, expected), Status::kOk);
  EXPECT_EQ(distance(m, expected), 0);
}

/// P(s = 1 | y_t), the trace of the posterior mean, has the mean w at every t, to five standard errors, of which one in
/// 1.7e6 is more, and to the error of a saddle point.
TEST(SaddlePoint, FindsASignalAsOftenAsThereIsOne) {
  const auto drift = std::make_unique<Drift>();
  for (const float w : {0.2f, 0.5f}) {
    drift->target.w = w;
    for (const float t : {0.1f * N, 0.5f * N, 1.0f * N, 3.0f * N}) {
      RunningMean mean;
      RankOne<N> x;
      SymMatrix<N> y, m;
      for (std::int64_t i = 0; i < (kSlowest ? 500 : 8000); ++i) {
        const RandomAddress at = draw_observation(drift->target, 9, i, t, x, y);
        evaluate_drift(*drift, at, y, t, m);
        mean.add(trace(m));
      }
      EXPECT_NEAR(mean.mean(), w, 5 * mean.standard_error() + 0.02) << "w = " << w << ", t = " << t;
    }
  }
}

/// The diffusion samples the sphere: a fraction w is not 0, and the square of one coordinate of the others has the mean
/// 1 / N and the second moment 3 / (N (N + 2)). Each is held to five standard errors.
TEST(SaddlePoint, ItsDiffusionSamplesTheSphere) {
  const auto sampler = std::make_unique<Sampler<N, Drift>>();
  const UniformSchedule schedule(0.25f, 6.0f * N);
  RunningMean nonzero, square, fourth;
  for (std::uint64_t chain = 0; chain < (kSlowest ? 20 : 600); ++chain) {
    sampler->start(11, chain);
    for (std::int64_t i = 1; i <= schedule.steps(); ++i) sampler->step(schedule.time(i));
    sampler->evaluate();
    const SymMatrix<N>& x = sampler->estimate();
    const bool is_nonzero = frobenius_norm(x) > 0.5f;
    nonzero.add(is_nonzero);
    if (!is_nonzero) continue;
    square.add(x(3, 3));
    fourth.add(x(3, 3) * x(3, 3));
  }
  EXPECT_NEAR(nonzero.mean(), 0.5, 5 * nonzero.standard_error());
  // A sample is a posterior mean at t = 6 n, which a tenth of x is not known of.
  EXPECT_NEAR(square.mean(), 1.0 / N, 5 * square.standard_error() + 0.002);
  EXPECT_NEAR(fourth.mean(), 3.0 / (N * (N + 2)), 5 * fourth.standard_error() + 0.002);
}

TEST(SaddlePoint, RefusesWhatIsNotFinite) {
  const auto drift = std::make_unique<Drift>();
  SymMatrix<N> y, m;
  y.set_zero();
  y.set(3, 2, NAN);
  m.set(0, 0, 1);
  EXPECT_EQ((*drift)(y, 8.0f, m), Status::kNotFinite);
  EXPECT_EQ(frobenius_norm(m), 0);
}

}  // namespace
}  // namespace driftbench
