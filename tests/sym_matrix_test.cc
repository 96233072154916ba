#include "kernels/sym_matrix.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "tests/support.h"

namespace driftbench {
namespace {

TEST(SymMatrix, Layout) {
  static_assert(sizeof(SymMatrix<1>) == 1024 && sizeof(SymMatrix<16>) == 1024 && sizeof(SymMatrix<17>) == 3 * 1024);
  static_assert(sizeof(SymMatrix<1024>) == std::size_t{2} * 1024 * (1024 + kTile));
  for_sizes<1, 15, 16, 17, 33, 50>([]<int N>() {
    Guarded<SymMatrix<N>> a;
    std::vector<float> full(std::size_t{N} * N);
    for (int i = 0; i < N; ++i) {
      for (int j = 0; j < N; ++j) {
        // An element may be written from either side of the diagonal; the last write wins.
        a.value.set(i, j, static_cast<float>(i * N + j + 1));
        EXPECT_EQ(a.value(i, j), static_cast<float>(i * N + j + 1));
        EXPECT_EQ(a.value(j, i), static_cast<float>(i * N + j + 1));
      }
    }
    for (int i = 0; i < N; ++i) {
      for (int j = 0; j <= i; ++j) {
        const float* tile = a.value.tile(i / kTile, j / kTile);
        EXPECT_EQ(tile[i % kTile * kTile + j % kTile], a.value(i, j));
        if (i / kTile == j / kTile) {
          EXPECT_EQ(tile[j % kTile * kTile + i % kTile], a.value(i, j));
        }
      }
    }
    EXPECT_TRUE(padding_is_zero(a.value));
    a.value.set_zero();
    EXPECT_TRUE(same_bits(a.value, SymMatrix<N>{}));
    EXPECT_TRUE(a.intact());
  });
}

TEST(SymMatrix, FillFromFullTakesTheSymmetricPart) {
  for_sizes<1, 2, 16, 17, 40>([]<int N>() {
    Inputs random(N);
    std::vector<float> full(std::size_t{N} * N);
    for (float& value : full) value = random.normal();
    Guarded<SymMatrix<N>> a;
    fill_from_full(full.data(), a.value);
    for (std::size_t i = 0; i < N; ++i) {
      for (std::size_t j = 0; j < N; ++j) {
        EXPECT_EQ(a.value(static_cast<int>(i), static_cast<int>(j)), 0.5f * full[i * N + j] + 0.5f * full[j * N + i]);
      }
    }
    EXPECT_TRUE(a.intact() && padding_is_zero(a.value));
  });
}

TEST(SymMatrix, FillFromFullOfLargeNumbersDoesNotOverflow) {
  const float largest = std::numeric_limits<float>::max();
  const float full[4] = {largest, largest, largest, -largest};
  SymMatrix<2> a;
  fill_from_full(full, a);
  EXPECT_EQ(a(1, 0), largest);
  EXPECT_EQ(a(1, 1), -largest);
}

TEST(SymMatrix, FillFromPackedReadsTheLowerTriangleByRows) {
  for_sizes<1, 2, 16, 17, 40>([]<int N>() {
    std::vector<float> lower;
    for (int i = 0; i < N * (N + 1) / 2; ++i) lower.push_back(static_cast<float>(i + 1));
    Guarded<SymMatrix<N>> a;
    fill_from_packed(lower.data(), a.value);
    for (int i = 0; i < N; ++i) {
      for (int j = 0; j <= i; ++j) EXPECT_EQ(a.value(j, i), static_cast<float>(i * (i + 1) / 2 + j + 1));
    }
    EXPECT_TRUE(a.intact() && padding_is_zero(a.value));
  });
}

}  // namespace
}  // namespace driftbench
