// The natural logarithm of every lane.
#pragma once

#include <cstdint>

#include "kernels/bounds.h"
#include "kernels/simd.h"

namespace driftbench {

/// Returns log(x / 2^exponent) within kLogMaxUlp for positive normal x. Zero, negative, infinite and NaN lanes give
/// numbers without meaning.
///
/// The method writes x / 2^exponent = 2^e (1 + g) with g in [sqrt(1/2) - 1, sqrt(2) - 1] and returns
/// e log 2 + log(1 + g). Near 1 nothing is lost, because e is 0 there and the polynomial for log(1 + g) has a relative
/// error of 2.9e-8.
template <class Arch = DefaultArch>
typename Simd<Arch>::F32 scaled_log(typename Simd<Arch>::F32 x, int exponent) {
  using S = Simd<Arch>;
  using F32 = typename S::F32;
  using U32 = typename S::U32;

  // Subtracting the bits of sqrt(1/2) as an integer leaves e in the exponent's bits. The rest, with those bits added
  // back, is 1 + g in [sqrt(1/2), sqrt(2)).
  const U32 sqrt_half = S::broadcast(std::uint32_t{0x3f3504f3});
  const U32 offset =
      S::bits(x) - S::broadcast(std::uint32_t{0x3f3504f3} + (static_cast<std::uint32_t>(exponent) << 23));
  const F32 e = S::from_signed(S::shift_right_signed(offset, 23));
  const F32 g = S::from_bits((offset & S::broadcast(std::uint32_t{0x007fffff})) + sqrt_half) - S::broadcast(1.0f);

  // This is the polynomial (log(1 + g) - g) / g^2, found with Sollya's fpminimax.
  F32 p = S::broadcast(-8.330476284027099609375e-2f);
  p = S::fma(p, g, S::broadcast(0.1281204521656036376953125f));
  p = S::fma(p, g, S::broadcast(-0.12940149009227752685546875f));
  p = S::fma(p, g, S::broadcast(0.14188133180141448974609375f));
  p = S::fma(p, g, S::broadcast(-0.1664359867572784423828125f));
  p = S::fma(p, g, S::broadcast(0.200019776821136474609375f));
  p = S::fma(p, g, S::broadcast(-0.250002801418304443359375f));
  p = S::fma(p, g, S::broadcast(0.3333332538604736328125f));
  p = S::fma(p, g, S::broadcast(-0.5f));
  return S::fma(e, S::broadcast(0.693147180559945309f), S::fma(g * g, p, g));
}

/// Returns log x within kLogMaxUlp for positive normal x.
template <class Arch = DefaultArch>
typename Simd<Arch>::F32 log(typename Simd<Arch>::F32 x) {
  return scaled_log<Arch>(x, 0);
}

}  // namespace driftbench
