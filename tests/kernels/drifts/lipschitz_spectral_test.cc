#include "kernels/drifts/lipschitz_spectral.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "kernels/drifts/gated.h"
#include "kernels/drifts/spectral.h"
#include "kernels/targets/sparse_signs.h"
#include "runtime/metrics.h"
#include "runtime/observe.h"
#include "runtime/sampler.h"
#include "tests/support.h"

namespace driftbench {
namespace {

constexpr int kPairs = kSlowest ? 2 : kSlow ? 4 : 24, kSamples = kSlowest ? 5 : kSlow ? 40 : 300;

/// Returns ||a - b||_F, summed element by element in double precision. What is measured here is smaller than the
/// rounding of the inner products.
template <int N>
double distance(const RankOne<N>& a, const RankOne<N>& b) {
  double squares = 0;
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j < N; ++j) {
      const double d = double{a.scale} * a.v[i] * a.v[j] - double{b.scale} * b.v[i] * b.v[j];
      squares += d * d;
    }
  }
  return std::sqrt(squares);
}

/// The directions in which Y moves.
enum class Step { kNoise, kTowardsEstimate, kBetweenSpikes };

/// Returns the largest t ||m(Y + E) - m(Y)|| / ||E|| found over observations at t, with ||E|| / t = 0.03 and 0.003.
/// With `two_spikes` Y has a second spike that nearly ties with the first, where eigenvectors turn fastest.
template <int N, int K, class D>
double measured_constant(D& drift, float t, Step step, bool two_spikes) {
  const auto y = std::make_unique<SymMatrix<N>>(), moved = std::make_unique<SymMatrix<N>>();
  RankOne<N> x, other, m, m_moved;
  double largest = 0;
  for (int i = 0; i < kPairs; ++i) {
    const auto chain = static_cast<std::uint64_t>(i);
    const RandomAddress at{/*seed=*/9, Stream::kNoise, chain, 0};
    SparseSigns<N, K>{1.0f}.draw({9, Stream::kTarget, chain, 0}, x);
    SparseSigns<N, K>{1.0f}.draw({9, Stream::kTarget, chain, 1}, other);
    observe(x, t, at, *y);
    if (two_spikes) {
      rank_one_update(1.5f * t - quadratic_form(*y, x.v), x.v, *y);
      rank_one_update(1.5f * t - quadratic_form(*y, other.v), other.v, *y);
    }
    EXPECT_NE(evaluate_drift<N>(drift, at, *y, t, m), Status::kNotFinite);

    moved->set_zero();
    switch (step) {
      case Step::kNoise:
        observe(RankOne<N>{}, 1.0f, {9, Stream::kNoise, chain, 1}, *moved);
        break;
      case Step::kTowardsEstimate:
        rank_one_update(1.0f, frobenius_norm(m) > 0 ? m.v : x.v, *moved);
        break;
      case Step::kBetweenSpikes: {
        Vec<N> sum = x.v, difference = x.v;
        axpby(1.0f, other.v, 1.0f, sum);
        axpby(-1.0f, other.v, 1.0f, difference);
        rank_one_update(0.25f, sum, *moved);
        rank_one_update(-0.25f, difference, *moved);
      }
    }
    const float length = (i % 2 == 0 ? 0.03f : 0.003f) * t, factor = length / frobenius_norm(*moved);
    for (int e = 0; e < SymMatrix<N>::kSize; ++e) moved->data[e] = y->data[e] + factor * moved->data[e];
    EXPECT_NE(evaluate_drift<N>(drift, at, *moved, t, m_moved), Status::kNotFinite);
    largest = std::max(largest, distance(m, m_moved) / static_cast<double>(length / t));
  }
  return largest;
}

template <int N, int K, class D>
double measured_constant(D& drift, float t) {
  double largest = 0;
  for (const Step step : {Step::kNoise, Step::kTowardsEstimate, Step::kBetweenSpikes}) {
    for (const bool two_spikes : {false, true}) {
      largest = std::max(largest, measured_constant<N, K>(drift, t, step, two_spikes));
    }
  }
  return largest;
}

template <int N, int K>
void expect_lipschitz() {
  const auto drift = std::make_unique<LipschitzSpectral<SparseSigns<N, K>>>();
  double largest = 0;
  for (const float t : {0.8f * N, 1.2f * N, 2.0f * N, 4.0f * N}) {
    for (const float constant : {5.0f, 20.0f}) {
      drift->lipschitz_constant = constant;
      const double measured = measured_constant<N, K>(*drift, t);
      EXPECT_LE(measured, constant) << "n = " << N << ", t = " << t;
      largest = std::max(largest, measured / static_cast<double>(constant));
    }
  }
  // The bound is not far above what occurs, either.
  EXPECT_GE(largest, 0.2) << "n = " << N;
}

TEST(LipschitzSpectralTest, StaysBelowItsConstant) {
  expect_lipschitz<32, 4>();
  expect_lipschitz<128, 10>();
  expect_lipschitz<350, 20>();
}

/// The same measurement must show the jumps of the drift itself.
TEST(LipschitzSpectralTest, SpectralIsNotLipschitz) {
  const auto spectral = std::make_unique<Spectral<SparseSigns<350, 20>>>();
  EXPECT_GT((measured_constant<350, 20>(*spectral, 420.0f)), 100);
}

TEST(LipschitzSpectralTest, StillDenoises) {
  constexpr int N = 350, K = 20;
  const auto drift = std::make_unique<LipschitzSpectral<SparseSigns<N, K>>>();
  const auto y = std::make_unique<SymMatrix<N>>();
  RankOne<N> x, m;
  const auto mse = [&](float t) {
    RunningMean errors;
    for (int i = 0; i < kSamples; ++i) {
      const RandomAddress at{/*seed=*/10, Stream::kNoise, static_cast<std::uint64_t>(i), 0};
      SparseSigns<N, K>{0.5f}.draw({10, Stream::kTarget, at.chain, 0}, x);
      observe(x, t, at, *y);
      EXPECT_NE(evaluate_drift<N>(*drift, at, *y, t, m), Status::kNotFinite);
      EXPECT_LE(frobenius_norm(m), 1 + 1e-5f);
      if (x.scale == 0) {
        EXPECT_LT(frobenius_norm(m), 0.3f) << "of pure noise at t = " << t;
      }
      errors.add(squared_distance(m, x));
    }
    return errors.mean();
  };
  EXPECT_LT(mse(1.2f * N), 0.35);
  EXPECT_LT(mse(2.0f * N), 0.08);
  EXPECT_LT(mse(4.0f * N), 0.04);
}

/// Without noise, the norm of the estimate is the factor: 0 up to 3 % above the noise's edge, and from there it grows
/// with the eigenvalue.
TEST(LipschitzSpectralTest, TheFactorGrowsFromTheEdge) {
  constexpr int N = 32, K = 4;
  constexpr float kT = 10;
  LipschitzSpectral<SparseSigns<N, K>> drift;
  drift.lipschitz_constant = 2;
  RankOne<N> x, m;
  SparseSigns<N, K>{1.0f}.draw({12, Stream::kTarget, 0, 0}, x);
  const float edge = std::sqrt(2 * N * kT), slope = 2 / std::sqrt(10.0f) / kT;
  for (const float times_edge : {0.95f, 1.0f, 1.02f, 1.04f, 1.1f, 1.5f}) {
    SymMatrix<N> y;
    rank_one_update(times_edge * edge, x.v, y);
    EXPECT_NE(evaluate_drift<N>(drift, {}, y, kT, m), Status::kNotFinite);
    EXPECT_NEAR(frobenius_norm(m), slope * std::fmax(0.0f, times_edge - 1.03f) * edge, 1e-4f) << times_edge;
  }
}

/// An eigenvector without an entry beyond the threshold leaves 0, and one that hardly has such an entry leaves little.
TEST(LipschitzSpectralTest, FlatEigenvectorsFade) {
  constexpr int N = 128, K = 10;
  LipschitzSpectral<SparseSigns<N, K>> drift;
  for (const float peak : {1.0f, 1.6f}) {
    Vec<N> v;
    for (float& entry : v) entry = 1.0f;
    v[5] = peak;
    scale(1 / std::sqrt(dot(v, v)), v);
    SymMatrix<N> y;
    rank_one_update(10.0f * N, v, y);
    RankOne<N> m;
    EXPECT_NE(evaluate_drift<N>(drift, {}, y, 2.0f * N, m), Status::kNotFinite);
    EXPECT_LE(frobenius_norm(m), peak == 1.0f ? 0.0f : 0.01f);
  }
}

TEST(LipschitzSpectralTest, RefusesWhatIsNotFinite) {
  constexpr int N = 32;
  LipschitzSpectral<SparseSigns<N, 4>> drift;
  SymMatrix<N> y;
  RankOne<N> m;
  y.set(20, 3, std::numeric_limits<float>::quiet_NaN());
  m.scale = 1;
  EXPECT_EQ(evaluate_drift<N>(drift, {}, y, 10.0f, m), Status::kNotFinite);
  EXPECT_EQ(frobenius_norm(m), 0);
  EXPECT_NE(evaluate_drift<N>(drift, {}, SymMatrix<N>{}, 10.0f, m), Status::kNotFinite);
  EXPECT_EQ(frobenius_norm(m), 0);
}

TEST(LipschitzSpectralTest, CanBeGated) {
  constexpr int N = 32, K = 4;
  using D = Gated<SparseSigns<N, K>, LipschitzSpectral<SparseSigns<N, K>>>;
  static_assert(Drift<D, N> && PhasedDrift<D, N> && RandomizedDrift<D>);
  EXPECT_EQ(phase_count(D()), 5);
}

}  // namespace
}  // namespace driftbench
