// The resolvent (z I - Y)^-1 of a symmetric matrix Y, for z above its spectrum.
#pragma once

#include <cmath>
#include <limits>

#include "kernels/assertions.h"
#include "kernels/bounds.h"
#include "kernels/log.h"
#include "kernels/simd.h"
#include "kernels/sym_matrix.h"
#include "kernels/vec.h"

namespace driftbench {

/// What came of an attempt at a resolvent.
enum class ResolventStatus : unsigned char {
  kOk,
  kNotAbove,   ///< z is not above the spectrum of Y, or so little above it that the roundings hide it
  kNotFinite,  ///< NaN, infinity or an overflow came up
};

/// The memory that `resolvent` works in, and the pivots that it leaves there.
template <int N>
struct ResolventWorkspace {
  alignas(64) float column[Vec<N>::kPadded * kTile];  ///< what a sweep makes of the column of tiles that it sweeps by
  Vec<N> pivots;                                      ///< d_1, d_2, ... > 0, whose product is det(z I - Y)
};

namespace resolvent_detail {

/// A product of tiles keeps a block of its sums in registers: kBlockRows rows of kBlockVectors vectors each. The block
/// takes half of the registers, which makes eight independent sums or more, so that the latency of a multiply-add is
/// hidden. A row of the other factor and the multipliers find room in the other half.
template <class Arch>
inline constexpr int kBlockVectors = kTile / Simd<Arch>::kLanes < 4 ? kTile / Simd<Arch>::kLanes : 4;
template <class Arch>
inline constexpr int kBlockRows =
    Simd<Arch>::kRegisters / 2 >= kBlockVectors<Arch> ? Simd<Arch>::kRegisters / 2 / kBlockVectors<Arch> : 1;

/// What multiply_transposed is to do with a product, and what it may take for granted of the first factor A.
enum class Product {
  kAdd,       ///< add it to C
  kSetUpper,  ///< put it into C, where A is upper triangular
  kSetLower,  ///< put it into C, where A is lower triangular
};

/// The tile C <- A^T B, or C + A^T B; C overlaps neither. Each element is summed in the order of the rows of A and B,
/// on every architecture. kTile^3 multiply-adds, or five to six eighths of them where A is triangular.
template <class Arch, Product P>
void multiply_transposed(const float* a, const float* b, float* c) {
  using S = Simd<Arch>;
  using F32 = typename S::F32;
  constexpr int W = S::kLanes, kVectors = kBlockVectors<Arch>;
  // Blocks of all 16 rows would leave nothing out of a triangle.
  constexpr int kRows = P == Product::kAdd || kBlockRows<Arch> < kTile ? kBlockRows<Arch> : kTile / 2;
  static_assert(kTile % kRows == 0 && kTile % (kVectors * W) == 0);
  for (int row = 0; row < kTile; row += kRows) {
    const int begin = P == Product::kSetLower ? row : 0, end = P == Product::kSetUpper ? row + kRows : kTile;
    for (int column = 0; column < kTile; column += kVectors * W) {
      F32 sum[kRows][kVectors];
#pragma GCC unroll 16
      for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
        for (int v = 0; v < kVectors; ++v) {
          sum[r][v] = P == Product::kAdd ? S::load(c + (row + r) * kTile + column + v * W) : S::broadcast(0.0f);
        }
      }
      for (int p = begin; p < end; ++p) {
        F32 bp[kVectors];
#pragma GCC unroll 4
        for (int v = 0; v < kVectors; ++v) bp[v] = S::load(b + p * kTile + column + v * W);
#pragma GCC unroll 16
        for (int r = 0; r < kRows; ++r) {
          const F32 multiplier = S::broadcast(a[p * kTile + row + r]);
#pragma GCC unroll 4
          for (int v = 0; v < kVectors; ++v) sum[r][v] = S::fma(multiplier, bp[v], sum[r][v]);
        }
      }
#pragma GCC unroll 16
      for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
        for (int v = 0; v < kVectors; ++v) S::store(c + (row + r) * kTile + column + v * W, sum[r][v]);
      }
    }
  }
}

/// The tile `to` <- the transpose of the tile `from`; they are apart.
template <class Arch>
void transpose_tile(const float* from, float* to) {
  using S = Simd<Arch>;
  constexpr int W = S::kLanes;
  for (int r = 0; r < kTile; r += W) {
    for (int c = 0; c < kTile; c += W) {
      typename S::F32 block[W];
      for (int i = 0; i < W; ++i) block[i] = S::load(from + (r + i) * kTile + c);
      S::transpose(block);
      for (int i = 0; i < W; ++i) S::store(to + (c + i) * kTile + r, block[i]);
    }
  }
}

template <class Arch>
void copy_tile(const float* from, float* to) {
  using S = Simd<Arch>;
  for (int i = 0; i < kTile * kTile; i += S::kLanes) S::store(to + i, S::load(from + i));
}

template <class Arch>
void negate_tile(float* tile) {
  using S = Simd<Arch>;
  for (int i = 0; i < kTile * kTile; i += S::kLanes) S::store(tile + i, S::broadcast(0.0f) - S::load(tile + i));
}

/// The tile -D <- L^-1, where D = L L^T is positive definite and L its Cholesky factor, and pivots[s] <- l_ss^2 for
/// each of the kTile rows. Elimination replaces -D in place by L^-1 without its factors 1 / l_ss: before step s,
/// columns up to s - 1 hold rows of the inverse, and the others what is left of -D. A status other than kOk leaves the
/// tile without meaning.
template <class Arch>
ResolventStatus invert_factor(float* tile, float* pivots) {
  using S = Simd<Arch>;
  using F32 = typename S::F32;
  constexpr int W = S::kLanes;
  const F32 zero = S::broadcast(0.0f), one = S::broadcast(1.0f);
  for (int s = 0; s < kTile; ++s) {
    float* const pivot_row = tile + s * kTile;
    const float pivot = -pivot_row[s];
    if (!std::isfinite(pivot)) return ResolventStatus::kNotFinite;
    if (pivot < std::numeric_limits<float>::min()) return ResolventStatus::kNotAbove;
    pivots[s] = pivot;
    const float inverse = 1.0f / pivot, root = std::sqrt(inverse);
    const auto is_pivot = [&](int c) { return S::lane_index() == S::broadcast(static_cast<float>(s - c)); };
    for (int c = 0; c < kTile; c += W) {
      const F32 scaled = S::broadcast(inverse) * S::select(is_pivot(c), one, S::load(pivot_row + c));
      // What is left of -D is symmetric, so that the pivot's row has the elements of its column.
#pragma GCC unroll 4
      for (int r = s + 1; r < kTile; ++r) {
        float* const row = tile + r * kTile + c;
        S::store(row, S::fma(S::broadcast(pivot_row[r]), scaled, S::select(is_pivot(c), zero, S::load(row))));
      }
    }
    for (int c = 0; c < kTile; c += W) {
      const auto is_left = S::lane_index() < S::broadcast(static_cast<float>(s - c));
      const F32 row = S::select(is_pivot(c), one, S::select(is_left, S::load(pivot_row + c), zero));
      S::store(pivot_row + c, S::broadcast(root) * row);
    }
  }
  return ResolventStatus::kOk;
}

/// Sweeps A by row and column `pivot` of tiles. With D the negative of the tile on the diagonal there, and A_i the tile
/// (i, pivot), that is: tile (i, j) <- A_ij + A_i D^-1 A_j^T, tile (i, pivot) <- -A_i D^-1, and -D <- D^-1. Sweeps by
/// all rows turn -A into A^-1. Tiles on the diagonal stay equal to their transposes to the bit, because (A_i L^-T)
/// times its own transpose does.
///
/// D^-1 is applied as L^-T L^-1. As one matrix it would cost a product less for each i, but multiply the roundings of
/// the other tiles by kappa(D): measured at n = 17 and kappa(A) = 1e5, that makes errors a hundred times as large.
template <class Arch, int N>
ResolventStatus sweep(int pivot, SymMatrix<N>& a, ResolventWorkspace<N>& workspace) {
  constexpr int kSize = SymMatrix<N>::kTileSize, kRows = SymMatrix<N>::kTileRows;
  alignas(64) float upper[kSize], product[kSize];  // L^-T, and what else is a tile
  float* const lower = a.tile(pivot, pivot);
  const ResolventStatus status = invert_factor<Arch>(lower, workspace.pivots.data + pivot * kTile);
  if (status != ResolventStatus::kOk) return status;
  transpose_tile<Arch>(lower, upper);
  const auto column = [&](int i) { return workspace.column + i * kSize; };  // L^-1 A_i^T
  for (int i = 0; i < pivot; ++i) multiply_transposed<Arch, Product::kSetUpper>(upper, a.tile(pivot, i), column(i));
  for (int i = pivot + 1; i < kRows; ++i) {
    transpose_tile<Arch>(a.tile(i, pivot), product);
    multiply_transposed<Arch, Product::kSetUpper>(upper, product, column(i));
  }
  for (int i = 0; i < kRows; ++i) {
    if (i == pivot) continue;
    for (int j = 0; j <= i; ++j) {
      if (j != pivot) multiply_transposed<Arch, Product::kAdd>(column(i), column(j), a.tile(i, j));
    }
    multiply_transposed<Arch, Product::kSetLower>(lower, column(i), product);
    negate_tile<Arch>(product);
    if (i < pivot) {
      copy_tile<Arch>(product, a.tile(pivot, i));
    } else {
      transpose_tile<Arch>(product, a.tile(i, pivot));
    }
  }
  multiply_transposed<Arch, Product::kSetLower>(lower, lower, product);
  copy_tile<Arch>(product, lower);
  return ResolventStatus::kOk;
}

}  // namespace resolvent_detail

/// R <- (z I - Y)^-1, for z above the spectrum of Y; Y, R and the workspace do not overlap. N^3 / 2 multiply-adds: with
/// T = padded(N) / kTile, they are T (T^2 + 3 T - 2) / 2 products of tiles, of kTile^3 each at most.
///
/// The method is Gauss and Jordan's elimination in place, by tiles: the symmetric sweep (Goodnight, The American
/// Statistician 33 (1979)). It takes as many multiply-adds as a Cholesky factor, N^3 / 6, and the inverse from it, N^3
/// /
/// 3. But nearly all of them are of one kind: tiles of half a matrix, one after the other, are updated by products of
/// tiles from the first level of cache, with the sums in registers. A positive definite matrix needs no search for
/// pivots, and the error is of the order of Cholesky's (Higham, Accuracy and Stability of Numerical Algorithms, 2nd
/// ed., section 14.4).
///
/// Error: ||R - (z I - Y)^-1||_F <= resolvent_error(padded(N)) * kappa * ||(z I - Y)^-1||_F, with kappa the condition
/// number of z I - Y. With a status other than kOk, R is 0 and the pivots have no meaning.
template <class Arch = DefaultArch, int N>
ResolventStatus resolvent(const SymMatrix<N>& y, float z, SymMatrix<N>& r, ResolventWorkspace<N>& workspace) {
  DRIFTBENCH_ASSERT(is_apart(y, r) && is_apart(y, workspace) && is_apart(r, workspace));
  r = y;
  // With 1 on the diagonal, the padding has an inverse and stays apart from the rest.
  for (int i = 0; i < Vec<N>::kPadded; ++i) r.tile(i / kTile, i / kTile)[i % kTile * (kTile + 1)] -= i < N ? z : 1.0f;
  ResolventStatus status = ResolventStatus::kOk;
  for (int pivot = 0; pivot < SymMatrix<N>::kTileRows && status == ResolventStatus::kOk; ++pivot) {
    status = resolvent_detail::sweep<Arch>(pivot, r, workspace);
  }
  for (int i = N; i < Vec<N>::kPadded; ++i) {
    r.tile(i / kTile, i / kTile)[i % kTile * (kTile + 1)] = 0.0f;
    workspace.pivots[i] = 0.0f;
  }
  // No element of a positive definite matrix exceeds its trace.
  if (status == ResolventStatus::kOk && !std::isfinite(trace(r))) status = ResolventStatus::kNotFinite;
  if (status != ResolventStatus::kOk) r.set_zero();
  return status;
}

/// Returns the sum of log(factor d_i) over the pivots d_i that `resolvent` left: log det(factor (z I - Y)). The factor
/// is positive, and factor d_i are normal numbers. N logarithms. A factor near the inverse of the pivots keeps the
/// terms small. Error: log_determinant_error(padded(N)) * (sum |log(factor d_i)| + trace((z I - Y)^-1) ||z I - Y||_2).
template <class Arch = DefaultArch, int N>
float log_determinant(float factor, const ResolventWorkspace<N>& workspace) {
  using S = Simd<Arch>;
  const auto one = S::broadcast(1.0f), multiplier = S::broadcast(factor);
  return reduce<Arch>(workspace.pivots, workspace.pivots, [&](auto pivot, auto, auto sum) {
    const auto is_pivot = pivot > S::broadcast(0.0f);  // the padding is 0
    return sum + log<Arch>(S::select(is_pivot, multiplier * pivot, one));
  });
}

}  // namespace driftbench
