// The operands of a matrix-vector product in the layouts that are compared, and the machine's limits on the product.
#pragma once

#include <benchmark/benchmark.h>

#include <cstddef>
#include <memory>
#include <vector>

#include "kernels/euler_maruyama.h"
#include "kernels/gaussian.h"
#include "kernels/sym_matrix.h"

namespace driftbench {

/// A matrix, an observation of pure noise at t = 1, and a vector.
template <int N>
struct Operands {
  SymMatrix<N> packed;
  Vec<N> x, y;
  std::vector<float> full;  ///< the same matrix, N x N

  Operands() : full(std::size_t{N} * N) {
    euler_maruyama(RankOne<N>{}, 1.0f, {1, Stream::kNoise, 0, 0}, packed);
    fill_gaussian({1, Stream::kDrift, 0, 0}, x);
    for (std::size_t i = 0; i < N; ++i) {
      for (std::size_t j = 0; j < N; ++j) full[N * i + j] = packed(static_cast<int>(i), static_cast<int>(j));
    }
  }
};

template <int N>
Operands<N>& operands() {
  static const auto instance = std::make_unique<Operands<N>>();
  return *instance;
}

/// Vector multiply-adds that one product makes.
template <int N>
constexpr int kProductMultiplyAdds = [] {
  const int rows = SymMatrix<N>::kTileRows;
  return (rows * (rows - 1) / 2 * 2 + rows) * SymMatrix<N>::kTileSize / Simd<DefaultArch>::kLanes;
}();

/// Makes `count` multiply-adds of vectors at the highest rate of the machine: enough of them are independent of each
/// other to hide the latency of one.
inline void multiply_adds(int count, float factor) {
  using S = Simd<DefaultArch>;
  constexpr int kIndependent = 12;
  const auto multiplier = S::broadcast(factor);
  typename S::F32 sum[kIndependent];
  for (auto& s : sum) s = multiplier;
  for (int i = 0; i < count; i += kIndependent) {
#pragma GCC unroll 12
    for (auto& s : sum) s = S::fma(s, multiplier, multiplier);
  }
  for (auto& s : sum) benchmark::DoNotOptimize(s);
}

}  // namespace driftbench
