// Tests products with symmetric matrices, and the matrices' update.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>

#include "kernels/bounds.h"
#include "kernels/sym_matrix.h"
#include "tests/support.h"

namespace driftbench {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

template <class Arch>
class SymMatrixProduct : public ::testing::Test {};
TYPED_TEST_SUITE(SymMatrixProduct, Architectures);

TYPED_TEST(SymMatrixProduct, Multiply) {
  for_sizes<1, 2, 15, 16, 17, 31, 64, 100, 350, 1024>([]<int N>() {
    Inputs random(N);
    const auto a = std::make_unique<Guarded<SymMatrix<N>>>();
    Guarded<Vec<N>> x, y;
    random.fill(a->value);
    random.fill(x.value);
    const auto a_before = std::make_unique<SymMatrix<N>>(a->value);
    const auto x_before = x.value;
    for (float& stale : y.value.data) stale = kNaN;
    multiply<TypeParam>(a->value, x.value, y.value);

    const auto exact = exact_product(a->value, x.value);
    for (int i = 0; i < N; ++i) {
      double magnitude = 0.0;
      for (int j = 0; j < N; ++j) magnitude += std::fabs(static_cast<double>(a->value(i, j)) * x.value[j]);
      EXPECT_NEAR(y.value[i], exact[static_cast<std::size_t>(i)], multiply_error(padded(N)) * magnitude) << "row " << i;
    }
    EXPECT_TRUE(padding_is_zero(y.value));
    EXPECT_TRUE(same_bits(a->value, *a_before) && same_bits(x.value, x_before));
    EXPECT_TRUE(a->intact() && x.intact() && y.intact());
  });
}

// Products of small integers are exact, so that each element of A must count exactly once in each of its two rows.
TYPED_TEST(SymMatrixProduct, MultiplyOfIntegersIsExact) {
  for_sizes<1, 15, 16, 17, 33, 100>([]<int N>() {
    SymMatrix<N> a;
    Vec<N> x, y;
    for (int i = 0; i < N; ++i) {
      x[i] = static_cast<float>(i % 13 - 6);
      for (int j = 0; j <= i; ++j) a.set(i, j, static_cast<float>((i * 31 + j * 17) % 29 - 14));
    }
    multiply<TypeParam>(a, x, y);
    const auto exact = exact_product(a, x);
    for (int i = 0; i < N; ++i) EXPECT_EQ(y[i], exact[static_cast<std::size_t>(i)]) << "row " << i;
  });
}

TYPED_TEST(SymMatrixProduct, NaNReachesItsTwoRowsAndNoOther) {
  constexpr int N = 37;
  SymMatrix<N> a;
  Vec<N> x, y;
  Inputs random(1);
  random.fill(a);
  random.fill(x);
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j <= i; ++j) {
      const float element = a(i, j);
      a.set(i, j, kNaN);
      multiply<TypeParam>(a, x, y);
      for (int row = 0; row < N; ++row) {
        EXPECT_EQ(std::isnan(y[row]), row == i || row == j) << "row " << row << " of NaN at " << i << ", " << j;
      }
      a.set(i, j, element);
    }
  }
}

TYPED_TEST(SymMatrixProduct, IsItsOwnTranspose) {
  constexpr int N = 350;
  const auto a = std::make_unique<SymMatrix<N>>();
  Vec<N> x, y, ax, ay;
  Inputs random(2);
  random.fill(*a);
  random.fill(x);
  random.fill(y);
  multiply<TypeParam>(*a, x, ax);
  multiply<TypeParam>(*a, y, ay);
  double magnitude = 0.0;
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j < N; ++j) magnitude += std::fabs(static_cast<double>(x[i]) * (*a)(i, j) * y[j]);
  }
  EXPECT_NEAR(exact_dot(ax, y), exact_dot(ay, x), 2.0 * multiply_error(padded(N)) * magnitude);
}

TYPED_TEST(SymMatrixProduct, QuadraticForm) {
  for_sizes<1, 2, 15, 16, 17, 31, 64, 350, 1024>([]<int N>() {
    Inputs random(N);
    const auto a = std::make_unique<SymMatrix<N>>();
    random.fill(*a);
    for (int stride : {1, 7}) {  // a full vector and a sparse one
      Vec<N> x;
      for (int i = 0; i < N; i += stride) x[i] = random.normal();
      double exact = 0.0, magnitude = 0.0;
      for (int i = 0; i < N; ++i) {
        for (int j = 0; j < N; ++j) {
          const double term = static_cast<double>(x[i]) * (*a)(i, j) * x[j];
          exact += term;
          magnitude += std::fabs(term);
        }
      }
      EXPECT_NEAR(quadratic_form<TypeParam>(*a, x), exact, quadratic_form_error(padded(N)) * magnitude);
    }
  });
}

TYPED_TEST(SymMatrixProduct, QuadraticFormReadsOnlyTheRowsOfNonZeros) {
  constexpr int N = 50, row = 20;
  SymMatrix<N> a;
  for (float& element : a.data) element = kNaN;
  for (int column = 0; column < 2 * kTile; ++column) {
    a.tile(row / kTile, column / kTile)[row % kTile * kTile + column % kTile] = 3.0f;
  }
  Vec<N> x;
  x[row] = 2.0f;
  EXPECT_EQ(quadratic_form<TypeParam>(a, x), 12.0f);
}

TYPED_TEST(SymMatrixProduct, RankOneUpdate) {
  for_sizes<1, 2, 15, 16, 17, 33, 350>([]<int N>() {
    Inputs random(N);
    const auto a = std::make_unique<Guarded<SymMatrix<N>>>();
    Vec<N> v;
    random.fill(a->value);
    random.fill(v);
    const auto before = std::make_unique<SymMatrix<N>>(a->value);
    rank_one_update<TypeParam>(-0.3f, v, a->value);
    for (int i = 0; i < N; ++i) {
      for (int j = 0; j < N; ++j) {
        const double old = (*before)(i, j), added = -0.3f * static_cast<double>(v[i]) * v[j];
        EXPECT_NEAR(a->value(i, j), old + added, 3.0 * kUnitRoundoff * (std::fabs(old) + std::fabs(added)));
      }
    }
    EXPECT_TRUE(a->intact() && padding_is_zero(a->value));
  });
}

TYPED_TEST(SymMatrixProduct, AddMultiple) {
  for_sizes<1, 2, 15, 16, 17, 33, 350>([]<int N>() {
    Inputs random(N);
    const auto a = std::make_unique<Guarded<SymMatrix<N>>>();
    const auto b = std::make_unique<SymMatrix<N>>();
    RankOne<N> c{.scale = 0.7f, .v = {}};
    random.fill(a->value);
    random.fill(*b);
    random.fill(c.v);
    const auto before = std::make_unique<SymMatrix<N>>(a->value);
    add_multiple<TypeParam>(-0.3f, *b, a->value);
    add_multiple<TypeParam>(2.0f, c, a->value);
    for (int i = 0; i < N; ++i) {
      for (int j = 0; j < N; ++j) {
        const double old = (*before)(i, j), full = -0.3f * static_cast<double>((*b)(i, j));
        const double rank_one = 2.0 * static_cast<double>(c.scale) * c.v[i] * c.v[j];
        EXPECT_NEAR(a->value(i, j), old + full + rank_one,
                    5.0 * kUnitRoundoff * (std::fabs(old) + std::fabs(full) + std::fabs(rank_one)));
      }
    }
    EXPECT_TRUE(a->intact() && padding_is_zero(a->value));
  });
}

}  // namespace
}  // namespace driftbench
