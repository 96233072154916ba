#include "kernels/spherical_posterior.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <memory>
#include <numbers>
#include <vector>

#include "kernels/bounds.h"
#include "tests/kernels/bingham.h"
#include "tests/kernels/inverse_in_double.h"
#include "tests/support.h"

namespace driftbench {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();

template <class Arch>
class SphericalPosteriorTest : public ::testing::Test {};
TYPED_TEST_SUITE(SphericalPosteriorTest, Architectures);

/// y <- t u u^T + noise at time t, with u uniform on the sphere.
template <int N>
void observe_sphere(float t, Inputs& random, SymMatrix<N>& y) {
  random.fill(y);
  Vec<N> u;
  random.fill(u);
  const double squares = exact_dot(u, u);
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j <= i; ++j) {
      y.set(i, j, std::sqrt(t) * y(i, j) + static_cast<float>(t * static_cast<double>(u[i]) * u[j] / squares));
    }
  }
}

/// The saddle point and what follows from it, in double precision.
struct SaddlePoint {
  double z, log_evidence;
  InverseInDouble resolvent;
};

/// Finds it by Newton's method from a z nearby.
template <int N>
SaddlePoint saddle_point_in_double(const SymMatrix<N>& y, double t, double z) {
  SaddlePoint result{z, 0, {}};
  double trace = 0, squares = 0;
  for (int i = 0; i < 4; ++i) {
    if (i > 0) result.z += (0.5 * trace - 1) / (0.5 * squares);
    result.resolvent = resolvent_in_double(y, result.z);
    trace = squares = 0;
    for (int j = 0; j < N; ++j) trace += result.resolvent(j, j);
    for (const double element : result.resolvent.elements) squares += element * element;
  }
  const double half = 0.5 * N;
  const auto exponent = [&](double at, double log_determinant, double curvature) {
    return at - 0.5 * log_determinant - 0.5 * std::log(curvature);
  };
  result.log_evidence = exponent(result.z, result.resolvent.log_determinant, 0.5 * squares) -
                        exponent(half, N * std::log(half), 2.0 / N) - 0.5 * t;
  return result;
}

/// Returns a bound of ||z I - Y||_2: of the noise's spectrum, with a margin for small N, and of the distance to z.
template <int N>
double norm_bound(double z, double t) {
  return std::fabs(z) + 1.3 * std::sqrt(2 * N * t) + 6 * std::sqrt(t);
}

/// Returns the Frobenius distance of m from factor times a matrix.
template <int N>
double distance(const SymMatrix<N>& m, double factor, const InverseInDouble& a) {
  double squares = 0;
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j < N; ++j) squares += std::pow(m(i, j) - factor * a(i, j), 2);
  }
  return std::sqrt(squares);
}
template <int N>
double distance(const SymMatrix<N>& a, const SymMatrix<N>& b) {
  double squares = 0;
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j < N; ++j) squares += std::pow(static_cast<double>(a(i, j)) - b(i, j), 2);
  }
  return std::sqrt(squares);
}

TYPED_TEST(SphericalPosteriorTest, IsThatOfTheSaddlePoint) {
  for_sizes<1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 64, 100, 350>([]<int N>() {
    const auto posterior = std::make_unique<Guarded<SphericalPosterior<N, TypeParam>>>();
    const auto y = std::make_unique<Guarded<SymMatrix<N>>>(), m = std::make_unique<Guarded<SymMatrix<N>>>();
    for (const float relative_t : {0.1f, 0.5f, 1.0f, 4.0f}) {
      SCOPED_TRACE(::testing::Message() << "t = " << relative_t << " n");
      const float t = relative_t * N;
      Inputs random(N);
      observe_sphere(t, random, y->value);
      const auto before = std::make_unique<SymMatrix<N>>(y->value);
      for (float& stale : m->value.data) stale = kNaN;
      const SphericalResult result = posterior->value.estimate(y->value, t, 0.5f, m->value);
      ASSERT_EQ(result.status, Status::kOk);

      const SaddlePoint exact = saddle_point_in_double(y->value, t, result.z);
      const double norm = norm_bound<N>(exact.z, t), kappa = 2 * norm;
      const double scale = N * (1 + std::log(2 * norm / N + N / norm)) + 2 * norm + std::fabs(exact.z) + N + t;
      EXPECT_NEAR(result.log_evidence, exact.log_evidence,
                  spherical_evidence_error(padded(N), static_cast<float>(scale)));
      const double probability = 1 / (1 + std::exp(-double{result.log_evidence}));
      EXPECT_NEAR(result.probability, probability, 1e-5 * probability);
      EXPECT_LE(distance(m->value, 0.5 * result.probability, exact.resolvent),
                spherical_mean_error(padded(N), static_cast<float>(kappa)));
      EXPECT_NEAR(trace(m->value), result.probability, 2e-5);
      EXPECT_TRUE(same_bits(y->value, *before) && padding_is_zero(m->value));
      EXPECT_TRUE(y->intact() && m->intact() && posterior->intact());
      EXPECT_LE(result.resolvents, 5);
      EXPECT_LE(result.products, kSphericalTopProducts + 1);
    }
  });
}

TYPED_TEST(SphericalPosteriorTest, IsExactAtZero) {
  for_sizes<1, 2, 3, 15, 16, 17, 33, 350>([]<int N>() {
    const auto posterior = std::make_unique<SphericalPosterior<N, TypeParam>>();
    const auto y = std::make_unique<SymMatrix<N>>(), m = std::make_unique<SymMatrix<N>>();
    // Matrices so small that they make no difference, down to those whose squares vanish, are as good as 0.
    for (const float element : {0.0f, 1e-7f, 1e-20f, 1e-40f}) {
      for (int i = 0; i < N; ++i) y->set(i, i / 2, i % 2 == 0 ? element : -element);
      const SphericalResult result = posterior->estimate(*y, 0.0f, 0.25f, *m);
      ASSERT_EQ(result.status, Status::kOk) << element;
      EXPECT_NEAR(result.z, 0.5 * N, 1e-4 * N);
      EXPECT_NEAR(result.log_evidence, 0.0, 1e-4);
      EXPECT_NEAR(result.probability, 0.25, 3e-5);
      for (int i = 0; i < N; ++i) {
        for (int j = 0; j <= i; ++j) EXPECT_NEAR((*m)(i, j), i == j ? 0.25 / N : 0.0, 1e-4 / N) << i << ", " << j;
      }
    }
  });
}

/// Checks evidence and mean for a diagonal Y, whose mean is diagonal, too.
template <class Arch, int N>
void expect_near_integral(const std::vector<double>& eigenvalues, double log_normalization,
                          const std::vector<double>& moments, double evidence_error, double mean_error) {
  SymMatrix<N> y, m;
  SphericalPosterior<N, Arch> posterior;
  for (int i = 0; i < N; ++i) y.set(i, i, static_cast<float>(eigenvalues[static_cast<std::size_t>(i)]));
  constexpr float t = 3.0f;
  const SphericalResult result = posterior.estimate(y, t, 1.0f, m);
  ASSERT_EQ(result.status, Status::kOk);
  EXPECT_EQ(result.probability, 1.0f);
  EXPECT_NEAR(result.log_evidence, log_normalization - 0.5 * t, evidence_error);
  double squares = 0;
  for (int i = 0; i < N; ++i) {
    squares += std::pow(m(i, i) - moments[static_cast<std::size_t>(i)], 2);
    for (int j = 0; j < i; ++j) EXPECT_EQ(m(i, j), 0.0f);
  }
  EXPECT_LE(std::sqrt(squares), mean_error);
}

TYPED_TEST(SphericalPosteriorTest, IsNearTheIntegralOverTheCircle) {
  // With u = (cos a, sin a), u^T Y u is (y_1 + y_2) / 2 + x cos(2 a), x = (y_1 - y_2) / 2: a modified Bessel function.
  for (const double x : {0.0, 0.1, 1.0, 3.0, 20.0, 80.0}) {
    SCOPED_TRACE(::testing::Message() << "x = " << x);
    const double zeroth = std::cyl_bessel_i(0, x), ratio = std::cyl_bessel_i(1, x) / zeroth;
    expect_near_integral<TypeParam, 2>({1 + x, 1 - x}, 1 + std::log(zeroth), {0.5 * (1 + ratio), 0.5 * (1 - ratio)},
                                       kSaddlePointEvidenceError, kSaddlePointMeanError);
    const Bingham integral = integrate_bingham({1 + x, 1 - x});
    EXPECT_NEAR(integral.log_normalization, 1 + std::log(zeroth), 1e-10);
    EXPECT_NEAR(integral.moments[0], 0.5 * (1 + ratio), 1e-10);
  }
}

TYPED_TEST(SphericalPosteriorTest, IsNearTheIntegralOverTheSphere) {
  for (const std::vector<double>& y :
       std::vector<std::vector<double>>{{2, 0, -1}, {4, 3.5, 3}, {9, 9, -9}, {30, -2, -3}, {1, 1, 1}}) {
    SCOPED_TRACE(::testing::Message() << "y = " << y[0] << ", " << y[1] << ", " << y[2]);
    // The first coordinate of a uniform u is uniform in [-1, 1], and the angle of the other two is uniform.
    constexpr int kSteps = 2000, kAngles = 64;
    double sum = 0;
    std::vector<double> moments(3);
    for (int i = 0; i < kSteps; ++i) {
      for (int j = 0; j < kAngles; ++j) {
        const double c = (i + 0.5) / kSteps, angle = std::numbers::pi * j / kAngles;
        const double squares[] = {c * c, (1 - c * c) * std::pow(std::cos(angle), 2),
                                  (1 - c * c) * std::pow(std::sin(angle), 2)};
        const double term = std::exp(y[0] * squares[0] + y[1] * squares[1] + y[2] * squares[2]) / (kSteps * kAngles);
        sum += term;
        for (std::size_t k = 0; k < 3; ++k) moments[k] += term * squares[k];
      }
    }
    for (double& moment : moments) moment /= sum;
    expect_near_integral<TypeParam, 3>(y, std::log(sum), moments, kSaddlePointEvidenceError, kSaddlePointMeanError);
    const Bingham integral = integrate_bingham(y);
    EXPECT_NEAR(integral.log_normalization, std::log(sum), 1e-4);
    for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(integral.moments[k], moments[k], 1e-4);
  }
}

TYPED_TEST(SphericalPosteriorTest, IsNearTheIntegralAtAnySize) {
  for_sizes<5, 17, 33, 100>([]<int N>() {
    // Eigenvalues like those of noise of variance t / 2, evenly over the semicircle's quantiles in x, and one beside.
    for (const double t : {0.1 * N, 0.5 * N, 2.0 * N}) {
      SCOPED_TRACE(::testing::Message() << "t = " << t);
      std::vector<double> y;
      for (int i = 0; i < N; ++i) {
        const double p = (i + 0.5) / N;
        double low = -1, high = 1;
        for (int step = 0; step < 50; ++step) {
          const double x = 0.5 * (low + high);
          (0.5 + (x * std::sqrt(1 - x * x) + std::asin(x)) / std::numbers::pi < p ? low : high) = x;
        }
        y.push_back(low * std::sqrt(2 * N * t));
      }
      if (t > 0.4 * N) y[0] = t + 0.5 * N;
      const Bingham integral = integrate_bingham(y);
      const bool is_bulk = t < 0.4 * N;  // then the saddle point's errors are of order 1 / n
      expect_near_integral<TypeParam, N>(y, integral.log_normalization, integral.moments,
                                         is_bulk ? 2.0 / N : kSaddlePointEvidenceError,
                                         is_bulk ? 2.0 / N : kSaddlePointMeanError);
    }
  });
}

TYPED_TEST(SphericalPosteriorTest, AWarmStartFindsTheSameAndTakesLess) {
  constexpr int N = 64;
  Inputs random(1);
  SphericalPosterior<N, TypeParam> warm, cold;
  SymMatrix<N> y, noise, m, m_cold;
  constexpr float dt = 0.5f;
  int warm_work = 0, cold_work = 0;
  for (int step = 1; step <= 2 * N; ++step) {
    const float t = dt * static_cast<float>(step);
    random.fill(noise);
    add_multiple(std::sqrt(dt), noise, y);
    add_multiple(dt, m, y);
    const SphericalResult result = warm.estimate(y, t, 0.9f, m);
    cold.forget();
    const SphericalResult afresh = cold.estimate(y, t, 0.9f, m_cold);
    ASSERT_TRUE(result.status == Status::kOk && afresh.status == Status::kOk);
    const double norm = norm_bound<N>(result.z, t);
    EXPECT_LE(distance(m, m_cold), 2.0f * spherical_mean_error(padded(N), static_cast<float>(2 * norm)));
    EXPECT_NEAR(result.log_evidence, afresh.log_evidence,
                2.0f * spherical_evidence_error(padded(N), static_cast<float>(6 * norm + 2 * N)));
    warm_work += result.resolvents + result.products;
    cold_work += afresh.resolvents + afresh.products;
  }
  EXPECT_LT(warm_work, cold_work);
}

TYPED_TEST(SphericalPosteriorTest, ForgettingIsLikeANewObject) {
  constexpr int N = 33;
  Inputs random(2);
  SymMatrix<N> y, other, m, m_of_new;
  observe_sphere(20.0f, random, y);
  observe_sphere(60.0f, random, other);
  SphericalPosterior<N, TypeParam> used, fresh;
  used.estimate(other, 60.0f, 0.5f, m);
  used.forget();
  used.estimate(y, 20.0f, 0.5f, m);
  fresh.estimate(y, 20.0f, 0.5f, m_of_new);
  EXPECT_TRUE(same_bits(m, m_of_new));
}

// A start that is an eigenvector, though not the leading one, has no residual that would show it.
TYPED_TEST(SphericalPosteriorTest, FindsZWhereTheLastEigenvectorMisleads) {
  constexpr int N = 20;
  SymMatrix<N> y, m;
  SphericalPosterior<N, TypeParam> posterior;
  for (int i = 0; i < N; ++i) y.set(i, i, i == 3 ? 500.0f : 0.1f * static_cast<float>(i));
  ASSERT_EQ(posterior.estimate(y, 10.0f, 1.0f, m).status, Status::kOk);
  EXPECT_GT(m(3, 3), 0.9f);
  y.set(5, 5, 9000.0f);
  const SphericalResult result = posterior.estimate(y, 10.0f, 1.0f, m);
  ASSERT_EQ(result.status, Status::kOk);
  EXPECT_NEAR(result.z, 9000.5, 0.01);
  EXPECT_GT(m(5, 5), 0.99f);
}

TYPED_TEST(SphericalPosteriorTest, FindsZOfEqualEigenvalues) {
  constexpr int N = 20;
  SymMatrix<N> y, m;
  SphericalPosterior<N, TypeParam> posterior;
  for (int equal : {20, 2, 1}) {  // so many eigenvalues of 40, and the others far below
    for (int i = 0; i < N; ++i) y.set(i, i, i < equal ? 40.0f : -1e5f);
    ASSERT_EQ(posterior.estimate(y, 10.0f, 1.0f, m).status, Status::kOk);
    for (int i = 0; i < N; ++i) EXPECT_NEAR(m(i, i), i < equal ? 1.0 / equal : 0.0, 2e-3);
  }
}

TYPED_TEST(SphericalPosteriorTest, WeighsByTheProbability) {
  constexpr int N = 17;
  Inputs random(3);
  SymMatrix<N> y, m, m_of_one;
  observe_sphere(10.0f, random, y);
  SphericalPosterior<N, TypeParam> posterior;
  const SphericalResult one = posterior.estimate(y, 10.0f, 1.0f, m_of_one);
  EXPECT_EQ(one.probability, 1.0f);
  posterior.forget();
  const SphericalResult half = posterior.estimate(y, 10.0f, 0.2f, m);
  EXPECT_NEAR(half.probability, 1.0 / (1.0 + 4.0 * std::exp(-double{half.log_evidence})), 1e-5);
  for (int i = 0; i < N; ++i) EXPECT_NEAR(m(i, 0), half.probability * m_of_one(i, 0), 1e-6);
  // A time t that is far too large for Y leaves no doubt that s = 0, unless that is impossible.
  for (const float w : {0.0f, 0.5f, 1.0f}) {
    EXPECT_NEAR(posterior.estimate(y, 10000.0f, w, m).probability, w == 1.0f ? 1.0 : 0.0, 2e-38) << w;
  }
}

TYPED_TEST(SphericalPosteriorTest, TellsWhatIsNotFinite) {
  constexpr int N = 18;
  Inputs random(4);
  SymMatrix<N> y, m, m_of_new;
  observe_sphere(10.0f, random, y);
  SphericalPosterior<N, TypeParam> posterior, fresh;
  fresh.estimate(y, 10.0f, 0.5f, m_of_new);
  const auto expect_not_finite = [&](float t) {
    for (float& stale : m.data) stale = kNaN;
    const SphericalResult result = posterior.estimate(y, t, 0.5f, m);
    EXPECT_EQ(result.status, Status::kNotFinite);
    EXPECT_TRUE(result.z == 0.0f && result.log_evidence == 0.0f && result.probability == 0.0f);
    EXPECT_TRUE(same_bits(m, SymMatrix<N>{}));
  };
  for (const float bad : {kNaN, kInfinity, -kInfinity, 3e38f, -1e25f}) {
    for (int i = 0; i < N; ++i) {
      for (int j = 0; j <= i; ++j) {
        SCOPED_TRACE(::testing::Message() << bad << " at " << i << ", " << j);
        const float element = y(i, j);
        y.set(i, j, bad);
        expect_not_finite(10.0f);
        y.set(i, j, element);
      }
    }
  }
  expect_not_finite(kInfinity);
  expect_not_finite(kNaN);
  EXPECT_EQ(posterior.estimate(y, 10.0f, 0.5f, m).status, Status::kOk);
  EXPECT_TRUE(same_bits(m, m_of_new));
}

// From some size on, neighbouring floats z are further apart than the pole is wide. The mean is still the projection on
// the leading eigenvector.
TYPED_TEST(SphericalPosteriorTest, LargeMatricesHaveTheirLeadingEigenvectorAsMean) {
  for_sizes<1, 2, 17, 64>([]<int N>() {
    const auto posterior = std::make_unique<SphericalPosterior<N, TypeParam>>();
    const auto y = std::make_unique<SymMatrix<N>>(), m = std::make_unique<SymMatrix<N>>();
    for (const float size : {1e5f, 1e8f, 1e12f, 1e15f}) {
      SCOPED_TRACE(::testing::Message() << size);
      Inputs random(N);
      Vec<N> u;
      random.fill(u);
      const double squares = exact_dot(u, u);
      y->set_zero();
      rank_one_update(static_cast<float>(double{size} / squares), u, *y);
      ASSERT_EQ(posterior->estimate(*y, 1.0f, 0.5f, *m).status, Status::kOk);
      for (int i = 0; i < N; ++i) {
        EXPECT_NEAR((*m)(i, 0), static_cast<double>(u[i]) * u[0] / squares, 2e-3) << i;
      }
    }
  });
}

}  // namespace
}  // namespace driftbench
