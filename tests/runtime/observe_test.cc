#include "runtime/observe.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "kernels/targets/sparse_signs.h"
#include "tests/support.h"

namespace driftbench {
namespace {

template <class Arch>
class ObserveTest : public ::testing::Test {};
TYPED_TEST_SUITE(ObserveTest, Architectures);

// The means over kDraws observations are normal around t x, so their squares sum to a chi-square, and so do the squares
// of the deviations from t x. Four sums with two sides each at 4.2e-8 make 3.4e-7.
TYPED_TEST(ObserveTest, MeanAndVariances) {
  constexpr int N = 17, kDraws = 4000;
  constexpr float t = 6.0f;
  RankOne<N> x;
  SparseSigns<N, 4>{1.0f}.draw({1, Stream::kTarget, 1, 0}, x);
  std::vector<double> sums(std::size_t{N} * N);
  double squares[2] = {}, mean_squares[2] = {};
  for (std::uint64_t chain = 0; chain < kDraws; ++chain) {
    SymMatrix<N> y;
    y.set(3, 2, NAN);  // what was there before does not matter
    observe<TypeParam>(x, t, {2, Stream::kNoise, chain, 0}, y);
    for (int i = 0; i < N; ++i) {
      for (int j = 0; j <= i; ++j) {
        const double deviation = static_cast<double>(y(i, j)) - static_cast<double>(t) * x.v[i] * x.v[j];
        const double variance = i == j ? t : 0.5 * t;
        sums[static_cast<std::size_t>(i * N + j)] += deviation;
        squares[i == j] += deviation * deviation / variance;
      }
    }
    EXPECT_TRUE(padding_is_zero(y));
  }
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j <= i; ++j) {
      const double variance = kDraws * (i == j ? t : 0.5 * t);
      mean_squares[i == j] += std::pow(sums[static_cast<std::size_t>(i * N + j)], 2) / variance;
    }
  }
  const double elements[2] = {N * (N - 1) / 2, N};
  for (int diagonal : {0, 1}) {
    EXPECT_FALSE(improbable_chi_square(mean_squares[diagonal], elements[diagonal])) << mean_squares[diagonal];
    EXPECT_FALSE(improbable_chi_square(squares[diagonal], kDraws * elements[diagonal])) << squares[diagonal];
  }
}

}  // namespace
}  // namespace driftbench
