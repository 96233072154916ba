// Many chains at once, one in each lane, for sizes at which a single chain is too short to fill the machine. These are
// the vectors, the product, the selection and the step of vec.h, sym_matrix.h, top_k.h and euler_maruyama.h. Each chain
// has the numbers that it has there, but for the order of sums.
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
#include "kernels/vec.h"

namespace driftbench {

/// The number of chains that run at once: one in each lane.
template <class Arch = DefaultArch>
inline constexpr int kChainsAtOnce = Simd<Arch>::kLanes;

/// The number of rows of a matrix that a product takes at a time. Vectors are padded to a multiple of it.
inline constexpr int kBand = 8;

/// A vector x in R^N of each chain: element by element, and for each element the lanes. It is padded with zeros to a
/// multiple of kBand elements.
template <int N, class Arch = DefaultArch>
struct LaneVec {
  using S = Simd<Arch>;
  static constexpr int kPadded = (N + kBand - 1) / kBand * kBand;

  alignas(64) float data[kPadded * S::kLanes] = {};

  // Elements have numbers from 0 to kPadded - 1, and lanes from 0 to S::kLanes - 1.
  typename S::F32 operator[](int i) const {
    DRIFTBENCH_ASSERT(0 <= i && i < kPadded);
    return S::load(data + i * S::kLanes);
  }
  void set(int i, typename S::F32 value) {
    DRIFTBENCH_ASSERT(0 <= i && i < kPadded);
    S::store(data + i * S::kLanes, value);
  }
  float& at(int i, int lane) {
    DRIFTBENCH_ASSERT(0 <= i && i < kPadded && 0 <= lane && lane < S::kLanes);
    return data[i * S::kLanes + lane];
  }
  float at(int i, int lane) const {
    DRIFTBENCH_ASSERT(0 <= i && i < kPadded && 0 <= lane && lane < S::kLanes);
    return data[i * S::kLanes + lane];
  }
};

/// A symmetric N x N matrix of each chain: the lower triangle in bands of kBand rows. A band holds first kBand elements
/// of each column left of its diagonal block, then the lower triangle of that block row by row; each element holds the
/// lanes. Rows from N on are zero. It takes 2 N (N + 1) bytes a chain for N a multiple of kBand.
template <int N, class Arch = DefaultArch>
struct LaneSymMatrix {
  using S = Simd<Arch>;
  static constexpr int kBands = LaneVec<N, Arch>::kPadded / kBand;
  /// The number of elements before band b.
  static constexpr int band(int b) { return kBand * kBand / 2 * b * b + kBand / 2 * b; }

  alignas(64) float data[band(kBands) * S::kLanes] = {};

  /// The index in `data` at which the lanes of element (i, j) begin; N > i >= j >= 0.
  static constexpr int offset(int i, int j) {
    DRIFTBENCH_ASSERT(N > i && i >= j && j >= 0);
    const int b = i / kBand, r = i % kBand;
    return (band(b) + (j < kBand * b ? kBand * j + r : kBand * kBand * b + r * (r + 1) / 2 + j % kBand)) * S::kLanes;
  }
  float at(int i, int j, int lane) const {
    DRIFTBENCH_ASSERT(0 <= lane && lane < S::kLanes);
    return data[(i >= j ? offset(i, j) : offset(j, i)) + lane];
  }
  void set(int i, int j, int lane, float value) {
    DRIFTBENCH_ASSERT(0 <= lane && lane < S::kLanes);
    data[(i >= j ? offset(i, j) : offset(j, i)) + lane] = value;
  }
  void set_zero() {
    for (float& a : data) a = 0.0f;
  }
};

/// The matrix scale * v v^T of each chain.
template <int N, class Arch = DefaultArch>
struct LaneRankOne {
  alignas(64) float scale[Simd<Arch>::kLanes] = {};
  LaneVec<N, Arch> v;

  void set_zero() { *this = {}; }
  /// m <- the matrix of one chain.
  void get(int lane, RankOne<N>& m) const {
    m.set_zero();
    m.scale = scale[lane];
    for (int i = 0; i < N; ++i) m.v[i] = v.at(i, lane);
  }
};

/// Returns <x, y> of each chain. N multiply-adds a chain. Error: lane_dot_error(kPadded) * sum |x_i y_i|.
template <class Arch = DefaultArch, int N>
typename Simd<Arch>::F32 dot(const LaneVec<N, Arch>& x, const LaneVec<N, Arch>& y) {
  using S = Simd<Arch>;
  typename S::F32 sum[4];
  for (auto& s : sum) s = S::broadcast(0.0f);
  for (int i = 0; i < x.kPadded; i += 4) {
    for (int r = 0; r < 4; ++r) sum[r] = S::fma(x[i + r], y[i + r], sum[r]);
  }
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

/// y <- A x for each chain; x and y do not overlap. N^2 multiply-adds a chain, reads A once; nothing is summed across
/// lanes. It takes at least the time of N^2 multiply-adds of vectors, for as many chains as a vector has lanes. Error:
/// that of `multiply` for a SymMatrix.
template <class Arch = DefaultArch, int N>
void multiply(const LaneSymMatrix<N, Arch>& a, const LaneVec<N, Arch>& x, LaneVec<N, Arch>& y) {
  using S = Simd<Arch>;
  using F32 = typename S::F32;
  DRIFTBENCH_ASSERT(is_apart(x, y));
  const float* element = a.data;
  for (int row = 0; row < x.kPadded; row += kBand) {
    F32 xr[kBand], sum[kBand];
    for (int r = 0; r < kBand; ++r) xr[r] = x[row + r];
    for (F32& s : sum) s = S::broadcast(0.0f);
    for (int column = 0; column < row; ++column) {
      const F32 xc = x[column];
      F32 yc[2] = {y[column], S::broadcast(0.0f)};
#pragma GCC unroll 8
      for (int r = 0; r < kBand; ++r, element += S::kLanes) {
        const F32 e = S::in_register(S::load(element));
        sum[r] = S::fma(e, xc, sum[r]);
        yc[r % 2] = S::fma(e, xr[r], yc[r % 2]);
      }
      y.set(column, yc[0] + yc[1]);
    }
#pragma GCC unroll 8
    for (int r = 0; r < kBand; ++r) {
#pragma GCC unroll 8
      for (int c = 0; c <= r; ++c, element += S::kLanes) {
        const F32 e = S::in_register(S::load(element));
        sum[r] = S::fma(e, xr[c], sum[r]);
        if (c < r) sum[c] = S::fma(e, xr[r], sum[c]);
      }
    }
    for (int r = 0; r < kBand; ++r) y.set(row + r, sum[r]);
  }
}

/// p <- what top_k_signs of top_k.h gives for each chain, ties included. It makes 31 N comparisons for as many chains
/// as there are lanes.
template <int K, class Arch = DefaultArch, int N>
void top_k_signs(const LaneVec<N, Arch>& x, LaneVec<N, Arch>& p) {
  static_assert(1 <= K && K <= N, "top_k: K is out of range 1 to N");
  using S = Simd<Arch>;
  using F32 = typename S::F32;
  const F32 zero = S::broadcast(0.0f), one = S::broadcast(1.0f), k = S::broadcast(static_cast<float>(K));
  for (int i = 0; i < p.kPadded; ++i) p.set(i, S::abs(x[i]));
  F32 threshold = zero;
  for (std::uint32_t bit = 1U << 30; bit != 0; bit >>= 1) {
    const F32 candidate = S::from_bits(S::bits(threshold) | S::broadcast(bit));
    F32 count[4] = {zero, zero, zero, zero};
    for (int i = 0; i < p.kPadded; i += 4) {
#pragma GCC unroll 4
      for (int r = 0; r < 4; ++r) count[r] = count[r] + S::select(candidate <= p[i + r], one, zero);
    }
    threshold = S::select(k <= (count[0] + count[1]) + (count[2] + count[3]), candidate, threshold);
  }
  F32 ties = k;
  for (int i = 0; i < N; ++i) ties = S::select(threshold < p[i], ties - one, ties);
  const F32 plus = S::broadcast(1.0f / std::sqrt(static_cast<float>(K))), minus = zero - plus;
  for (int i = 0; i < N; ++i) {
    const F32 left = S::select(threshold == p[i], ties, zero);
    ties = S::select(zero < left, ties - one, ties);
    const F32 sign = S::select(x[i] < zero, minus, plus);
    p.set(i, S::select(threshold < p[i], sign, S::select(zero < left, sign, zero)));
  }
}

/// The normals of the chains chain ... chain + kChainsAtOnce - 1 at (seed, stream, step).
template <class Arch = DefaultArch>
class LaneNormals {
 public:
  /// The four normals of each chain that one Philox block gives. z[2 r + c], with r and c in {0, 1}, is the normal at
  /// position kTile r + 2 b + c of the group that the block is in, and b is the block's number in that group (see
  /// gaussian.h).
  struct Block {
    typename Simd<Arch>::F32 z[4];
  };

  explicit LaneNormals(const RandomAddress& at) : seed_(at.seed) {
    for (int lane = 0; lane < S::kLanes; ++lane) {
      RandomAddress chain = at;
      chain.chain += static_cast<std::uint64_t>(lane);
      const auto counter = philox_counter(chain, 0);
      // Even lanes lie in one vector and odd lanes in the next, as low_words wants them.
      const int place = lane % kVectors * S::kLanes64 + lane / kVectors;
      step_ = counter[1];
      chain_[place] = counter[2];
      high_[place] = counter[3];
    }
  }

  /// Makes the normals of the blocks first and first + 1, which are below 2^32. Two blocks at a time fill the gaps
  /// between dependent instructions.
  [[gnu::always_inline]] void pair(std::uint32_t first, Block (&blocks)[2]) const {
    typename S::U64 c0[2 * kVectors], c1[2 * kVectors], c2[2 * kVectors], c3[2 * kVectors];
#pragma GCC unroll 4
    for (int v = 0; v < 2 * kVectors; ++v) {
      c0[v] = S::broadcast(std::uint64_t{first} + static_cast<std::uint64_t>(v / kVectors));
      c1[v] = S::broadcast(std::uint64_t{step_});
      c2[v] = S::load(chain_ + v % kVectors * S::kLanes64);
      c3[v] = S::load(high_ + v % kVectors * S::kLanes64);
    }
    philox_rounds<Arch>(seed_, c0, c1, c2, c3);
#pragma GCC unroll 2
    for (int b = 0; b < 2; ++b) {
      auto& z = blocks[b].z;
      const int v = b * kVectors;
      gaussian_detail::box_muller<Arch>(S::low_words(c0 + v), S::low_words(c2 + v), z[0], z[2]);
      gaussian_detail::box_muller<Arch>(S::low_words(c1 + v), S::low_words(c3 + v), z[1], z[3]);
    }
  }

 private:
  using S = Simd<Arch>;
  static constexpr int kVectors = S::kLanes / S::kLanes64;

  std::uint64_t seed_;
  std::uint32_t step_ = 0;
  alignas(64) std::uint64_t chain_[S::kLanes], high_[S::kLanes];
};

/// The number of Philox blocks whose normals fill one kTile x kTile tile.
inline constexpr int kBlocksPerTile = kPhiloxGroup * kTile * kTile / kGaussianGroup;

/// x_i <- the normal at position i, for each chain.
template <class Arch = DefaultArch, int N>
void fill_gaussian(const LaneNormals<Arch>& normals, LaneVec<N, Arch>& x) {
  for (int first = 0; first < N; first += kGaussianGroup) {
    for (int b = 0; b < kPhiloxGroup && first + 2 * b < N; b += 2) {
      typename LaneNormals<Arch>::Block blocks[2];
      normals.pair(static_cast<std::uint32_t>(first / kGaussianGroup * kPhiloxGroup + b), blocks);
#pragma GCC unroll 8
      for (int z = 0; z < 8; ++z) {
        const int i = first + z % 4 / 2 * kTile + 2 * (b + z / 4) + z % 2;
        if (i < N) x.set(i, blocks[z / 4].z[z % 4]);
      }
    }
  }
}

/// One step of each chain, as euler_maruyama for a SymMatrix makes it: the same estimate gives the same bits. Some
/// N^2 / 2 normals a chain.
template <class Arch = DefaultArch, int N>
void euler_maruyama(const LaneRankOne<N, Arch>& m, float dt, const LaneNormals<Arch>& normals,
                    LaneSymMatrix<N, Arch>& y) {
  using S = Simd<Arch>;
  using F32 = typename S::F32;
  DRIFTBENCH_ASSERT(!(dt < 0.0f));
  const F32 deviation = S::broadcast(std::sqrt(0.5f * dt)), sqrt2 = S::broadcast(std::numbers::sqrt2_v<float>);
  const F32 scale = S::broadcast(dt) * S::load(m.scale);
  std::uint32_t tile_block = 0;
  for (int row = 0; row < N; row += kTile) {
    for (int column = 0; column <= row; column += kTile, tile_block += kBlocksPerTile) {
      for (int r = 0; r < kTile && row + r < N; r += 2) {
        const F32 factor[2] = {scale * m.v[row + r], scale * m.v[row + r + 1]};
        // In a tile on the diagonal, what lies right of these columns is above the diagonal and so not stored.
        const int columns = column < row ? kTile : r + 2;
        for (int c = 0; c < columns; c += 4) {
          typename LaneNormals<Arch>::Block blocks[2];
          normals.pair(tile_block + static_cast<std::uint32_t>(r / 2 * kPhiloxGroup + c / 2), blocks);
#pragma GCC unroll 8
          for (int z = 0; z < 8; ++z) {
            const int i = row + r + z % 4 / 2, j = column + c + 2 * (z / 4) + z % 2;
            if (j > i || i >= N) continue;
            const F32 normal = i == j ? sqrt2 * blocks[z / 4].z[z % 4] : blocks[z / 4].z[z % 4];
            float* element = y.data + y.offset(i, j);
            S::store(element, S::fma(deviation, normal, S::fma(factor[i - row - r], m.v[j], S::load(element))));
          }
        }
      }
    }
  }
}

}  // namespace driftbench
