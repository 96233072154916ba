#include "kernels/vec.h"

#include <gtest/gtest.h>

#include <limits>

#include "kernels/bounds.h"
#include "tests/support.h"

namespace driftbench {
namespace {

constexpr double kU = kUnitRoundoff;

template <class Arch>
class VecTest : public ::testing::Test {};
TYPED_TEST_SUITE(VecTest, Architectures);

TEST(Vec, IsAlignedAndPadded) {
  static_assert(padded(1) == 16 && padded(16) == 16 && padded(17) == 32);
  static_assert(sizeof(Vec<1>) == 64 && sizeof(Vec<17>) == 128 && alignof(Vec<17>) == 64);
  const Vec<17> x;
  for (float value : x.data) EXPECT_EQ(value, 0.0f);
  EXPECT_EQ(x.end() - x.begin(), 17);
}

TYPED_TEST(VecTest, Dot) {
  for_sizes<1, 2, 7, 8, 15, 16, 17, 33, 67, 350>([]<int N>() {
    Inputs random(N);
    Guarded<Vec<N>> x, y;
    random.fill(x.value);
    random.fill(y.value);
    const auto x_before = x.value, y_before = y.value;
    EXPECT_NEAR(dot<TypeParam>(x.value, y.value), exact_dot(x.value, y.value),
                dot_error(padded(N)) * exact_dot_magnitude(x.value, y.value));
    EXPECT_TRUE(same_bits(x.value, x_before) && same_bits(y.value, y_before));

    for (int i = 0; i < N; ++i) {
      auto with_nan = x.value;
      with_nan[i] = std::numeric_limits<float>::quiet_NaN();
      EXPECT_TRUE(std::isnan(dot<TypeParam>(with_nan, y.value))) << "element " << i;
    }
  });
}

// Each element is a different power of two, so every partial sum is exact, and a missing or doubled element shows in
// the bits.
TYPED_TEST(VecTest, DotTakesEachElementOnce) {
  for_sizes<1, 15, 16, 17, 24>([]<int N>() {
    Vec<N> x, ones;
    for (int i = 0; i < N; ++i) {
      x[i] = std::ldexp(1.0f, i - 12);
      ones[i] = 1.0f;
    }
    EXPECT_EQ(dot<TypeParam>(x, ones), std::ldexp(1.0f, N - 12) - std::ldexp(1.0f, -12));
  });
}

TYPED_TEST(VecTest, AxpbyAndScale) {
  for_sizes<1, 2, 15, 16, 17, 33, 350>([]<int N>() {
    Inputs random(N);
    Guarded<Vec<N>> x, y;
    random.fill(x.value);
    random.fill(y.value);
    const auto x_before = x.value, y_before = y.value;
    axpby<TypeParam>(0.7f, x.value, -1.3f, y.value);
    for (int i = 0; i < N; ++i) {
      const double ax = 0.7f * static_cast<double>(x_before[i]), by = -1.3f * static_cast<double>(y_before[i]);
      // There are three roundings, of which the first two are relative to the products.
      EXPECT_NEAR(y.value[i], ax + by, 2.0 * kU * (std::fabs(ax) + std::fabs(by))) << "element " << i;
    }
    EXPECT_TRUE(padding_is_zero(y.value));
    EXPECT_TRUE(same_bits(x.value, x_before));

    scale<TypeParam>(0.7f, x.value);
    for (int i = 0; i < N; ++i) EXPECT_EQ(x.value[i], 0.7f * x_before[i]);
    EXPECT_TRUE(padding_is_zero(x.value));
    EXPECT_TRUE(x.intact() && y.intact());
  });
}

TYPED_TEST(VecTest, AxpbyOntoItself) {
  Vec<33> x;
  Inputs(1).fill(x);
  const auto before = x;
  axpby<TypeParam>(0.5f, x, 0.25f, x);
  for (int i = 0; i < 33; ++i) EXPECT_EQ(x[i], 0.75f * before[i]);
}

}  // namespace
}  // namespace driftbench
