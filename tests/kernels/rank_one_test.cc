#include "kernels/rank_one.h"

#include <gtest/gtest.h>

#include "kernels/bounds.h"
#include "tests/support.h"

namespace driftbench {
namespace {

template <class Arch>
class RankOneTest : public ::testing::Test {};
TYPED_TEST_SUITE(RankOneTest, Architectures);

template <int N>
double element(const RankOne<N>& a, int i, int j) {
  return static_cast<double>(a.scale) * a.v[i] * a.v[j];
}

/// Returns ||a - b||_F^2, summed element by element.
template <int N>
double exact_squared_distance(const RankOne<N>& a, const RankOne<N>& b) {
  double sum = 0.0;
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j < N; ++j) sum += std::pow(element(a, i, j) - element(b, i, j), 2);
  }
  return sum;
}

TYPED_TEST(RankOneTest, NormAndDistanceAgainstFullMatrices) {
  for_sizes<1, 2, 3, 4, 5, 15, 16, 17, 67, 350>([]<int N>() {
    Inputs random(N);
    const RankOne<N> zero;
    for (int trial = 0; trial < 20 + 100'000 / (N * N); ++trial) {
      RankOne<N> a{random.normal(), {}}, b{random.normal(), {}};
      random.fill(a.v);
      random.fill(b.v);
      if (trial % 3 > 0) {  // nearly equal, so that terms cancel, or opposite, so that errors add
        b = a;
        b.v[0] += 1e-3f;
        if (trial % 3 == 1) b.scale = -b.scale;
      }
      const double aa = exact_squared_distance(a, zero), bb = exact_squared_distance(b, zero);
      // The bound is the error of the dot product, and the rounding of its product with the scale.
      EXPECT_NEAR(frobenius_norm<TypeParam>(a), std::sqrt(aa), (dot_error(padded(N)) + kUnitRoundoff) * std::sqrt(aa));
      EXPECT_NEAR(squared_distance<TypeParam>(a, b), exact_squared_distance(a, b),
                  squared_distance_error(padded(N)) * (aa + bb));
    }
  });
}

TYPED_TEST(RankOneTest, DistanceIsNeverNegative) {
  Inputs random(1);
  for (int trial = 0; trial < 1000; ++trial) {
    RankOne<17> a{random.normal(), {}};
    random.fill(a.v);
    auto b = a;
    b.scale = std::nextafter(a.scale, 1.0f);
    EXPECT_GE(squared_distance<TypeParam>(a, b), 0.0f);
  }
}

TYPED_TEST(RankOneTest, NegativeScale) {
  RankOne<3> a{-2.0f, {}}, b{2.0f, {}};
  a.v[1] = b.v[1] = 3.0f;
  EXPECT_EQ(frobenius_norm<TypeParam>(a), 18.0f);
  EXPECT_EQ(squared_distance<TypeParam>(a, b), 36.0f * 36.0f);
  a.set_zero();
  EXPECT_TRUE(same_bits(a, RankOne<3>{}));
}

}  // namespace
}  // namespace driftbench
