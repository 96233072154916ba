// The normals that the kernels in single precision draw, number by number, so that both precisions see the same noise
// and the same random starts.
#pragma once

#include <cstdint>

#include "kernels/philox.h"
#include "kernels/simd.h"
#include "kernels/vec.h"

namespace driftbench {

inline constexpr int kGaussianGroup = 2 * kTile;
template <class Arch = DefaultArch>
inline constexpr int kGaussianBatch = 1;

template <class Arch = DefaultArch, int G = 1>
struct GaussianGroup {
  static constexpr int kVectors = kTile;
  double row[2 * G][kVectors];
};

inline driftbench::RandomAddress single_precision(const RandomAddress& at) {
  return {at.seed, static_cast<driftbench::Stream>(at.stream), at.chain, at.step};
}

template <class Arch = DefaultArch, int G = 1>
GaussianGroup<Arch, G> gaussian_group(const RandomAddress& at, std::uint64_t group) {
  const auto single = driftbench::gaussian_group<driftbench::OneLane, G>(single_precision(at), group);
  GaussianGroup<Arch, G> z;
  for (int r = 0; r < 2 * G; ++r) {
    for (int c = 0; c < kTile; ++c) z.row[r][c] = single.row[r][c];
  }
  return z;
}

template <class Arch = DefaultArch, int N>
void fill_gaussian(const RandomAddress& at, Vec<N>& x) {
  driftbench::Vec<N> single;
  driftbench::fill_gaussian<driftbench::OneLane>(single_precision(at), single);
  for (int i = 0; i < N; ++i) x[i] = single[i];
}

}  // namespace driftbench
