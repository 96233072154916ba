#include "kernels/leading_eigenvector.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include "kernels/bounds.h"
#include "tests/support.h"

namespace driftbench {
namespace {

template <class Arch>
class LeadingEigenvectorTest : public ::testing::Test {};
TYPED_TEST_SUITE(LeadingEigenvectorTest, Architectures);

/// Eigenvalues in ascending order, by cyclic Jacobi rotations in double.
std::vector<double> eigenvalues(std::vector<std::vector<double>> h) {
  const std::size_t n = h.size();
  for (int sweep = 0; sweep < 20; ++sweep) {
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = i + 1; j < n; ++j) {
        if (h[i][j] == 0.0) continue;
        const double angle = 0.5 * std::atan2(2.0 * h[i][j], h[i][i] - h[j][j]), c = std::cos(angle),
                     s = std::sin(angle);
        for (auto& row : h) {
          const double p = row[i], q = row[j];
          row[i] = c * p + s * q;
          row[j] = c * q - s * p;
        }
        for (std::size_t k = 0; k < n; ++k) {
          const double p = h[i][k], q = h[j][k];
          h[i][k] = c * p + s * q;
          h[j][k] = c * q - s * p;
        }
      }
    }
  }
  std::vector<double> values;
  for (std::size_t i = 0; i < n; ++i) values.push_back(h[i][i]);
  std::sort(values.begin(), values.end());
  return values;
}

template <int N>
std::vector<std::vector<double>> full(const SymMatrix<N>& a) {
  std::vector<std::vector<double>> h;
  for (int i = 0; i < N; ++i) {
    h.emplace_back();
    for (int j = 0; j < N; ++j) h.back().push_back(static_cast<double>(a(i, j)));
  }
  return h;
}

/// ||A x - value x|| in double.
template <int N>
double exact_residual(const SymMatrix<N>& a, const Vec<N>& x, double value) {
  const auto ax = exact_product(a, x);
  double sum = 0.0;
  for (int i = 0; i < N; ++i) sum += std::pow(ax[static_cast<std::size_t>(i)] - value * x[i], 2);
  return std::sqrt(sum);
}

/// Every outcome but kNotFinite leaves a unit vector.
template <int N>
void expect_unit(const Vec<N>& x) {
  EXPECT_NEAR(std::sqrt(exact_dot(x, x)), 1.0, dot_error(padded(N)) + 4.0 * kUnitRoundoff);
  EXPECT_TRUE(padding_is_zero(x));
}

TYPED_TEST(LeadingEigenvectorTest, PowerIterationAgainstDouble) {
  for_sizes<1, 2, 16, 17, 64, 350>([]<int N>() {
    constexpr int kIterations = 4;
    Inputs random(N);
    const auto a = std::make_unique<SymMatrix<N>>();
    random.fill(*a);
    Guarded<Vec<N>> v, work;
    random.fill(v.value);
    Vec<N> exact = v.value;
    EXPECT_EQ(power_iteration<TypeParam>(*a, kIterations, v.value, work.value), Status::kOk);

    std::vector<double> iterate(exact.begin(), exact.end());
    const auto h = full(*a);
    for (int k = 0; k < kIterations; ++k) {
      std::vector<double> next(N);
      double norm = 0.0;
      for (std::size_t i = 0; i < N; ++i) {
        for (std::size_t j = 0; j < N; ++j) next[i] += h[i][j] * iterate[j];
        norm += next[i] * next[i];
      }
      for (std::size_t i = 0; i < N; ++i) iterate[i] = next[i] / std::sqrt(norm);
    }
    // A product's error relative to ||A x||: || |A| |x| || is at most ||A||_F, and ||A x|| is about ||A||_F / sqrt(N).
    const double bound = kIterations * multiply_error(padded(N)) * std::sqrt(N);
    for (int i = 0; i < N; ++i) EXPECT_NEAR(v.value[i], iterate[static_cast<std::size_t>(i)], bound) << i;
    expect_unit(v.value);
    EXPECT_TRUE(v.intact() && work.intact());
  });
}

TYPED_TEST(LeadingEigenvectorTest, PowerIterationKeepsAVectorInTheKernel) {
  SymMatrix<17> a;
  Vec<17> v, work;
  v[3] = 1.0f;
  const auto before = v;
  EXPECT_EQ(power_iteration<TypeParam>(a, 25, v, work), Status::kOk);
  EXPECT_TRUE(same_bits(v, before));
}

TYPED_TEST(LeadingEigenvectorTest, ResidualAndValue) {
  for_sizes<1, 2, 3, 15, 16, 17, 33, 64>([]<int N>() {
    Inputs random(N);
    for (int trial = 0; trial < 5; ++trial) {
      const auto a = std::make_unique<SymMatrix<N>>();
      Guarded<Vec<N>> x;
      Guarded<EigenWork<N>> work;
      random.fill(*a);
      random.fill(x.value);
      for (float& stale : work.value.p.data) stale = std::numeric_limits<float>::quiet_NaN();
      for (int i = 0; i < N; ++i) a->set(i, i, (*a)(i, i) + 1.0f);  // keeps N = 1 and 2 away from a zero eigenvalue
      const auto result = leading_eigenvector<TypeParam>(*a, kEigenResidual, 1000, x.value, work.value);
      EXPECT_EQ(result.status, Status::kOk);
      const double scale = std::fabs(result.value);
      EXPECT_LE(exact_residual(*a, x.value, result.value), kEigenResidual * scale);
      // The Rayleigh quotient errs by the residual squared over the gap; its own rounding is larger.
      EXPECT_NEAR(result.value, eigenvalues(full(*a)).back(), kEigenResidual * scale);
      expect_unit(x.value);
      EXPECT_TRUE(x.intact() && work.intact());
    }
  });
}

TYPED_TEST(LeadingEigenvectorTest, IsAlgebraicallyTheLargest) {
  constexpr int N = 40;
  SymMatrix<N> a;
  for (int i = 0; i < N; ++i) a.set(i, i, i == 7 ? 3.0f : -100.0f + static_cast<float>(i));
  Vec<N> x;
  EigenWork<N> work;
  Inputs(3).fill(x);
  const auto result = leading_eigenvector<TypeParam>(a, kEigenResidual, 1000, x, work);
  EXPECT_EQ(result.status, Status::kOk);
  EXPECT_NEAR(result.value, 3.0f, 3.0f * kEigenResidual);
  EXPECT_NEAR(std::fabs(x[7]), 1.0f, kEigenResidual);
}

TYPED_TEST(LeadingEigenvectorTest, AnyScaleOfTheMatrix) {
  constexpr int N = 50;
  for (float factor : {0x1p-30f, 0x1p30f, 0x1p50f}) {
    SymMatrix<N> a;
    Vec<N> x;
    EigenWork<N> work;
    Inputs random(4);
    random.fill(a);
    random.fill(x);
    for (float& element : a.data) element *= factor;
    const auto result = leading_eigenvector<TypeParam>(a, kEigenResidual, 1000, x, work);
    EXPECT_EQ(result.status, Status::kOk) << factor;
    EXPECT_LE(exact_residual(a, x, result.value), kEigenResidual * result.value) << factor;
  }
}

TYPED_TEST(LeadingEigenvectorTest, ReachesTheFloorOfSinglePrecision) {
  constexpr int N = 1024;
  const auto a = std::make_unique<SymMatrix<N>>();
  const auto work = std::make_unique<EigenWork<N>>();
  Vec<N> x;
  Inputs random(5);
  random.fill(*a);
  random.fill(x);
  const auto result = leading_eigenvector<TypeParam>(*a, kEigenResidualFloor, 2000, x, *work);
  EXPECT_EQ(result.status, Status::kOk) << result.residual / result.value;
  // The computed residual is a difference of rounded vectors: half as much again at the floor.
  EXPECT_LE(exact_residual(*a, x, result.value), 1.5 * kEigenResidualFloor * result.value);
}

TYPED_TEST(LeadingEigenvectorTest, NotFiniteAnywhereGivesZero) {
  constexpr int N = 19;
  Inputs random(6);
  for (float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                    -std::numeric_limits<float>::infinity(), 1e30f, std::numeric_limits<float>::max()}) {
    for (int i = 0; i < N; ++i) {
      for (int j = 0; j <= i; ++j) {
        SymMatrix<N> a;
        Vec<N> x, v, vector;
        EigenWork<N> work;
        random.fill(a);
        random.fill(x);
        v = x;
        a.set(i, j, bad);
        EXPECT_EQ(leading_eigenvector<TypeParam>(a, kEigenResidual, 100, x, work).status, Status::kNotFinite);
        EXPECT_TRUE(same_bits(x, Vec<N>{})) << bad << " at " << i << ", " << j;
        EXPECT_EQ(power_iteration<TypeParam>(a, 25, v, vector), Status::kNotFinite);
        EXPECT_TRUE(same_bits(v, Vec<N>{})) << bad << " at " << i << ", " << j;
      }
    }
  }
}

TYPED_TEST(LeadingEigenvectorTest, BadStartGivesZero) {
  SymMatrix<17> a;
  Inputs(7).fill(a);
  EigenWork<17> work;
  for (float start : {0.0f, std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    Vec<17> x;
    x[5] = start;
    EXPECT_EQ(leading_eigenvector<TypeParam>(a, kEigenResidual, 100, x, work).status, Status::kNotFinite) << start;
    EXPECT_TRUE(same_bits(x, Vec<17>{})) << start;
  }
}

TYPED_TEST(LeadingEigenvectorTest, ZeroMatrixKeepsTheStart) {
  SymMatrix<17> a;
  Vec<17> x;
  EigenWork<17> work;
  Inputs(8).fill(x);
  const auto result = leading_eigenvector<TypeParam>(a, kEigenResidual, 100, x, work);
  EXPECT_EQ(result.status, Status::kOk);
  EXPECT_EQ(result.value, 0.0f);
  expect_unit(x);
}

TYPED_TEST(LeadingEigenvectorTest, ExhaustionReturnsTheBestIterate) {
  constexpr int N = 64;
  SymMatrix<N> a;
  EigenWork<N> work;
  Inputs random(9);
  random.fill(a);
  double previous = -HUGE_VAL;
  for (int products : {1, 2, 4, 8, 16}) {
    Vec<N> x;
    Inputs(10).fill(x);
    const auto result = leading_eigenvector<TypeParam>(a, kEigenResidual, products, x, work);
    EXPECT_EQ(result.status, Status::kNotConverged);
    EXPECT_LE(result.products, products + 1);  // one more, of which the residual is made
    EXPECT_GT(result.value, previous) << products << " products";
    EXPECT_NEAR(result.residual, exact_residual(a, x, result.value), 1e-4 * result.residual);
    expect_unit(x);
    previous = result.value;
  }
}

TEST(Symmetric3Test, AgainstDouble) {
  Inputs random(11);
  for (int trial = 0; trial < 10000; ++trial) {
    const float spread = trial % 3 == 0 ? 1.0f : trial % 3 == 1 ? 1e-3f : 1e3f;  // of the off-diagonal elements
    const Symmetric3 m{random.normal(), spread * random.normal(), spread * random.normal(),
                       random.normal(), spread * random.normal(), random.normal()};
    const double h[3][3] = {{m.a, m.b, m.c}, {m.b, m.d, m.e}, {m.c, m.e, m.f}};
    const Vec3 found = leading_eigenvector(m);
    const double x[3] = {found.x, found.y, found.z};
    double value = 0.0, length = 0.0, size = 0.0;
    for (int i = 0; i < 3; ++i) {
      length += x[i] * x[i];
      for (int j = 0; j < 3; ++j) {
        value += x[i] * h[i][j] * x[j];
        size += h[i][j] * h[i][j];
      }
    }
    // Some 24 rotations, each of which errs by a few roundings of ||H||.
    const double bound = 24 * 4 * static_cast<double>(kUnitRoundoff);
    const double largest =
        eigenvalues({{h[0][0], h[0][1], h[0][2]}, {h[1][0], h[1][1], h[1][2]}, {h[2][0], h[2][1], h[2][2]}}).back();
    EXPECT_NEAR(length, 1.0, bound);
    EXPECT_NEAR(value, largest, bound * std::sqrt(size));
  }
}

TEST(Symmetric3Test, DiagonalMatricesPickTheLargest) {
  for (int top = 0; top < 3; ++top) {
    const float d[3] = {top == 0 ? 2.0f : -5.0f, top == 1 ? 2.0f : 1.0f, top == 2 ? 2.0f : 0.0f};
    const Vec3 x = leading_eigenvector(Symmetric3{d[0], 0, 0, d[1], 0, d[2]});
    EXPECT_EQ(std::fabs(x.x), top == 0 ? 1.0f : 0.0f);
    EXPECT_EQ(std::fabs(x.y), top == 1 ? 1.0f : 0.0f);
    EXPECT_EQ(std::fabs(x.z), top == 2 ? 1.0f : 0.0f);
  }
}

}  // namespace
}  // namespace driftbench
