// The exponential function of every lane.
#pragma once

#include <cstdint>

#include "kernels/bounds.h"
#include "kernels/simd.h"

namespace driftbench {

/// Returns e^x within kExpMaxUlp for x in [-87, 88]. Below -87 it returns 0, above 88 it returns e^88, and NaN stays
/// NaN. The method writes x = n log 2 + r with |r| <= log(2) / 2, and log 2 as a sum of two parts of which the first
/// times n is exact (Cody and Waite 1980).
template <class Arch = DefaultArch>
typename Simd<Arch>::F32 exp(typename Simd<Arch>::F32 x) {
  using S = Simd<Arch>;
  using F32 = typename S::F32;
  const F32 lowest = S::broadcast(-87.0f), highest = S::broadcast(88.0f);
  const F32 inside = S::select(x > highest, highest, S::select(x < lowest, lowest, x));

  // Adding 1.5 * 2^23 rounds to an integer n and leaves n in the low bits.
  const F32 shifter = S::broadcast(0x1.8p23f);
  const F32 shifted = S::fma(inside, S::broadcast(1.44269504088896341f), shifter);
  const F32 n = shifted - shifter;
  F32 r = S::fma(n, S::broadcast(-0.693359375f), inside);
  r = S::fma(n, S::broadcast(2.12194440054690583e-4f), r);

  // The polynomial was found with Sollya's fpminimax; its relative error is 3.7e-9.
  F32 p = S::broadcast(1.374496263451874256e-3f);
  p = S::fma(p, r, S::broadcast(8.368944749236107e-3f));
  p = S::fma(p, r, S::broadcast(4.1669651865959167e-2f));
  p = S::fma(p, r, S::broadcast(0.16666518151760101f));
  p = S::fma(p, r, S::broadcast(0.49999988079071045f));
  p = S::fma(p, r, S::broadcast(1.0f));
  p = S::fma(p, r, S::broadcast(1.0f));
  const F32 power = S::from_bits(S::bits(p) + S::shift_left(S::bits(shifted), 23));
  return S::select(x < lowest, S::broadcast(0.0f), power);
}

}  // namespace driftbench
