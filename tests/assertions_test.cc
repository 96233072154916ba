#include "kernels/assertions.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include "kernels/drifts/amp.h"
#include "kernels/drifts/lipschitz.h"
#include "kernels/drifts/soft_spectral.h"
#include "kernels/drifts/zero.h"
#include "kernels/euler_maruyama.h"
#include "kernels/lanes.h"
#include "kernels/leading_eigenvector.h"
#include "kernels/plain_arrays.h"
#include "kernels/prior.h"
#include "kernels/probability_flow.h"
#include "kernels/resolvent.h"
#include "kernels/soft_threshold.h"
#include "kernels/spherical_posterior.h"
#include "kernels/sym_matrix.h"
#include "kernels/targets/sparse_signs.h"
#include "kernels/thresholds.h"
#include "kernels/top_k.h"
#include "kernels/vec.h"
#include "kernels/word_sequence.h"
#include "runtime/clock.h"
#include "runtime/jacobian.h"
#include "runtime/latency_histogram.h"
#include "runtime/metrics.h"
#include "runtime/observe.h"
#include "runtime/ring.h"
#include "runtime/sampler.h"
#include "runtime/schedule.h"
#include "runtime/step_timer.h"

namespace driftbench {
namespace {

constexpr int N = 20, K = 3;
constexpr RandomAddress kAddress{1, Stream::kTarget, 0, 0};

/// Arguments that every kernel takes.
class AssertionsTest : public ::testing::Test {
 protected:
  AssertionsTest() {
    fill_gaussian(kAddress, x_);
    observe(RankOne<N>{}, 1.0f, kAddress, a_);
  }
  Vec<N> x_, y_;
  SymMatrix<N> a_;
  RankOne<N> m_;
};
using AssertionsDeathTest = AssertionsTest;

TEST_F(AssertionsTest, LetRightCallsPass) {
  multiply(a_, x_, y_);
  euler_maruyama(m_, 0.5f, kAddress, a_);
  top_k_signs<K>(x_, y_);
  Amp<SparseSigns<N, K>> drift;
  EXPECT_NE(evaluate_drift(drift, kAddress, a_, 1.0f, m_), Status::kNotFinite);
  EXPECT_EQ(x_[Vec<N>::kPadded - 1], 0.0f);
  EXPECT_EQ(a_(N - 1, 0), a_(0, N - 1));
}

TEST_F(AssertionsTest, NothingIsApartFromItself) {
  EXPECT_FALSE(is_apart(x_, x_));
  EXPECT_TRUE(is_apart(x_, y_));
  const char bytes[4] = {};
  EXPECT_TRUE(is_apart(bytes, 2, bytes + 2, 2));
  EXPECT_TRUE(is_apart(bytes + 2, 2, bytes, 2));
  EXPECT_FALSE(is_apart(bytes, 3, bytes + 2, 2));
  EXPECT_FALSE(is_apart(bytes + 2, 2, bytes, 3));
  EXPECT_TRUE(is_aligned(x_.data, 64));
  EXPECT_FALSE(is_aligned(x_.data + 1, 64));
}

TEST_F(AssertionsDeathTest, Indices) {
  EXPECT_DEATH(x_[-1], "");
  EXPECT_DEATH(x_[Vec<N>::kPadded], "");
  EXPECT_DEATH(a_(N, 0), "");
  EXPECT_DEATH(a_(0, -1), "");
  EXPECT_DEATH(a_.set(0, N, 1.0f), "");
  EXPECT_DEATH(a_.tile(0, 1), "");
  EXPECT_DEATH(a_.tile(2, 0), "");
  LaneVec<N> lanes;
  EXPECT_DEATH(lanes.at(0, kChainsAtOnce<>), "");
  EXPECT_DEATH(lanes.at(lanes.kPadded, 0), "");
  LaneSymMatrix<N> matrices;
  EXPECT_DEATH(matrices.set(N, 0, 0, 1.0f), "");
}

TEST_F(AssertionsDeathTest, Overlap) {
  EXPECT_DEATH(multiply(a_, x_, x_), "");
  EXPECT_DEATH(add_multiple(1.0f, a_, a_), "");
  EXPECT_DEATH(euler_maruyama(a_, 0.5f, kAddress, a_), "");
  EXPECT_DEATH(probability_flow(a_, 1.0f, 2.0f, a_), "");
  EXPECT_DEATH(top_k_signs<K>(x_, x_), "");
  EXPECT_DEATH(fill_from_packed(a_.data, a_), "");
  EXPECT_DEATH(fill_from_full(a_.data, a_), "");
  LaneSymMatrix<N> matrices;
  LaneVec<N> lanes;
  EXPECT_DEATH(multiply(matrices, lanes, lanes), "");
  SignLikelihood<N> likelihood;
  EXPECT_DEATH(sign_likelihood(1.0f, 1.0f, likelihood.ratio, likelihood), "");
  ResolventWorkspace<N> workspace;
  EXPECT_DEATH(resolvent(a_, 9.0f, a_, workspace), "");
  SphericalPosterior<N> posterior;
  EXPECT_DEATH(posterior.estimate(a_, 1.0f, 0.5f, a_), "");
}

TEST_F(AssertionsDeathTest, Alignment) {
  if (Simd<DefaultArch>::kLanes == 1) GTEST_SKIP() << "one lane is a float, which every address of one suits";
  EXPECT_DEATH(Simd<DefaultArch>::load(x_.data + 1), "");
  EXPECT_DEATH(Simd<DefaultArch>::store(x_.data + 1, Simd<DefaultArch>::broadcast(1.0f)), "");
}

TEST_F(AssertionsDeathTest, Numbers) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_DEATH(euler_maruyama(m_, -0.5f, kAddress, a_), "");
  EXPECT_DEATH(probability_flow(m_, 2.0f, 1.0f, a_), "");
  EXPECT_DEATH(soft_threshold(-1.0f, x_), "");
  EXPECT_DEATH(soft_threshold(-1.0f, a_), "");
  SignLikelihood<N> likelihood;
  EXPECT_DEATH(sign_likelihood(0.0f, 1.0f, x_, likelihood), "");
  EXPECT_DEATH(posterior_mean(1.0f, -1.0f, likelihood, y_), "");
  SphericalPosterior<N> posterior;
  SymMatrix<N> mean;
  EXPECT_DEATH(posterior.estimate(a_, -1.0f, 0.5f, mean), "");
  EXPECT_DEATH(posterior.estimate(a_, 1.0f, 1.5f, mean), "");
  EXPECT_DEATH(algorithmic_threshold(3, 4), "");
  EXPECT_DEATH(bayes_threshold(3, 0), "");
  EigenWorkspace<N> workspace;
  EXPECT_DEATH(leading_eigenvector(a_, 0.0f, 10, x_, workspace), "");
  EXPECT_DEATH(leading_eigenvector(a_, kEigenResidual, -1, x_, workspace), "");
  EXPECT_DEATH(power_iteration(a_, -1, x_, y_), "");
  x_[3] = nan;
  EXPECT_DEATH(power_iteration(a_, 1, x_, y_), "");
  EXPECT_DEATH(top_k_signs<K>(x_, y_), "");
}

TEST_F(AssertionsDeathTest, RandomAddresses) {
  EXPECT_DEATH(fill_gaussian({1, Stream::kNoise, kRandomAddresses, 0}, x_), "");
  EXPECT_DEATH(fill_gaussian({1, Stream::kNoise, 0, kRandomAddresses}, x_), "");
  EXPECT_DEATH((philox_group<DefaultArch, 2>(kAddress, 1)), "");
  EXPECT_DEATH(philox(kAddress, std::uint64_t{1} << 40), "");
  Lipschitz<N, Zero<N>> smoothed;
  EXPECT_DEATH(smoothed.randomize({1, Stream::kDrift, 0, kRandomAddresses / smoothed.kMaxCopies}), "");
}

TEST_F(AssertionsDeathTest, OptionsOfDrifts) {
  Amp<SparseSigns<N, K>> amp;
  EXPECT_DEATH(evaluate_drift(amp, kAddress, a_, 0.0f, m_), "");
  amp.target.w = 1.5f;
  EXPECT_DEATH(evaluate_drift(amp, kAddress, a_, 1.0f, m_), "");
  amp.target.w = 0.5f;
  amp.options.damping = 1.0f;
  EXPECT_DEATH(evaluate_drift(amp, kAddress, a_, 1.0f, m_), "");
  SoftSpectral<SparseSigns<N, K>> soft;
  soft.epsilon = -0.5f;
  EXPECT_DEATH(evaluate_drift(soft, kAddress, a_, 1.0f, m_), "");
  Lipschitz<N, Zero<N>> smoothed;
  smoothed.lipschitz_constant = 0.0f;
  SymMatrix<N> estimate;
  EXPECT_DEATH(evaluate_drift<N>(smoothed, kAddress, a_, 1.0f, estimate), "");
}

TEST_F(AssertionsDeathTest, DiffusionsAndSchedules) {
  Sampler<N, Zero<N>> sampler;
  EXPECT_DEATH(sampler.start(1, kRandomAddresses), "");
  EXPECT_DEATH(sampler.start(1, 0, 0.0f, a_), "");
  EXPECT_DEATH(sampler.step(0.0f), "");
  EXPECT_DEATH(UniformSchedule(0.0, 1.0), "");
  EXPECT_DEATH(UniformSchedule(1e-7, 1.0), "");
  EXPECT_DEATH(GeometricSchedule(0.0, 1.0, 5), "");
  EXPECT_DEATH(GeometricSchedule(0.5, 1.0, 0), "");
  const std::array<float, 2> times{1.0f, 2.0f}, backwards{2.0f, 1.0f};
  EXPECT_DEATH(GridSchedule(times).time(3), "");
  EXPECT_DEATH((tabulate<3>(GridSchedule(times))), "");
  EXPECT_DEATH((GridSchedule(backwards)), "");
}

TEST_F(AssertionsDeathTest, MeasurementsAndQueues) {
  StepTimer timer(tick_clock());
  EXPECT_DEATH(timer(StepTimer::kMaxPhases), "");
  EXPECT_DEATH(timer.ticks_in(-1), "");
  EXPECT_DEATH(Ring<int>(0, 0), "");
  Ring<int> ring(1, 0);
  EXPECT_DEATH(ring.pop(), "");
  ring.push();
  EXPECT_DEATH(ring.push(), "");
  LatencyHistogram histogram;
  EXPECT_DEATH(histogram.quantile(0.0), "");
  EXPECT_DEATH(WordSequence(kAddress).next_below(0), "");
  EXPECT_DEATH((SparseSigns<N, K>{-0.5f}.draw(kAddress, m_)), "");
  std::vector<float> resample(2);
  std::vector<double> distances(3);
  EXPECT_DEATH(bootstrap_w1({}, 0.5, kAddress, {}, distances), "");
  EXPECT_DEATH(bootstrap_w1(resample, 0.5, kAddress, resample, distances), "");
  Zero<N> zero;
  JacobianWorkspace<N, RankOne<N>> workspace;
  EXPECT_DEATH(measure_jacobian(zero, kAddress, a_, 1.0f, 0.0f, 1, workspace), "");
}

}  // namespace
}  // namespace driftbench
