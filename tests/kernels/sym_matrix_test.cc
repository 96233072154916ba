#include "kernels/sym_matrix.h"

#include <gtest/gtest.h>

#include <cstddef>

#include "tests/support.h"

namespace driftbench {
namespace {

TEST(SymMatrix, Layout) {
  static_assert(sizeof(SymMatrix<1>) == 1024 && sizeof(SymMatrix<16>) == 1024 && sizeof(SymMatrix<17>) == 3 * 1024);
  static_assert(sizeof(SymMatrix<1024>) == std::size_t{2} * 1024 * (1024 + kTile));
  for_sizes<1, 15, 16, 17, 33, 50>([]<int N>() {
    Guarded<SymMatrix<N>> a;
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

}  // namespace
}  // namespace driftbench
