#include "kernels/resolvent.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <memory>
#include <vector>

#include "kernels/bounds.h"
#include "tests/kernels/inverse_in_double.h"
#include "tests/support.h"

namespace driftbench {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();

template <class Arch>
class Resolvent : public ::testing::Test {};
TYPED_TEST_SUITE(Resolvent, Architectures);

/// x <- H x for each column x of a, with H the reflection that maps v to -v.
void reflect(const std::vector<double>& v, std::vector<double>& a) {
  const std::size_t n = v.size();
  double squares = 0;
  for (const double value : v) squares += value * value;
  for (std::size_t j = 0; j < n; ++j) {
    double overlap = 0;
    for (std::size_t i = 0; i < n; ++i) overlap += v[i] * a[i * n + j];
    for (std::size_t i = 0; i < n; ++i) a[i * n + j] -= 2 * overlap / squares * v[i];
  }
}

/// y <- z I - A, where the eigenvalues of A run from 1 down to 1 / kappa with equal ratios and its eigenvectors are
/// random.
template <int N>
void fill_conditioned(double kappa, float z, Inputs& random, SymMatrix<N>& y) {
  std::vector<double> a(std::size_t{N} * N);
  for (std::size_t i = 0; i < N; ++i) a[i * N + i] = std::pow(kappa, -static_cast<double>(i) / (N > 1 ? N - 1 : 1));
  for (int reflection = 0; reflection < 3; ++reflection) {
    std::vector<double> v(N);
    for (double& value : v) value = random.normal();
    // H A H is H (H A)^T, because A is symmetric.
    for (int side = 0; side < 2; ++side) {
      reflect(v, a);
      for (std::size_t i = 0; i < N; ++i) {
        for (std::size_t j = 0; j < i; ++j) std::swap(a[i * N + j], a[j * N + i]);
      }
    }
  }
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j <= i; ++j) {
      const double element = a[static_cast<std::size_t>(i) * N + static_cast<std::size_t>(j)];
      y.set(i, j, static_cast<float>((i == j ? double{z} : 0.0) - element));
    }
  }
}

TYPED_TEST(Resolvent, IsTheInverseAndItsPivotsMakeTheDeterminant) {
  for_sizes<1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 64, 100, 350>([]<int N>() {
    for (const double kappa : {1.0, 1e2, 1e5}) {
      SCOPED_TRACE(::testing::Message() << "kappa = " << kappa);
      constexpr float z = 0.25f;
      Inputs random(N);
      const auto y = std::make_unique<Guarded<SymMatrix<N>>>(), r = std::make_unique<Guarded<SymMatrix<N>>>();
      const auto workspace = std::make_unique<Guarded<ResolventWorkspace<N>>>();
      fill_conditioned(kappa, z, random, y->value);
      const auto before = std::make_unique<SymMatrix<N>>(y->value);
      for (float& stale : r->value.data) stale = kNaN;
      for (float& stale : workspace->value.column) stale = kNaN;
      for (float& stale : workspace->value.pivots.data) stale = kNaN;
      ASSERT_EQ(resolvent<TypeParam>(y->value, z, r->value, workspace->value), ResolventStatus::kOk);

      const auto exact = resolvent_in_double(y->value, z);
      double squares = 0, error = 0, exact_trace = 0;
      for (int i = 0; i < N; ++i) {
        exact_trace += exact(i, i);
        for (int j = 0; j < N; ++j) {
          squares += exact(i, j) * exact(i, j);
          error += std::pow(r->value(i, j) - exact(i, j), 2);
        }
      }
      EXPECT_LE(std::sqrt(error), resolvent_error(padded(N)) * kappa * std::sqrt(squares));
      EXPECT_NEAR(trace(r->value), exact_trace, (resolvent_error(padded(N)) * kappa + rounding_error(N)) * exact_trace);
      for (const float factor : {1.0f, 3.5f}) {
        double terms = 0;
        for (int i = 0; i < N; ++i) {
          terms += std::fabs(std::log(double{factor} * static_cast<double>(workspace->value.pivots[i])));
        }
        EXPECT_NEAR(log_determinant<TypeParam>(factor, workspace->value),
                    exact.log_determinant + N * std::log(double{factor}),
                    log_determinant_error(padded(N)) * (terms + exact_trace));
      }
      EXPECT_TRUE(same_bits(y->value, *before));
      EXPECT_TRUE(padding_is_zero(r->value) && padding_is_zero(workspace->value.pivots));
      EXPECT_TRUE(y->intact() && r->intact() && workspace->intact());
      for (int i = 0; i < N; ++i) {
        for (int j = i / kTile * kTile; j < i; ++j) {
          EXPECT_EQ(r->value.tile(j / kTile, i / kTile)[j % kTile * kTile + i % kTile], r->value(i, j));
        }
      }
    }
  });
}

TYPED_TEST(Resolvent, OfADiagonalMatrixIsDiagonal) {
  for_sizes<1, 3, 16, 17, 50>([]<int N>() {
    SymMatrix<N> y, r;
    ResolventWorkspace<N> workspace;
    for (int i = 0; i < N; ++i) y.set(i, i, static_cast<float>(-i));
    ASSERT_EQ(resolvent<TypeParam>(y, 2.0f, r, workspace), ResolventStatus::kOk);
    for (int i = 0; i < N; ++i) {
      // The element is the square of a root of a reciprocal: the roots' two roundings count twice.
      EXPECT_NEAR(r(i, i), 1.0 / (2.0 + i), 5.0 * kUnitRoundoff / (2.0 + i));
      for (int j = 0; j < i; ++j) EXPECT_EQ(r(i, j), 0.0f);
    }
  });
}

TYPED_TEST(Resolvent, RefusesWhatIsNotAboveTheSpectrum) {
  for_sizes<1, 2, 16, 17, 33, 64>([]<int N>() {
    constexpr float z = 0.25f;
    Inputs random(N);
    SymMatrix<N> y, r;
    ResolventWorkspace<N> workspace;
    fill_conditioned(10.0, z, random, y);  // the largest eigenvalue of Y is z - 1 / 10, or z - 1 where N = 1
    const float top = z - (N == 1 ? 1.0f : 0.1f);
    EXPECT_EQ(resolvent<TypeParam>(y, top + 1e-4f, r, workspace), ResolventStatus::kOk);
    for (const float low : {top - 1e-4f, top - 0.5f, -1e30f}) {
      for (float& stale : r.data) stale = kNaN;
      EXPECT_EQ(resolvent<TypeParam>(y, low, r, workspace), ResolventStatus::kNotAbove);
      EXPECT_TRUE(same_bits(r, SymMatrix<N>{}));
    }
  });
  SymMatrix<20> zero, r;
  ResolventWorkspace<20> workspace;
  EXPECT_EQ(resolvent<TypeParam>(zero, 0.0f, r, workspace), ResolventStatus::kNotAbove);
}

TYPED_TEST(Resolvent, NaNAndInfinityAreToldWhereverTheyAre) {
  constexpr int N = 37;
  SymMatrix<N> y, r;
  ResolventWorkspace<N> workspace;
  Inputs random(1);
  random.fill(y);
  for (const float bad : {kNaN, kInfinity, -kInfinity}) {
    for (int i = 0; i < N; ++i) {
      for (int j = 0; j <= i; ++j) {
        const float element = y(i, j);
        y.set(i, j, bad);
        for (float& stale : r.data) stale = kNaN;
        EXPECT_EQ(resolvent<TypeParam>(y, 30.0f, r, workspace), ResolventStatus::kNotFinite)
            << bad << " at " << i << ", " << j;
        EXPECT_TRUE(same_bits(r, SymMatrix<N>{}));
        y.set(i, j, element);
      }
    }
    EXPECT_EQ(resolvent<TypeParam>(y, bad, r, workspace), ResolventStatus::kNotFinite);
  }
}

TYPED_TEST(Resolvent, AnOverflowIsNotFinite) {
  SymMatrix<20> y, r;
  ResolventWorkspace<20> workspace;
  EXPECT_EQ(resolvent<TypeParam>(y, 2e-38f, r, workspace), ResolventStatus::kNotFinite);  // the trace is 1e39
  EXPECT_TRUE(same_bits(r, SymMatrix<20>{}));
  EXPECT_EQ(resolvent<TypeParam>(y, 1e-37f, r, workspace), ResolventStatus::kOk);
  for (int i = 1; i < 20; ++i) y.set(i, i - 1, 3e38f);
  EXPECT_NE(resolvent<TypeParam>(y, 1.0f, r, workspace), ResolventStatus::kOk);
  EXPECT_TRUE(same_bits(r, SymMatrix<20>{}));
}

}  // namespace
}  // namespace driftbench
