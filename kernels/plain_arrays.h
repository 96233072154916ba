// Symmetric matrices as plain arrays: full ones, and lower triangles row by row. These functions carry matrices between
// such arrays and SymMatrix, which has tiles.
//
// An array is `full` where it holds N x N numbers row by row. It is `packed` where it holds the lower triangle row by
// row, N (N + 1) / 2 numbers: (0,0) (1,0) (1,1) (2,0) ... Arrays need no alignment beyond that of a float.
#pragma once

#include <cmath>
#include <cstddef>

#include "kernels/assertions.h"
#include "kernels/rank_one.h"
#include "kernels/simd.h"
#include "kernels/sym_matrix.h"
#include "kernels/vec.h"

namespace driftbench {

/// The number of elements of a full and of a packed array.
constexpr std::size_t full_count(int n) { return static_cast<std::size_t>(n) * static_cast<std::size_t>(n); }
constexpr std::size_t packed_count(int n) { return (full_count(n) + static_cast<std::size_t>(n)) / 2; }

namespace plain_arrays_detail {

/// Tells whether every number that it was given is finite. A product with 0 is NaN for infinity and NaN, and a sum
/// stays NaN.
template <class Arch>
class FiniteCheck {
  using S = Simd<Arch>;

 public:
  /// Takes `Count` vectors. Their sum does not depend on earlier ones, so that the sums of several calls can overlap.
  template <int Count>
  void take(const typename S::F32* x) {
    const auto zero = S::broadcast(0.0f);
    auto sum = zero * x[0];
#pragma GCC unroll 16
    for (int i = 1; i < Count; ++i) sum = S::fma(zero, x[i], sum);
    sum_ = sum_ + sum;
  }
  bool all_finite() const { return S::reduce_add(sum_) == 0.0f; }

 private:
  typename S::F32 sum_ = S::broadcast(0.0f);
};

/// Says where the rows of a tile begin in a full array of N columns. `first` is the tile's first element.
template <int N>
struct FullRows {
  const float* first;
  const float* operator()(int r) const { return first + r * N; }
};

/// The same for a packed array. The tile's first element is (row, column).
struct PackedRows {
  const float* packed;
  int row, column;
  const float* operator()(int r) const {
    const std::ptrdiff_t i = row + r;
    return packed + i * (i + 1) / 2 + column;
  }
};

/// Reads the block of W x W numbers at rows(r) + c.
template <class Arch, class Rows>
void read_block(const Rows& rows, int r, int c, typename Simd<Arch>::F32* block) {
#pragma GCC unroll 16
  for (int i = 0; i < Simd<Arch>::kLanes; ++i) block[i] = Simd<Arch>::load_unaligned(rows(r + i) + c);
}

/// Reads the block at lower(r) + c, which is below the diagonal. With Average, it is averaged with the transpose of
/// the block at upper(c) + r, which mirrors it.
template <class Arch, bool Average, class Rows>
void read_lower_block(const Rows& lower, const Rows& upper, int r, int c, typename Simd<Arch>::F32* block) {
  using S = Simd<Arch>;
  if constexpr (Average) {
    const auto half = S::broadcast(0.5f);
    read_block<Arch>(upper, c, r, block);
    S::transpose(block);
#pragma GCC unroll 16
    for (int i = 0; i < S::kLanes; ++i) block[i] = half * S::load_unaligned(lower(r + i) + c) + half * block[i];
  } else {
    read_block<Arch>(lower, r, c, block);
  }
}

/// Reads the block at rows(r) + r, which is on the diagonal, and makes it symmetric: it becomes what is below the
/// diagonal or, with Average, the average of that and of what is above. Both are mirrored before they are averaged, so
/// that an element and its mirror image are computed from the same operands in the same order.
template <class Arch, bool Average, class Rows>
void read_diagonal_block(const Rows& rows, int r, typename Simd<Arch>::F32* block) {
  using S = Simd<Arch>;
  typename S::F32 mirrored[S::kLanes];
  read_block<Arch>(rows, r, r, block);
#pragma GCC unroll 16
  for (int i = 0; i < S::kLanes; ++i) mirrored[i] = block[i];
  S::transpose(mirrored);
  const auto half = S::broadcast(0.5f);
#pragma GCC unroll 16
  for (int i = 0; i < S::kLanes; ++i) {
    const auto is_lower = S::lane_index() <= S::broadcast(static_cast<float>(i));
    const auto lower = S::select(is_lower, block[i], mirrored[i]);
    if constexpr (Average) {
      block[i] = half * lower + half * S::select(is_lower, mirrored[i], block[i]);
    } else {
      block[i] = lower;
    }
  }
}

/// Takes a block at (r, c) of a tile: tells `check` of it, and calls put(index in the tile, row) for each of its rows.
template <class Arch, class Put>
void put_block(int r, int c, const typename Simd<Arch>::F32* block, FiniteCheck<Arch>& check, Put put) {
  check.template take<Simd<Arch>::kLanes>(block);
#pragma GCC unroll 16
  for (int i = 0; i < Simd<Arch>::kLanes; ++i) put((r + i) * kTile + c, block[i]);
}

/// Reads a tile below the diagonal, block by block.
template <class Arch, bool Average, class Rows, class Put>
void read_tile(const Rows& lower, const Rows& upper, FiniteCheck<Arch>& check, Put put) {
  constexpr int W = Simd<Arch>::kLanes;
  typename Simd<Arch>::F32 block[W];
  for (int r = 0; r < kTile; r += W) {
    for (int c = 0; c < kTile; c += W) {
      read_lower_block<Arch, Average>(lower, upper, r, c, block);
      put_block<Arch>(r, c, block, check, put);
    }
  }
}

/// Reads a tile on the diagonal as a symmetric one. What the array has above the diagonal is used for the average
/// alone.
template <class Arch, bool Average, class Rows, class Put>
void read_diagonal_tile(const Rows& rows, FiniteCheck<Arch>& check, Put put) {
  constexpr int W = Simd<Arch>::kLanes;
  typename Simd<Arch>::F32 block[W];
  for (int r = 0; r < kTile; r += W) {
    for (int c = 0; c < r; c += W) {
      read_lower_block<Arch, Average>(rows, rows, r, c, block);
      put_block<Arch>(r, c, block, check, put);
      Simd<Arch>::transpose(block);
      put_block<Arch>(c, r, block, check, put);
    }
    read_diagonal_block<Arch, Average>(rows, r, block);
    put_block<Arch>(r, r, block, check, put);
  }
}

/// A tile of its own, for those that reach beyond the array.
struct EdgeTile {
  alignas(64) float data[kTile * kTile] = {};

  /// Takes `Columns` numbers of each of `count` rows.
  template <int Columns, class Rows>
  void take(const Rows& rows, int count) {
    for (int r = 0; r < count; ++r) {
      for (int c = 0; c < Columns; ++c) data[r * kTile + c] = rows(r)[c];
    }
  }
  /// Takes the numbers of each of `count` rows up to the diagonal.
  template <class Rows>
  void take_lower(const Rows& rows, int count) {
    for (int r = 0; r < count; ++r) {
      for (int c = 0; c <= r; ++c) data[r * kTile + c] = rows(r)[c];
    }
  }
  FullRows<kTile> rows() const { return {data}; }
};

/// Reads the last row of tiles, of which the array has N % kTile rows, as read_tiles does.
template <class Arch, int N, bool Average, class RowsOf, class Put>
void read_edge(RowsOf rows, FiniteCheck<Arch>& check, Put put) {
  constexpr int kRest = N % kTile, kRow = N - kRest;
  const auto put_at = [&](int column) {
    return [&put, offset = SymMatrix<N>::tile_offset(kRow / kTile, column / kTile)](
               int index, typename Simd<Arch>::F32 x) { put(offset + index, x); };
  };
  for (int column = 0; column < kRow; column += kTile) {
    EdgeTile lower, upper;
    lower.take<kTile>(rows(kRow, column), kRest);
    if constexpr (Average) upper.take<kRest>(rows(column, kRow), kTile);
    read_tile<Arch, Average>(lower.rows(), upper.rows(), check, put_at(column));
  }
  EdgeTile diagonal;
  if constexpr (Average) {
    diagonal.take<kRest>(rows(kRow, kRow), kRest);
  } else {
    diagonal.take_lower(rows(kRow, kRow), kRest);
  }
  read_diagonal_tile<Arch, Average>(diagonal.rows(), check, put_at(kRow));
}

/// Reads an N x N matrix tile by tile. rows(row, column) says where a tile's rows begin. Calls put(index in
/// SymMatrix::data, vector), with zeros for rows and columns from N on. Returns whether all that was read is finite.
template <class Arch, int N, bool Average, class RowsOf, class Put>
bool read_tiles(RowsOf rows, Put put) {
  FiniteCheck<Arch> check;
  for (int row = 0; row + kTile <= N; row += kTile) {
    const auto put_at = [&](int column) {
      return [&put, offset = SymMatrix<N>::tile_offset(row / kTile, column / kTile)](
                 int index, typename Simd<Arch>::F32 x) { put(offset + index, x); };
    };
    for (int column = 0; column < row; column += kTile) {
      read_tile<Arch, Average>(rows(row, column), rows(column, row), check, put_at(column));
    }
    read_diagonal_tile<Arch, Average>(rows(row, row), check, put_at(row));
  }
  if constexpr (N % kTile != 0) read_edge<Arch, N, Average>(rows, check, put);
  return check.all_finite();
}

template <class Arch, int N, bool Average, class Put>
bool read_full(const float* full, Put put) {
  return read_tiles<Arch, N, Average>(
      [=](int row, int column) { return FullRows<N>{full + static_cast<std::ptrdiff_t>(row) * N + column}; }, put);
}
template <class Arch, int N, class Put>
bool read_packed(const float* packed, Put put) {
  return read_tiles<Arch, N, false>([=](int row, int column) { return PackedRows{packed, row, column}; }, put);
}

/// Returns a function for read_tiles that stores.
template <class Arch, int N>
auto store_to(SymMatrix<N>& a) {
  return [&a](int index, typename Simd<Arch>::F32 x) { Simd<Arch>::store(a.data + index, x); };
}
/// Returns a function for read_tiles that adds the product of what is read and a factor.
template <class Arch, int N>
auto add_to(SymMatrix<N>& a, float factor) {
  return [&a, multiplier = Simd<Arch>::broadcast(factor)](int index, typename Simd<Arch>::F32 x) {
    Simd<Arch>::store(a.data + index, Simd<Arch>::fma(multiplier, x, Simd<Arch>::load(a.data + index)));
  };
}

}  // namespace plain_arrays_detail

/// Returns whether none of `count` numbers is NaN or infinite. Reads them once.
template <class Arch = DefaultArch>
bool all_finite(const float* values, std::size_t count) {
  using S = Simd<Arch>;
  constexpr int kVectors = 8;
  constexpr std::size_t kStep = kVectors * S::kLanes;
  plain_arrays_detail::FiniteCheck<Arch> check;
  std::size_t i = 0;
  for (; i + kStep <= count; i += kStep) {
    typename S::F32 x[kVectors];
#pragma GCC unroll 8
    for (int j = 0; j < kVectors; ++j) x[j] = S::load_unaligned(values + i + j * S::kLanes);
    check.template take<kVectors>(x);
  }
  bool rest = true;
  for (; i < count; ++i) rest = rest && std::isfinite(values[i]);
  return rest && check.all_finite();
}

/// a <- (full + full^T) / 2, where the full array does not overlap a. Reads N^2 floats and writes a, both once. Returns
/// whether every element of a is finite, which is whether every one of the array is. An element is 0.5 x + 0.5 y, with
/// y the one above the diagonal, so that no finite numbers overflow.
template <class Arch = DefaultArch, int N>
bool fill_from_full(const float* full, SymMatrix<N>& a) {
  DRIFTBENCH_ASSERT(is_apart(full, sizeof(float) * full_count(N), &a, sizeof a));
  return plain_arrays_detail::read_full<Arch, N, true>(full, plain_arrays_detail::store_to<Arch>(a));
}

/// a <- the matrix whose lower triangle is that of the full array, which does not overlap a. What the array has above
/// the diagonal makes no difference. Reads N^2 / 2 floats and writes a, both once. Returns whether every element of a
/// is finite.
template <class Arch = DefaultArch, int N>
bool fill_from_lower(const float* full, SymMatrix<N>& a) {
  DRIFTBENCH_ASSERT(is_apart(full, sizeof(float) * full_count(N), &a, sizeof a));
  return plain_arrays_detail::read_full<Arch, N, false>(full, plain_arrays_detail::store_to<Arch>(a));
}

/// a <- the matrix of the packed array, which does not overlap a. Reads N^2 / 2 floats and writes a, both once. Returns
/// whether every element is finite.
template <class Arch = DefaultArch, int N>
bool fill_from_packed(const float* packed, SymMatrix<N>& a) {
  DRIFTBENCH_ASSERT(is_apart(packed, sizeof(float) * packed_count(N), &a, sizeof a));
  return plain_arrays_detail::read_packed<Arch, N>(packed, plain_arrays_detail::store_to<Arch>(a));
}

/// A <- A + factor (full + full^T) / 2, where the full array does not overlap A. N^2 / 2 multiply-adds; reads N^2
/// floats, and reads and writes A once.
template <class Arch = DefaultArch, int N>
void add_full(float factor, const float* full, SymMatrix<N>& a) {
  DRIFTBENCH_ASSERT(is_apart(full, sizeof(float) * full_count(N), &a, sizeof a));
  plain_arrays_detail::read_full<Arch, N, true>(full, plain_arrays_detail::add_to<Arch>(a, factor));
}

/// A <- A + factor B, with B the matrix of the packed array, which does not overlap A. N^2 / 2 multiply-adds; reads
/// N^2 / 2 floats, and reads and writes A once.
template <class Arch = DefaultArch, int N>
void add_packed(float factor, const float* packed, SymMatrix<N>& a) {
  DRIFTBENCH_ASSERT(is_apart(packed, sizeof(float) * packed_count(N), &a, sizeof a));
  plain_arrays_detail::read_packed<Arch, N>(packed, plain_arrays_detail::add_to<Arch>(a, factor));
}

namespace plain_arrays_detail {

/// Writes a tile to the rows at `lower` and, where it is not on the diagonal, its transpose to those at `upper`, both
/// in a full array of N columns.
template <class Arch, int N, bool OnDiagonal>
void write_tile(const float* tile, float* lower, float* upper) {
  using S = Simd<Arch>;
  for (int r = 0; r < kTile; r += S::kLanes) {
    for (int c = 0; c < kTile; c += S::kLanes) {
      typename S::F32 block[S::kLanes];
#pragma GCC unroll 16
      for (int i = 0; i < S::kLanes; ++i) {
        block[i] = S::load(tile + (r + i) * kTile + c);
        S::store_unaligned(lower + (r + i) * N + c, block[i]);
      }
      if constexpr (OnDiagonal) continue;
      S::transpose(block);
#pragma GCC unroll 16
      for (int i = 0; i < S::kLanes; ++i) S::store_unaligned(upper + (c + i) * N + r, block[i]);
    }
  }
}

}  // namespace plain_arrays_detail

/// full <- a, where the full array does not overlap a. Reads a and writes N^2 floats, both once.
template <class Arch = DefaultArch, int N>
void write_full(const SymMatrix<N>& a, float* full) {
  DRIFTBENCH_ASSERT(is_apart(full, sizeof(float) * full_count(N), &a, sizeof a));
  constexpr int kEdge = N / kTile * kTile;
  const auto at = [=](int i, int j) { return full + static_cast<std::ptrdiff_t>(i) * N + j; };
  for (int row = 0; row < kEdge; row += kTile) {
    for (int column = 0; column < row; column += kTile) {
      const float* tile = a.tile(row / kTile, column / kTile);
      plain_arrays_detail::write_tile<Arch, N, false>(tile, at(row, column), at(column, row));
    }
    plain_arrays_detail::write_tile<Arch, N, true>(a.tile(row / kTile, row / kTile), at(row, row), at(row, row));
  }
  for (int i = kEdge; i < N; ++i) {
    for (int j = 0; j <= i; ++j) *at(i, j) = *at(j, i) = a(i, j);
  }
}

/// packed <- a, where the packed array does not overlap a. Reads a and writes N^2 / 2 floats, both once.
template <class Arch = DefaultArch, int N>
void write_packed(const SymMatrix<N>& a, float* packed) {
  using S = Simd<Arch>;
  DRIFTBENCH_ASSERT(is_apart(packed, sizeof(float) * packed_count(N), &a, sizeof a));
  for (int i = 0; i < N; ++i) {
    const float* row = a.tile(i / kTile, 0) + i % kTile * kTile;
    int j = 0;
    for (; j + kTile <= i + 1; j += kTile, row += kTile * kTile) {
      for (int c = 0; c < kTile; c += S::kLanes) S::store_unaligned(packed + j + c, S::load(row + c));
    }
    for (int c = 0; j + c <= i; ++c) packed[j + c] = row[c];
    packed += i + 1;
  }
}

namespace plain_arrays_detail {

/// row <- the first `count` elements of row i of a rank-one matrix. The product of the two elements of v comes first,
/// as (scale v_i) v_j and (scale v_j) v_i would round differently and the matrix would not be symmetric.
template <class Arch, int N>
void write_row(const RankOne<N>& a, int i, int count, float* row) {
  using S = Simd<Arch>;
  const auto scale = S::broadcast(a.scale), vi = S::broadcast(a.v[i]);
  int j = 0;
  for (; j + S::kLanes <= count; j += S::kLanes) {
    S::store_unaligned(row + j, scale * (vi * S::load(a.v.data + j)));
  }
  for (; j < count; ++j) row[j] = a.scale * (a.v[i] * a.v[j]);
}

}  // namespace plain_arrays_detail

/// full <- a, where the full array does not overlap a. N^2 products; writes N^2 floats once.
template <class Arch = DefaultArch, int N>
void write_full(const RankOne<N>& a, float* full) {
  DRIFTBENCH_ASSERT(is_apart(full, sizeof(float) * full_count(N), &a, sizeof a));
  for (int i = 0; i < N; ++i, full += N) plain_arrays_detail::write_row<Arch>(a, i, N, full);
}

/// packed <- a, where the packed array does not overlap a. N^2 / 2 products; writes N^2 / 2 floats once.
template <class Arch = DefaultArch, int N>
void write_packed(const RankOne<N>& a, float* packed) {
  DRIFTBENCH_ASSERT(is_apart(packed, sizeof(float) * packed_count(N), &a, sizeof a));
  for (int i = 0; i < N; packed += ++i) plain_arrays_detail::write_row<Arch>(a, i, i + 1, packed);
}

}  // namespace driftbench
