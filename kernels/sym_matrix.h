// Symmetric matrices, stored in half the memory of full ones, and products that read that half once.
#pragma once

#include <cmath>

#include "kernels/assertions.h"
#include "kernels/bounds.h"
#include "kernels/rank_one.h"
#include "kernels/simd.h"
#include "kernels/vec.h"

namespace driftbench {

/// A symmetric N x N matrix. It stores the lower triangle in kTile x kTile tiles, each row by row, the tiles in the
/// order (0,0) (1,0) (1,1) (2,0) ... A tile on the diagonal holds both of its triangles. Rows and columns from N on are
/// zero. The layout is the same on every architecture, and sizeof is 2 N (N + kTile) bytes for N a multiple of kTile.
template <int N>
struct SymMatrix {
  static_assert(N >= 1);
  static constexpr int kTileRows = padded(N) / kTile;
  static constexpr int kTiles = kTileRows * (kTileRows + 1) / 2;
  static constexpr int kTileSize = kTile * kTile;
  static constexpr int kSize = kTiles * kTileSize;

  alignas(64) float data[kSize] = {};

  /// The index in `data` at which tile (row, column) begins; row and column count tiles, and row >= column.
  static constexpr int tile_offset(int row, int column) { return (row * (row + 1) / 2 + column) * kTileSize; }

  /// The tile (row, column), where 0 <= column <= row < kTileRows.
  float* tile(int row, int column) {
    DRIFTBENCH_ASSERT(0 <= column && column <= row && row < kTileRows);
    return data + tile_offset(row, column);
  }
  const float* tile(int row, int column) const {
    DRIFTBENCH_ASSERT(0 <= column && column <= row && row < kTileRows);
    return data + tile_offset(row, column);
  }

  /// Returns the element (i, j), where 0 <= i < N and 0 <= j < N.
  float operator()(int i, int j) const {
    DRIFTBENCH_ASSERT(0 <= i && i < N && 0 <= j && j < N);
    return data[i >= j ? offset(i, j) : offset(j, i)];
  }

  /// Sets the elements (i, j) and (j, i), where 0 <= i < N and 0 <= j < N.
  void set(int i, int j, float value) {
    DRIFTBENCH_ASSERT(0 <= i && i < N && 0 <= j && j < N);
    data[i >= j ? offset(i, j) : offset(j, i)] = value;
    if (i / kTile == j / kTile) data[i >= j ? offset(j, i) : offset(i, j)] = value;
  }

  void set_zero() {
    for (float& a : data) a = 0.0f;
  }

 private:
  /// The index in `data` of element (i, j), for i / kTile >= j / kTile.
  static constexpr int offset(int i, int j) {
    return tile_offset(i / kTile, j / kTile) + i % kTile * kTile + j % kTile;
  }
};

namespace sym_matrix_detail {

/// The rows of a tile of SymMatrix, which multiply_tiles reads as they are.
template <class Arch>
struct FloatTile {
  using Word = float;
  static constexpr int kRowWords = kTile;
  /// Loads columns c to c + W - 1 of row r, counted from the row that `tile` points to: the first row of a tile, or a
  /// later one of even number, so that it begins at a word in any format.
  static typename Simd<Arch>::F32 load(const float* tile, int r, int c) {
    return Simd<Arch>::load(tile + r * kTile + c);
  }
};

/// The first kTile elements of y <- those of the product of A's first tile with x. The tile equals its transpose.
/// Summing along its columns takes no sum across lanes; at least four chains keep the multiply-add units busy.
template <class Arch, class Tile, int N>
[[gnu::always_inline]] inline void multiply_first_tile(const typename Tile::Word* data, const Vec<N>& x, Vec<N>& y) {
  using S = Simd<Arch>;
  using F32 = typename S::F32;
  constexpr int W = S::kLanes;
  constexpr int kParts = kTile / W, kPartChains = kParts < 4 ? 4 / kParts : 1;
  F32 sum[kParts][kPartChains];
  for (auto& part : sum) {
    for (F32& chain : part) chain = S::broadcast(0.0f);
  }
#pragma GCC unroll 16
  for (int r = 0; r < kTile; ++r) {
    const F32 xr = S::broadcast(x.data[r]);
    for (int part = 0; part < kParts; ++part) {
      F32& chain = sum[part][r % kPartChains];
      chain = S::fma(Tile::load(data, r, part * W), xr, chain);
    }
  }
  for (int part = 0; part < kParts; ++part) {
    for (int chain = 1; chain < kPartChains; ++chain) sum[part][0] = sum[part][0] + sum[part][chain];
    S::store(y.data + part * W, sum[part][0]);
  }
}

/// The number of rows in a panel, which is even. Their sums stay in registers while the panel is swept. With AVX-512 a
/// panel is a whole tile, and multipliers that find no register are read from memory by the multiply-adds: measured 1
/// to 15 % faster than panels of 8 rows.
template <class Arch>
inline constexpr int kPanelRows = Simd<Arch>::kLanes < 16       ? Simd<Arch>::kRegisters / 4
                                  : Simd<Arch>::kRegisters >= 4 ? Simd<Arch>::kRegisters / 2
                                                                : 2;

/// Multiplies a panel, kPanelRows rows of a tile row from row `panel` of it on; `tile` is where they begin in its first
/// tile. y <- y + what the panel gives the elements before its tile row. The lanes of row_sum[panel + r] add up to what
/// it gives element tile_row * kTile + panel + r.
template <class Arch, class Tile, int N>
[[gnu::always_inline]] inline void multiply_panel(const typename Tile::Word* tile, int tile_row, int panel,
                                                  const Vec<N>& x, Vec<N>& y, typename Simd<Arch>::F32* row_sum) {
  using S = Simd<Arch>;
  using F32 = typename S::F32;
  constexpr int W = S::kLanes, kRows = kPanelRows<Arch>;
  // The sums of columns run in as many independent chains as keep the multiply-add units busy. With one chain, their
  // order does not depend on kRows.
  constexpr int kChains = W >= 8 && !S::kStrict ? 2 : 1;
  F32 multiplier[kRows], sum[kRows];
  for (int r = 0; r < kRows; ++r) {
    multiplier[r] = S::broadcast(x[tile_row * kTile + panel + r]);
    sum[r] = S::broadcast(0.0f);
  }
  for (int column = 0; column < tile_row * kTile; column += kTile, tile += kTile * Tile::kRowWords) {
    for (int c = 0; c < kTile; c += W) {
      const F32 xc = S::load(x.data + column + c);
      F32 yc[kChains] = {S::load(y.data + column + c)};
      for (int chain = 1; chain < kChains; ++chain) yc[chain] = S::broadcast(0.0f);
#pragma GCC unroll 16
      for (int r = 0; r < kRows; ++r) {
        const F32 a = S::in_register(Tile::load(tile, r, c));
        sum[r] = S::fma(a, xc, sum[r]);
        yc[r % kChains] = S::fma(a, multiplier[r], yc[r % kChains]);
      }
      for (int chain = 1; chain < kChains; ++chain) yc[0] = yc[0] + yc[chain];
      S::store(y.data + column + c, yc[0]);
    }
  }
  for (int c = 0; c < kTile; c += W) {
    const F32 xc = S::load(x.data + tile_row * kTile + c);
    for (int r = 0; r < kRows; ++r) sum[r] = S::fma(Tile::load(tile, r, c), xc, sum[r]);
  }
  for (int r = 0; r < kRows; ++r) row_sum[panel + r] = sum[r];
}

/// y <- A x for a matrix A whose tiles are ordered as those of SymMatrix. The type Tile says how their rows are stored.
template <class Arch, class Tile, int N>
void multiply_tiles(const typename Tile::Word* data, const Vec<N>& x, Vec<N>& y) {
  using S = Simd<Arch>;
  DRIFTBENCH_ASSERT(is_apart(x, y));
  multiply_first_tile<Arch, Tile>(data, x, y);
  for (int tile_row = 1; tile_row < SymMatrix<N>::kTileRows; ++tile_row) {
    typename S::F32 row_sum[kTile];
    for (int panel = 0; panel < kTile; panel += kPanelRows<Arch>) {
      const auto* tile = data + (SymMatrix<N>::tile_offset(tile_row, 0) / kTile + panel) * Tile::kRowWords;
      multiply_panel<Arch, Tile>(tile, tile_row, panel, x, y, row_sum);
    }
    for (int r = 0; r < kTile; r += S::kLanes) {
      S::store(y.data + tile_row * kTile + r, S::reduce_add_rows(row_sum + r));
    }
  }
}

}  // namespace sym_matrix_detail

/// y <- A x; x and y do not overlap. N^2 multiply-adds, reads 2 N (N + kTile) bytes once.
///
/// A tile below the diagonal serves twice: its rows times x give their part of y, and its columns times x the mirrored
/// part. The time is at least the larger of two: the multiply-adds over the rate of fused multiply-adds, and the bytes
/// over the bandwidth of the cache that holds A. On a core with one 16-lane multiply-add and 32 bytes of L2 a cycle
/// both are 32 cycles a tile. Such a core loads one vector a cycle, so elements loaded anew for each of their two uses
/// would take 32 cycles a tile for loads alone.
///
/// Error: |y_i - (A x)_i| <= multiply_error(padded(N)) * sum_j |A_ij| |x_j|.
template <class Arch = DefaultArch, int N>
void multiply(const SymMatrix<N>& a, const Vec<N>& x, Vec<N>& y) {
  sym_matrix_detail::multiply_tiles<Arch, sym_matrix_detail::FloatTile<Arch>>(a.data, x, y);
}

/// Returns x^T A x. Rows i with x_i = 0 are not read. Any other row i costs about i multiply-adds, as only the lower
/// triangle is read, so a K-sparse x costs about K N / 2. Error: quadratic_form_error(padded(N)) * sum |x_i A_ij x_j|.
template <class Arch = DefaultArch, int N>
float quadratic_form(const SymMatrix<N>& a, const Vec<N>& x) {
  using S = Simd<Arch>;
  constexpr int W = S::kLanes;
  float total = 0.0f;
  for (int i = 0; i < N; ++i) {
    if (x[i] == 0.0f) continue;
    const int tile_row = i / kTile;
    const float* row = a.tile(tile_row, 0) + i % kTile * kTile;
    const auto row_dot = [&](int column, typename S::F32 sum) {
      for (int c = 0; c < kTile; c += W) {
        sum = S::fma(S::load(row + column * kTile + c), S::load(x.data + column + c), sum);
      }
      return sum;
    };
    auto below = S::broadcast(0.0f);
    for (int column = 0; column < tile_row * kTile; column += kTile) below = row_dot(column, below);
    const auto diagonal = row_dot(tile_row * kTile, S::broadcast(0.0f));
    total += x[i] * S::reduce_add(below + below + diagonal);
  }
  return total;
}

/// A <- A + alpha v v^T. N^2 / 2 multiply-adds; reads and writes A once.
template <class Arch = DefaultArch, int N>
void rank_one_update(float alpha, const Vec<N>& v, SymMatrix<N>& a) {
  using S = Simd<Arch>;
  float* row = a.data;
  for (int tile_row = 0; tile_row < SymMatrix<N>::kTileRows; ++tile_row) {
    for (int column = 0; column <= tile_row * kTile; column += kTile) {
      for (int r = 0; r < kTile; ++r, row += kTile) {
        const auto factor = S::broadcast(alpha * v[tile_row * kTile + r]);
        for (int c = 0; c < kTile; c += S::kLanes) {
          S::store(row + c, S::fma(factor, S::load(v.data + column + c), S::load(row + c)));
        }
      }
    }
  }
}

/// A <- A + factor B for an estimate B that a drift may return: a RankOne or a SymMatrix that does not overlap A.
/// N^2 / 2 multiply-adds; reads and writes A once.
template <class Arch = DefaultArch, int N>
void add_multiple(float factor, const RankOne<N>& b, SymMatrix<N>& a) {
  rank_one_update<Arch>(factor * b.scale, b.v, a);
}
template <class Arch = DefaultArch, int N>
void add_multiple(float factor, const SymMatrix<N>& b, SymMatrix<N>& a) {
  DRIFTBENCH_ASSERT(is_apart(a, b));
  using S = Simd<Arch>;
  const auto multiplier = S::broadcast(factor);
  for (int i = 0; i < SymMatrix<N>::kSize; i += S::kLanes) {
    S::store(a.data + i, S::fma(multiplier, S::load(b.data + i), S::load(a.data + i)));
  }
}

namespace sym_matrix_detail {

/// Returns the sum over all i, j of (a_ij - scale v_i v_j)^2. Each tile is summed by itself, then the tiles of a row,
/// then the rows, so that a term passes few roundings.
template <class Arch, int N>
float sum_squares(const SymMatrix<N>& a, float scale, const Vec<N>& v) {
  using S = Simd<Arch>;
  auto total = S::broadcast(0.0f);
  const float* row = a.data;
  for (int tile_row = 0; tile_row < SymMatrix<N>::kTileRows; ++tile_row) {
    auto below = S::broadcast(0.0f);
    for (int column = 0; column <= tile_row * kTile; column += kTile) {
      auto tile = S::broadcast(0.0f);
      for (int r = 0; r < kTile; ++r, row += kTile) {
        const auto factor = S::broadcast(-scale * v[tile_row * kTile + r]);
        for (int c = 0; c < kTile; c += S::kLanes) {
          const auto difference = S::fma(factor, S::load(v.data + column + c), S::load(row + c));
          tile = S::fma(difference, difference, tile);
        }
      }
      if (column < tile_row * kTile) {
        below = below + tile;
      } else {
        total = total + (below + below + tile);
      }
    }
  }
  return S::reduce_add(total);
}

}  // namespace sym_matrix_detail

/// Returns the trace. N additions, in the order of the rows. Error: rounding_error(N) * sum |A_ii|.
template <int N>
float trace(const SymMatrix<N>& a) {
  float sum = 0.0f;
  for (int i = 0; i < N; ++i) sum += a(i, i);
  return sum;
}

/// Returns the Frobenius norm. N^2 multiply-adds, reads A once. Relative error: sym_matrix_norm_error(padded(N)).
template <class Arch = DefaultArch, int N>
float frobenius_norm(const SymMatrix<N>& a) {
  return std::sqrt(sym_matrix_detail::sum_squares<Arch>(a, 0.0f, Vec<N>{}));
}

/// Returns ||A - b||_F^2 from the differences of the elements, so that nothing cancels. N^2 multiply-adds, reads A
/// once. Error: sym_matrix_distance_error(padded(N)) * (||A||_F^2 + ||b||_F^2).
template <class Arch = DefaultArch, int N>
float squared_distance(const SymMatrix<N>& a, const RankOne<N>& b) {
  return sym_matrix_detail::sum_squares<Arch>(a, b.scale, b.v);
}

}  // namespace driftbench
