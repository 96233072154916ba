// One step of the diffusion dY = m dt + dW on symmetric matrices, with its noise.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

#include "kernels/assertions.h"
#include "kernels/gaussian.h"
#include "kernels/philox.h"
#include "kernels/rank_one.h"
#include "kernels/simd.h"
#include "kernels/sym_matrix.h"

namespace driftbench {

/// The product factor * m of a number and a drift's estimate, at the rows of one row of tiles. add(r, column, acc)
/// returns acc plus that product at row r of the tiles, from `column` on. The estimate may be a RankOne or a SymMatrix.
template <class Arch, class Estimate>
class ScaledRows;

template <class Arch, int N>
class ScaledRows<Arch, RankOne<N>> {
 public:
  ScaledRows(float factor, const RankOne<N>& m, int tile_row) : m_(m) {
    for (int r = 0; r < kTile; ++r) factor_[r] = factor * m.scale * m.v.data[tile_row * kTile + r];
  }
  typename Simd<Arch>::F32 add(int r, int column, typename Simd<Arch>::F32 acc) const {
    using S = Simd<Arch>;
    return S::fma(S::broadcast(factor_[r]), S::load(m_.v.data + column), acc);
  }

 private:
  const RankOne<N>& m_;
  float factor_[kTile];
};

template <class Arch, int N>
class ScaledRows<Arch, SymMatrix<N>> {
 public:
  ScaledRows(float factor, const SymMatrix<N>& m, int tile_row) : m_(m), tile_row_(tile_row), factor_(factor) {}
  typename Simd<Arch>::F32 add(int r, int column, typename Simd<Arch>::F32 acc) const {
    using S = Simd<Arch>;
    const float* row = m_.tile(tile_row_, column / kTile) + r * kTile;
    return S::fma(S::broadcast(factor_), S::load(row + column % kTile), acc);
  }

 private:
  const SymMatrix<N>& m_;
  int tile_row_;
  float factor_;
};

/// z <- the noise of a tile on the diagonal, kTile x kTile row by row, aligned to 64 bytes. Its 256 normals are those
/// of the groups from first_group on. It is symmetric, with variance 1 off the diagonal and 2 on it, and zero where a
/// row or a column is `valid` or more; 0 <= valid <= kTile.
template <class Arch = DefaultArch>
void diagonal_tile_noise(const RandomAddress& at, std::uint64_t first_group, int valid, float* z) {
  using S = Simd<Arch>;
  constexpr int kBatch = kGaussianBatch<Arch>;
  DRIFTBENCH_ASSERT(0 <= valid && valid <= kTile);
  for (int r = 0; r < kTile; r += 2 * kBatch) {
    const auto normals = gaussian_group<Arch, kBatch>(at, first_group + static_cast<std::uint64_t>(r / 2));
    for (int i = 0; i < 2 * kBatch; ++i) {
      for (int v = 0; v < normals.kVectors; ++v) S::store(z + (r + i) * kTile + v * S::kLanes, normals.row[i][v]);
    }
  }
  for (int r = 0; r < kTile; ++r) {
    for (int c = 0; c < r; ++c) {
      if (r >= valid) z[r * kTile + c] = 0.0f;
      z[c * kTile + r] = z[r * kTile + c];
    }
    z[r * kTile + r] *= r < valid ? std::numbers::sqrt2_v<float> : 0.0f;
  }
}

/// y <- y + dt m + sqrt(dt) G with G a symmetric Gaussian matrix of variance 1/2 off the diagonal and 1 on it. dt
/// m + sqrt(dt) G is the increment of the observation process's symmetric part over a time dt (Montanari and Vu,
/// equation for the discretized diffusion). m does not overlap y, and dt is not below 0.
///
/// The normal of an element is the one at the element's index in SymMatrix::data; a mirrored pair takes the lower
/// element's. So the noise of a step depends on its address alone.
///
/// padded(N)^2 / 2 normals, and two multiply-adds for each of N^2 / 2 elements. It reads and writes y once, tile by
/// tile while the normals are in registers. Stack: one tile of 1 KiB. Error: kEulerMaruyamaError.
template <class Arch = DefaultArch, int N, class Estimate>
void euler_maruyama(const Estimate& m, float dt, const RandomAddress& at, SymMatrix<N>& y) {
  using S = Simd<Arch>;
  constexpr std::uint64_t kGroupsPerTile = kTile * kTile / kGaussianGroup;
  constexpr int kBatch = kGaussianBatch<Arch>;
  DRIFTBENCH_ASSERT(!(dt < 0.0f) && is_apart(m, y));
  const auto deviation = S::broadcast(std::sqrt(0.5f * dt));
  float* tile = y.data;
  std::uint64_t group = 0;
  for (int row = 0; row < N; row += kTile) {
    const int rows = N - row < kTile ? N - row : kTile;
    const ScaledRows<Arch, Estimate> drift(dt, m, row / kTile);
    const auto advance = [&](float* element, int r, int column, typename S::F32 normal) {
      S::store(element, S::fma(deviation, normal, drift.add(r, column, S::load(element))));
    };
    for (int column = 0; column < row; column += kTile, tile += kTile * kTile, group += kGroupsPerTile) {
      for (int r = 0; r < rows; r += 2 * kBatch) {
        const auto normals = gaussian_group<Arch, kBatch>(at, group + static_cast<std::uint64_t>(r / 2));
#pragma GCC unroll 8
        for (int i = 0; i < 2 * kBatch; ++i) {
          if (r + i >= rows) break;
          for (int v = 0; v < normals.kVectors; ++v) {
            const int c = v * S::kLanes;
            advance(tile + (r + i) * kTile + c, r + i, column + c, normals.row[i][v]);
          }
        }
      }
    }
    alignas(64) float z[kTile * kTile];
    diagonal_tile_noise<Arch>(at, group, rows, z);
    for (int r = 0; r < rows; ++r) {
      for (int c = 0; c < kTile; c += S::kLanes) {
        advance(tile + r * kTile + c, r, row + c, S::load(z + r * kTile + c));
      }
    }
    tile += kTile * kTile;
    group += kGroupsPerTile;
  }
}

}  // namespace driftbench
