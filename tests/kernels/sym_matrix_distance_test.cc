// Tests norms and distances of full symmetric matrices.

#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "kernels/bounds.h"
#include "kernels/philox.h"
#include "kernels/rank_one.h"
#include "kernels/sym_matrix.h"
#include "kernels/targets/sparse_signs.h"
#include "runtime/observe.h"

namespace driftbench {
namespace {

template <class Arch, int N, int K>
void expect_norms() {
  const auto a = std::make_unique<SymMatrix<N>>();
  RankOne<N> b;
  SparseSigns<N, K>{1.0f}.draw({/*seed=*/2, Stream::kTarget, N, 0}, b);
  observe<Arch>(b, 0.25f, {2, Stream::kNoise, N, 0}, *a);
  b.scale = 0.75f;

  double aa = 0, bb = 0, distance = 0;
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j < N; ++j) {
      const double x = (*a)(i, j), y = static_cast<double>(b.scale) * b.v[i] * b.v[j];
      aa += x * x;
      bb += y * y;
      distance += (x - y) * (x - y);
    }
  }
  const double norm_bound = sym_matrix_norm_error(padded(N)), distance_bound = sym_matrix_distance_error(padded(N));
  EXPECT_NEAR(frobenius_norm<Arch>(*a), std::sqrt(aa), norm_bound * std::sqrt(aa)) << "n = " << N;
  EXPECT_NEAR(squared_distance<Arch>(*a, b), distance, distance_bound * (aa + bb)) << "n = " << N;

  // Where the two agree, what is left is the rounding of their elements, not that of their norms.
  a->set_zero();
  rank_one_update<Arch>(b.scale, b.v, *a);
  EXPECT_LE(squared_distance<Arch>(*a, b), 16 * kUnitRoundoff * kUnitRoundoff) << "n = " << N;
}

/// Where all elements are equal, each addition to a partial sum rounds the same way, over and over.
template <class Arch, int N>
void expect_norm_of_equal_elements() {
  const auto a = std::make_unique<SymMatrix<N>>();
  for (const float element : {0.1f, 0.3f, 7.7f}) {
    for (int i = 0; i < N; ++i) {
      for (int j = 0; j <= i; ++j) a->set(i, j, element);
    }
    const double norm = N * static_cast<double>(element);
    EXPECT_NEAR(frobenius_norm<Arch>(*a), norm, double{sym_matrix_norm_error(padded(N))} * norm) << "n = " << N;
  }
}

template <class Arch>
class SymMatrixDistanceTest : public testing::Test {};
using Archs = testing::Types<DefaultArch, OneLane>;
TYPED_TEST_SUITE(SymMatrixDistanceTest, Archs, );

TYPED_TEST(SymMatrixDistanceTest, MatchesSumsInDouble) {
  expect_norms<TypeParam, 1, 1>();
  expect_norms<TypeParam, 3, 2>();
  expect_norms<TypeParam, 15, 3>();
  expect_norms<TypeParam, 16, 3>();
  expect_norms<TypeParam, 17, 3>();
  expect_norms<TypeParam, 67, 6>();
  expect_norms<TypeParam, 350, 20>();
  expect_norms<TypeParam, 1024, 8>();
}

TYPED_TEST(SymMatrixDistanceTest, EqualElements) {
  expect_norm_of_equal_elements<TypeParam, 33>();
  expect_norm_of_equal_elements<TypeParam, 350>();
  expect_norm_of_equal_elements<TypeParam, 2048>();
}

}  // namespace
}  // namespace driftbench
