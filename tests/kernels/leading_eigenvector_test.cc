#include "kernels/leading_eigenvector.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>

#include "kernels/bounds.h"
#include "tests/kernels/eigenvalues.h"
#include "tests/support.h"

namespace driftbench {
namespace {

template <class Arch>
class LeadingEigenvectorTest : public ::testing::Test {};
TYPED_TEST_SUITE(LeadingEigenvectorTest, Architectures);

/// Returns ||A x - value x||, computed in double precision.
template <int N>
double exact_residual(const SymMatrix<N>& a, const Vec<N>& x, double value) {
  const auto ax = exact_product(a, x);
  double sum = 0.0;
  for (int i = 0; i < N; ++i) sum += std::pow(ax[static_cast<std::size_t>(i)] - value * x[i], 2);
  return std::sqrt(sum);
}

TYPED_TEST(LeadingEigenvectorTest, ResidualAndValue) {
  for_sizes<1, 2, 3, 15, 16, 17, 33, 64>([]<int N>() {
    Inputs random(N);
    for (int trial = 0; trial < 5; ++trial) {
      const auto a = std::make_unique<SymMatrix<N>>();
      Guarded<Vec<N>> x;
      Guarded<EigenWorkspace<N>> workspace;
      random.fill(*a);
      random.fill(x.value);
      for (float& stale : workspace.value.p.data) stale = std::numeric_limits<float>::quiet_NaN();
      for (int i = 0; i < N; ++i) a->set(i, i, (*a)(i, i) + 1.0f);  // keeps N = 1 and 2 away from a zero eigenvalue
      const auto result = leading_eigenvector<TypeParam>(*a, kEigenResidual, 1000, x.value, workspace.value);
      EXPECT_EQ(result.status, Status::kOk);
      const double scale = std::fabs(result.value);
      EXPECT_LE(exact_residual(*a, x.value, result.value), kEigenResidual * scale);
      // The Rayleigh quotient errs by the squared residual over the gap; its own rounding is larger.
      EXPECT_NEAR(result.value, eigenvalues(full(*a)).back(), kEigenResidual * scale);
      expect_unit(x.value);
      EXPECT_TRUE(x.intact() && workspace.intact());
    }
  });
}

TYPED_TEST(LeadingEigenvectorTest, IsAlgebraicallyTheLargest) {
  constexpr int N = 40;
  SymMatrix<N> a;
  for (int i = 0; i < N; ++i) a.set(i, i, i == 7 ? 3.0f : -100.0f + static_cast<float>(i));
  Vec<N> x;
  EigenWorkspace<N> workspace;
  Inputs(3).fill(x);
  const auto result = leading_eigenvector<TypeParam>(a, kEigenResidual, 1000, x, workspace);
  EXPECT_EQ(result.status, Status::kOk);
  EXPECT_NEAR(result.value, 3.0f, 3.0f * kEigenResidual);
  EXPECT_NEAR(std::fabs(x[7]), 1.0f, kEigenResidual);
}

TYPED_TEST(LeadingEigenvectorTest, AnyScaleOfTheMatrix) {
  constexpr int N = 50;
  for (float factor : {0x1p-100f, 0x1p-70f, 0x1p-30f, 0x1p30f, 0x1p50f}) {
    SymMatrix<N> a;
    Vec<N> x;
    EigenWorkspace<N> workspace;
    Inputs random(4);
    random.fill(a);
    random.fill(x);
    for (float& element : a.data) element *= factor;
    const auto result = leading_eigenvector<TypeParam>(a, kEigenResidual, 1000, x, workspace);
    EXPECT_EQ(result.status, Status::kOk) << factor;
    EXPECT_LE(exact_residual(a, x, result.value), kEigenResidual * result.value) << factor;
  }
}

TYPED_TEST(LeadingEigenvectorTest, ReachesTheFloorOfSinglePrecision) {
  constexpr int N = 1024;
  const auto a = std::make_unique<SymMatrix<N>>();
  const auto workspace = std::make_unique<EigenWorkspace<N>>();
  Vec<N> x;
  Inputs random(4);
  random.fill(*a);
  random.fill(x);
  const auto result = leading_eigenvector<TypeParam>(*a, kEigenResidualFloor, 2000, x, *workspace);
  EXPECT_EQ(result.status, Status::kOk) << result.residual / result.value;
  // The tenth allows for the rounding of the product that the residual is made of. A residual from a recurrence would
  // be off by a half.
  EXPECT_LE(exact_residual(*a, x, result.value), 1.1 * kEigenResidualFloor * result.value);
}

TYPED_TEST(LeadingEigenvectorTest, NotFiniteAnywhereGivesZero) {
  constexpr int N = 19;
  Inputs random(6);
  for (float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                    -std::numeric_limits<float>::infinity(), 1e30f, std::numeric_limits<float>::max()}) {
    for (int i = 0; i < N; ++i) {
      for (int j = 0; j <= i; ++j) {
        SymMatrix<N> a;
        Vec<N> x;
        EigenWorkspace<N> workspace;
        random.fill(a);
        random.fill(x);
        a.set(i, j, bad);
        EXPECT_EQ(leading_eigenvector<TypeParam>(a, kEigenResidual, 100, x, workspace).status, Status::kNotFinite);
        EXPECT_TRUE(same_bits(x, Vec<N>{})) << bad << " at " << i << ", " << j;
      }
    }
  }
}

TYPED_TEST(LeadingEigenvectorTest, BadStartGivesZero) {
  SymMatrix<17> a;
  Inputs(7).fill(a);
  EigenWorkspace<17> workspace;
  for (float start : {0.0f, std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    Vec<17> x;
    x[5] = start;
    EXPECT_EQ(leading_eigenvector<TypeParam>(a, kEigenResidual, 100, x, workspace).status, Status::kNotFinite) << start;
    EXPECT_TRUE(same_bits(x, Vec<17>{})) << start;
  }
}

TYPED_TEST(LeadingEigenvectorTest, ZeroMatrixKeepsTheStart) {
  SymMatrix<17> a;
  Vec<17> x;
  EigenWorkspace<17> workspace;
  Inputs(8).fill(x);
  const auto result = leading_eigenvector<TypeParam>(a, kEigenResidual, 100, x, workspace);
  EXPECT_EQ(result.status, Status::kOk);
  EXPECT_EQ(result.value, 0.0f);
  expect_unit(x);
}

TYPED_TEST(LeadingEigenvectorTest, ExhaustionReturnsTheLastIterate) {
  constexpr int N = 64;
  SymMatrix<N> a;
  EigenWorkspace<N> workspace;
  Inputs random(9);
  random.fill(a);
  double previous = -HUGE_VAL;
  for (int products : {1, 2, 4, 8, 16}) {
    Vec<N> x;
    Inputs(10).fill(x);
    int told = 0, between = 0;
    const auto probe = [&](int part) { ++(part == 0 ? told : between); };
    const auto result = leading_eigenvector<TypeParam>(a, kEigenResidual, products, x, workspace, probe);
    EXPECT_EQ(result.status, Status::kNotConverged);
    EXPECT_LE(result.products, products + 1);  // one more, for the residual
    EXPECT_EQ(told, result.products);
    EXPECT_EQ(between, told + 1);
    EXPECT_GT(result.value, previous) << products << " products";
    EXPECT_NEAR(result.residual, exact_residual(a, x, result.value), 1e-4 * result.residual);
    expect_unit(x);
    previous = result.value;
  }
}

}  // namespace
}  // namespace driftbench
