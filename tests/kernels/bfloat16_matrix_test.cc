#include "kernels/bfloat16_matrix.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>

#include "kernels/bounds.h"
#include "tests/support.h"

namespace driftbench {
namespace {

template <class Arch>
class BFloat16 : public ::testing::Test {
 protected:
  /// Returns element (i, j), with i >= j, as the matrix stores it.
  template <int N>
  static float stored(const BFloat16Matrix<N>& h, int i, int j) {
    const int row = i % kTile, tile = SymMatrix<N>::tile_offset(i / kTile, j / kTile);
    const std::uint32_t word = h.data[tile / 2 + row / 2 * kTile + j % kTile];
    return std::bit_cast<float>(row % 2 == 0 ? word << 16 : word & 0xffff0000);
  }

  /// Returns the only element of a 1 x 1 matrix after it was rounded.
  static float rounded(float value) {
    SymMatrix<1> a;
    a.set(0, 0, value);
    BFloat16Matrix<1> h;
    round_to_bfloat16<Arch>(a, h);
    return stored(h, 0, 0);
  }
};
TYPED_TEST_SUITE(BFloat16, Architectures);

TYPED_TEST(BFloat16, RoundsToNearestTiesToEven) {
  const auto rounded = TestFixture::rounded;
  EXPECT_EQ(rounded(0.0f), 0.0f);
  EXPECT_EQ(rounded(-1.5f), -1.5f);
  EXPECT_EQ(rounded(0x1.01p0f), 0x1.00p0f) << "a tie, the lower neighbour is even";
  EXPECT_EQ(rounded(0x1.03p0f), 0x1.04p0f) << "a tie, the upper neighbour is even";
  EXPECT_EQ(rounded(0x1.0100p0f), 0x1.00p0f);
  EXPECT_EQ(rounded(0x1.0102p0f), 0x1.02p0f) << "just above a tie";
  EXPECT_EQ(rounded(-0x1.00fep0f), -0x1.00p0f) << "just below a tie";
  EXPECT_EQ(rounded(0x1.ffp3f), 0x1.00p4f) << "into the next power of two";
  EXPECT_EQ(rounded(std::numeric_limits<float>::infinity()), std::numeric_limits<float>::infinity());
  EXPECT_FALSE(std::isfinite(rounded(std::numeric_limits<float>::quiet_NaN())));
}

TYPED_TEST(BFloat16, EachElementIsWithinItsRoundoff) {
  for_sizes<1, 16, 17, 50>([&]<int N>() {
    Inputs inputs(1);
    SymMatrix<N> a;
    inputs.fill(a);
    Guarded<BFloat16Matrix<N>> h;
    round_to_bfloat16<TypeParam>(a, h.value);
    EXPECT_TRUE(h.intact());
    for (int i = 0; i < N; ++i) {
      for (int j = 0; j <= i; ++j) {
        EXPECT_NEAR(TestFixture::stored(h.value, i, j), a(i, j), kBFloat16Roundoff * std::fabs(a(i, j)));
      }
    }
  });
}

TYPED_TEST(BFloat16, ProductIsThatOfTheRoundedMatrix) {
  for_sizes<1, 15, 16, 17, 33, 64, 350>([&]<int N>() {
    Inputs inputs(2);
    const auto a = std::make_unique<SymMatrix<N>>(), stored = std::make_unique<SymMatrix<N>>();
    const auto h = std::make_unique<BFloat16Matrix<N>>();
    inputs.fill(*a);
    round_to_bfloat16<TypeParam>(*a, *h);
    Vec<N> x;
    inputs.fill(x);
    Guarded<Vec<N>> y;
    multiply<TypeParam>(*h, x, y.value);
    EXPECT_TRUE(y.intact());
    EXPECT_TRUE(padding_is_zero(y.value));
    for (int i = 0; i < N; ++i) {
      for (int j = 0; j <= i; ++j) stored->set(i, j, TestFixture::stored(*h, i, j));
    }
    const auto exact = exact_product(*stored, x);
    for (int i = 0; i < N; ++i) {
      double magnitude = 0;
      for (int j = 0; j < N; ++j) magnitude += std::fabs(static_cast<double>((*stored)(i, j)) * x[j]);
      EXPECT_NEAR(y.value[i], exact[static_cast<std::size_t>(i)], multiply_error(padded(N)) * magnitude) << i;
    }
  });
}

}  // namespace
}  // namespace driftbench
