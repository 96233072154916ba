// Standard normals from random words, in vectors: the transform of Box and Muller (1958) on Philox's words.
#pragma once

#include <cstdint>

#include "kernels/bounds.h"
#include "kernels/log.h"
#include "kernels/philox.h"
#include "kernels/simd.h"
#include "kernels/vec.h"

namespace driftbench {

namespace gaussian_detail {

/// Returns sqrt(-2 log u) for the uniform number u = (f + 1/2) / 2^31 in (0, 1], with f the upper 31 bits of the word,
/// rounded to float.
template <class Arch>
typename Simd<Arch>::F32 radius(typename Simd<Arch>::U32 word) {
  using S = Simd<Arch>;
  const auto log_u = scaled_log<Arch>(S::from_signed(S::shift_right(word, 1)) + S::broadcast(0.5f), 31);
  return S::sqrt(S::broadcast(-2.0f) * log_u);
}

/// Computes cosine and sine of the angle 2 pi word / 2^32. The nearest quarter turn is taken off first. On what
/// remains, an eighth of a turn to either side, the polynomials have relative errors of 4.7e-8 and 2.8e-8.
template <class Arch>
void unit_circle(typename Simd<Arch>::U32 word, typename Simd<Arch>::F32& cosine, typename Simd<Arch>::F32& sine) {
  using S = Simd<Arch>;
  using F32 = typename S::F32;
  using U32 = typename S::U32;
  // Four times the word modulo 2^32, read as signed, is the rest of the angle in units of 2^-34 turns.
  const F32 x = S::from_signed(S::shift_left(word, 2)) * S::broadcast(0x1p-34f);
  const F32 xx = x * x;

  F32 s = S::broadcast(-75.837471008300781f);
  s = S::fma(s, xx, S::broadcast(81.6046142578125f));
  s = S::fma(s, xx, S::broadcast(-41.34175872802734375f));
  s = S::fma(s, xx, S::broadcast(6.283185482025146484375f));
  s = s * x;
  F32 c = S::broadcast(-83.6729278564453125f);
  c = S::fma(c, xx, S::broadcast(64.92339324951171875f));
  c = S::fma(c, xx, S::broadcast(-19.7391681671142578125f));
  c = S::fma(c, xx, S::broadcast(1.0f));

  // The upper two bits of `quarters` count the quarter turns taken off. After an odd number, cosine and sine swap; the
  // cosine is negative after 1 and 2, and the sine after 2 and 3.
  const U32 sign = S::broadcast(std::uint32_t{1} << 31), odd = S::broadcast(std::uint32_t{1} << 30);
  const U32 quarters = word + S::broadcast(std::uint32_t{1} << 29);
  const auto even = S::has_none(quarters, odd);
  cosine = S::from_bits(S::bits(S::select(even, c, s)) ^ ((quarters + odd) & sign));
  sine = S::from_bits(S::bits(S::select(even, s, c)) ^ (quarters & sign));
}

/// Makes two normals in each lane: the radius from one word, times cosine and sine of the angle from the other.
template <class Arch>
void box_muller(typename Simd<Arch>::U32 radius_word, typename Simd<Arch>::U32 angle_word,
                typename Simd<Arch>::F32& first, typename Simd<Arch>::F32& second) {
  typename Simd<Arch>::F32 cosine, sine;
  unit_circle<Arch>(angle_word, cosine, sine);
  const auto r = radius<Arch>(radius_word);
  first = r * cosine;
  second = r * sine;
}

}  // namespace gaussian_detail

/// The number of normals that one group of Philox blocks gives: two rows of a tile.
inline constexpr int kGaussianGroup = 2 * kTile;

/// How many groups of normals to make at a time where many are wanted. More groups are independent work that fills the
/// gaps between dependent instructions; with too many, the four words that each vector needs no longer stay in
/// registers.
template <class Arch = DefaultArch>
inline constexpr int kGaussianBatch = Simd<Arch>::kLanes == 16 && Simd<Arch>::kRegisters == 32 ? 4
                                      : Simd<Arch>::kLanes == 8                                ? 2
                                                                                               : 1;

/// kGaussianGroup * G independent standard normals. Vector v of row r holds the normals at the positions
/// kGaussianGroup * group + kTile * r + v * W and on. In each group, normal i of the even row is r cos(a) and normal i
/// of the odd row r sin(a), with the radius r from word i of `first` and the angle a from word i of `second`
/// (philox.h). |z| <= kGaussianTail, and z is within kGaussianMaxUlp of the exact transform of the same words.
template <class Arch = DefaultArch, int G = 1>
struct GaussianGroup {
  static constexpr int kVectors = kTile / Simd<Arch>::kLanes;
  typename Simd<Arch>::F32 row[2 * G][kVectors];
};

/// Returns the groups group ... group + G - 1 at an address; group is a multiple of G, and G a power of two. A normal
/// takes a quarter of a Philox block and some 25 operations, of which one is a square root.
template <class Arch = DefaultArch, int G = 1>
GaussianGroup<Arch, G> gaussian_group(const RandomAddress& at, std::uint64_t group) {
  constexpr int kVectors = GaussianGroup<Arch, G>::kVectors;
  const auto words = philox_group<Arch, G>(at, group);
  GaussianGroup<Arch, G> z;
#pragma GCC unroll 64
  for (int i = 0; i < G * kVectors; ++i) {
    gaussian_detail::box_muller<Arch>(words.first[i], words.second[i], z.row[i / kVectors * 2][i % kVectors],
                                      z.row[i / kVectors * 2 + 1][i % kVectors]);
  }
  return z;
}

/// x_i <- the normal at position i of an address, for i < N; the padding of x is 0.
template <class Arch = DefaultArch, int N>
void fill_gaussian(const RandomAddress& at, Vec<N>& x) {
  using S = Simd<Arch>;
  for (int i = 0; i < Vec<N>::kPadded; i += kGaussianGroup) {
    const auto z = gaussian_group<Arch>(at, static_cast<std::uint64_t>(i / kGaussianGroup));
    for (int r = 0; r < 2 && i + r * kTile < Vec<N>::kPadded; ++r) {
      for (int v = 0; v < z.kVectors; ++v) S::store(x.data + i + r * kTile + v * S::kLanes, z.row[r][v]);
    }
  }
  for (int i = N; i < Vec<N>::kPadded; ++i) x.data[i] = 0.0f;
}

}  // namespace driftbench
