// How far a full array (plain_arrays.h) is from a symmetric matrix.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "kernels/simd.h"

namespace driftbench {

struct Asymmetry {
  float largest;     ///< the largest magnitude of an element
  float difference;  ///< the largest |a_ij - a_ji|, which is infinite where it overflows
};

/// Measures a full array of N x N finite numbers, which needs no alignment. N^2 / 2 subtractions and 3 N^2 / 2 maxima;
/// reads the array once. Both results are exact up to the rounding of a difference.
template <int N, class Arch = DefaultArch>
Asymmetry measure_asymmetry(const float* full) {
  using S = Simd<Arch>;
  constexpr int W = S::kLanes, kEdge = N / W * W;
  const auto at = [=](int i, int j) { return full + static_cast<std::ptrdiff_t>(i) * N + j; };
  auto largest = S::broadcast(0.0f), difference = S::broadcast(0.0f);
  for (int r = 0; r < kEdge; r += W) {
    for (int c = 0; c <= r; c += W) {
      typename S::F32 lower[W], upper[W];
#pragma GCC unroll 16
      for (int i = 0; i < W; ++i) {
        lower[i] = S::load_unaligned(at(r + i, c));
        upper[i] = S::load_unaligned(at(c + i, r));
        largest = S::max(largest, S::max(S::abs(lower[i]), S::abs(upper[i])));
      }
      S::transpose(upper);
#pragma GCC unroll 16
      for (int i = 0; i < W; ++i) difference = S::max(difference, S::abs(lower[i] - upper[i]));
    }
  }
  alignas(64) float magnitudes[W], differences[W];
  S::store(magnitudes, largest);
  S::store(differences, difference);
  Asymmetry found{*std::max_element(magnitudes, magnitudes + W), *std::max_element(differences, differences + W)};
  for (int i = kEdge; i < N; ++i) {
    for (int j = 0; j <= i; ++j) {
      found.largest = std::max({found.largest, std::fabs(*at(i, j)), std::fabs(*at(j, i))});
      found.difference = std::max(found.difference, std::fabs(*at(i, j) - *at(j, i)));
    }
  }
  return found;
}

}  // namespace driftbench
