// A matrix rounded to bfloat16, kept in double precision.
#pragma once

#include "kernels/simd.h"
#include "kernels/sym_matrix.h"
#include "kernels/vec.h"

namespace driftbench {

template <int N>
struct BFloat16Matrix {
  SymMatrix<N> rounded;
};

template <class Arch = DefaultArch, int N>
void round_to_bfloat16(const SymMatrix<N>& a, BFloat16Matrix<N>& h) {
  for (int i = 0; i < SymMatrix<N>::kSize; ++i) {
    // Veltkamp's splitting leaves the upper 8 bits of the significand.
    const double scaled = a.data[i] * (0x1p45 + 1);
    h.rounded.data[i] = scaled - (scaled - a.data[i]);
  }
}

template <class Arch = DefaultArch, int N>
void multiply(const BFloat16Matrix<N>& h, const Vec<N>& x, Vec<N>& y) {
  multiply<Arch>(h.rounded, x, y);
}

}  // namespace driftbench
