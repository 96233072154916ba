// A copy of a symmetric matrix in half its memory, for iterations that read it many times.
#pragma once

#include <cstdint>

#include "kernels/bounds.h"
#include "kernels/simd.h"
#include "kernels/sym_matrix.h"
#include "kernels/vec.h"

namespace driftbench {

/// The tiles of a SymMatrix with each element rounded to bfloat16, the upper half of a float. Of a tile, row 2 r lies
/// in the low halves of 16 words and row 2 r + 1 in their high halves. sizeof is N (N + kTile) bytes for N a multiple
/// of kTile.
template <int N>
struct BFloat16Matrix {
  alignas(64) std::uint32_t data[SymMatrix<N>::kSize / 2] = {};
};

/// h <- a, with each element rounded to the nearest bfloat16, ties to even: a relative error of kBFloat16Roundoff.
/// Infinity stays infinity, NaN becomes NaN or infinity. N^2 / 2 elements are read and written once.
template <class Arch = DefaultArch, int N>
void round_to_bfloat16(const SymMatrix<N>& a, BFloat16Matrix<N>& h) {
  using S = Simd<Arch>;
  using U32 = typename S::U32;
  const U32 one = S::broadcast(std::uint32_t{1}), below_half = S::broadcast(std::uint32_t{0x7fff});
  const U32 high = S::broadcast(std::uint32_t{0xffff0000});
  const auto rounded = [&](const float* element) {
    const U32 bits = S::bits(S::load(element));
    return bits + below_half + (S::shift_right(bits, 16) & one);
  };
  std::uint32_t* word = h.data;
  for (const float* row = a.data; row != a.data + a.kSize; row += 2 * kTile) {
    for (int c = 0; c < kTile; c += S::kLanes, word += S::kLanes) {
      S::store(word, S::shift_right(rounded(row + c), 16) | (rounded(row + kTile + c) & high));
    }
  }
}

namespace sym_matrix_detail {

/// The rows of a tile of BFloat16Matrix, for multiply_tiles; two rows share 16 words.
template <class Arch>
struct BFloat16Tile {
  using Word = std::uint32_t;
  static constexpr int kRowWords = kTile / 2;
  static typename Simd<Arch>::F32 load(const std::uint32_t* tile, int r, int c) {
    using S = Simd<Arch>;
    const auto word = S::load_words(tile + r / 2 * kTile + c);
    return S::from_bits(r % 2 == 0 ? S::shift_left(word, 16) : word & S::broadcast(std::uint32_t{0xffff0000}));
  }
};

}  // namespace sym_matrix_detail

/// y <- H x; x and y do not overlap. The sums are those of `multiply` for a SymMatrix. It reads half the bytes, and
/// needs one or two operations more for each pair of elements to make floats of them: it is faster where A does not fit
/// the second level of cache, and slower where it does. Error against the matrix A that was rounded: that of
/// `multiply`, plus kBFloat16Roundoff * sum_j |A_ij| |x_j|.
template <class Arch = DefaultArch, int N>
void multiply(const BFloat16Matrix<N>& h, const Vec<N>& x, Vec<N>& y) {
  sym_matrix_detail::multiply_tiles<Arch, sym_matrix_detail::BFloat16Tile<Arch>>(h.data, x, y);
}

}  // namespace driftbench
