// The message-passing network of Montanari and Vu, arXiv 2503.08028 (section on numerical illustration), trained as a
// denoiser: a few power iterations, then layers in which each node gathers a message from every node.
#pragma once

#include <cmath>
#include <limits>

#include "kernels/assertions.h"
#include "kernels/bounds.h"
#include "kernels/drift.h"
#include "kernels/exp.h"
#include "kernels/leading_eigenvector.h"
#include "kernels/simd.h"
#include "kernels/status.h"
#include "kernels/sym_matrix.h"
#include "kernels/vec.h"
#include "kernels/work.h"

namespace driftbench {

/// The weights of a perceptron with one hidden layer and one output,
///
///   second . leaky(first x + first_bias) + second_bias,   leaky(x) = x for x > 0, else kLeakySlope x.
template <int Inputs, int Units>
struct TwoLayers {
  static constexpr int kInputs = Inputs, kUnits = Units;
  float first[Units][Inputs];
  float first_bias[Units];
  float second[Units];
  float second_bias;
};

inline constexpr float kLeakySlope = 0.01f;
/// The number of power iterations before the first layer.
inline constexpr int kMessagePassingIterations = 3;
/// The part alpha of v that a layer keeps is this times a sigmoid.
inline constexpr float kMaxKept = 0.85f;

/// The network's weights. They are nothing but floats, 9156 bytes, and may be constexpr.
struct MessagePassingWeights {
  static constexpr int kLayers = 10;
  TwoLayers<3, 32> message[kLayers];  ///< a function of v_i, v_j, A_ij: what node i hears from node j
  TwoLayers<2, 16> update[kLayers];   ///< a function of v_i and the mean of its messages
  TwoLayers<2, 4> decoder;            ///< a function of v_i and tau
  float logit_alpha[kLayers];
  float log_scale;
  float readout;
};

namespace message_passing_detail {

using MessageMlp = TwoLayers<3, 32>;

/// The hidden units of one layer in the form that the loop over pairs wants. leaky(x) is the sum of kLeakySlope x,
/// which sums over j in closed form, and of (1 - kLeakySlope) max(x, 0), the hinge. With
/// x = alpha v_i + beta v_j + c Y_ij / t + b, max(x, 0) is |c| / t times
///
///   max(z_ij + shift_i, 0),  z_ij = sign(c) Y_ij + pair (v_i + v_j),  shift_i = slope v_i + offset.
///
/// z is symmetric, so both directions of a pair share it. `weight` is all that multiplies the maximum in a mean
/// message. A hinge that is not positive adds exactly nothing, as in the direct form. That matters because the trained
/// messages are small next to the terms that they are made of.
struct Hinges {
  float pair[MessageMlp::kUnits], slope[MessageMlp::kUnits], offset[MessageMlp::kUnits], weight[MessageMlp::kUnits];
  bool negative[MessageMlp::kUnits];  ///< c < 0
};

/// The part of a mean message that comes from no hinge: bias + on_node v_i + on_row (Y 1)_i.
struct LinearPart {
  float bias, on_node, on_row;
};

/// Fills in the hinges of a layer and returns the linear part. mean_v is the mean of v over its n nodes.
inline LinearPart split_messages(const MessageMlp& mlp, int n, float t, float mean_v, Hinges& hinges) {
  // This stands in for c = 0. It moves no message by a float's last bit and keeps the quotients far from overflow.
  constexpr float kSmallest = 0x1p-60f;
  const auto nodes = static_cast<float>(n);
  LinearPart linear{mlp.second_bias, 0.0f, 0.0f};
  for (int h = 0; h < MessageMlp::kUnits; ++h) {
    const auto [alpha, beta, c] = mlp.first[h];
    const float bias = mlp.first_bias[h], steepness = std::fmax(std::fabs(c), kSmallest);
    hinges.pair[h] = beta * t / steepness;
    hinges.slope[h] = (alpha - beta) * t / steepness;
    hinges.offset[h] = bias * t / steepness;
    hinges.weight[h] = (1.0f - kLeakySlope) * mlp.second[h] * steepness / (nodes * t);
    hinges.negative[h] = c < 0.0f;
    const float leak = kLeakySlope * mlp.second[h];
    linear.bias += leak * (beta * mean_v + bias);
    linear.on_node += leak * alpha;
    linear.on_row += leak * c / (nodes * t);
  }
  return linear;
}

/// The shifts of the nodes of a tile's rows: of[h][r] is that of unit h at row r.
struct RowShifts {
  alignas(64) float of[MessageMlp::kUnits][kTile];
};

template <class Arch>
void fill_shifts(const Hinges& hinges, const float* v, RowShifts& shifts) {
  using S = Simd<Arch>;
  for (int h = 0; h < MessageMlp::kUnits; ++h) {
    const auto slope = S::broadcast(hinges.slope[h]), offset = S::broadcast(hinges.offset[h]);
    for (int c = 0; c < kTile; c += S::kLanes) S::store(shifts.of[h] + c, S::fma(slope, S::load(v + c), offset));
  }
}

/// Values of the pairs of a tile that all units of a layer share.
struct TilePairs {
  alignas(64) float nodes[kTile * kTile];  ///< v_i + v_j
  alignas(64) float y[2][kTile * kTile];   ///< Y_ij and -Y_ij
};

/// Fills in the first Rows rows of `pairs`. v_rows and v_columns are v at the nodes of the tile's rows and columns.
template <class Arch, int Rows>
void fill_pairs(const float* tile, const float* v_rows, const float* v_columns, TilePairs& pairs) {
  using S = Simd<Arch>;
  for (int c = 0; c < kTile; c += S::kLanes) {
    const auto column = S::load(v_columns + c);
    for (int r = 0; r < Rows; ++r) {
      const int element = r * kTile + c;
      const auto y = S::load(tile + element);
      S::store(pairs.nodes + element, S::broadcast(v_rows[r]) + column);
      S::store(pairs.y[0] + element, y);
      S::store(pairs.y[1] + element, S::broadcast(0.0f) - y);
    }
  }
}

/// Adds the hinges of a tile's first Rows rows to the sums of its columns' nodes and, off the diagonal, to those of its
/// rows' nodes. On the diagonal the columns are enough, as a tile there holds each pair twice.
///
/// An element takes seven operations: z, its two shifts, their maxima and their sums. One shift is written as a
/// multiply-add by one, so that on cores with separate ports for multiply-adds and for additions and maxima neither
/// kind waits for the other: 1.2 times as fast on such a core.
template <class Arch, bool Diagonal, int Rows>
void add_hinges(const TilePairs& pairs, const Hinges& hinges, const RowShifts& row_shifts, const float* v_columns,
                typename Simd<Arch>::F32* row_sum, float* column_sum) {
  using S = Simd<Arch>;
  using F32 = typename S::F32;
  // The number of rows whose sums stay in registers while the loop passes over the units. The order in which a column
  // is summed depends on it.
  constexpr int kPanel = S::kRegisters == 32 && !S::kStrict ? 16 : 4;
  const F32 zero = S::broadcast(0.0f), one = S::broadcast(1.0f);
  for (int c = 0; c < kTile; c += S::kLanes) {
    const F32 nodes = S::load(v_columns + c);
    F32 column = S::load(column_sum + c);
#pragma GCC unroll 4
    for (int panel = 0; panel < Rows; panel += kPanel) {
      F32 row_part[kPanel], column_part = zero;
      for (F32& part : row_part) part = zero;
      for (int h = 0; h < MessageMlp::kUnits; ++h) {
        const F32 pair = S::broadcast(hinges.pair[h]), weight = S::broadcast(hinges.weight[h]);
        const F32 shift = S::fma(S::broadcast(hinges.slope[h]), nodes, S::broadcast(hinges.offset[h]));
        const float* y = pairs.y[hinges.negative[h]];
        F32 of_unit = zero;
#pragma GCC unroll 16
        for (int r = 0; r < kPanel; ++r) {
          if (panel + r >= Rows) break;
          const int element = (panel + r) * kTile + c;
          const F32 z = S::fma(pair, S::load(pairs.nodes + element), S::load(y + element));
          of_unit = of_unit + S::max(S::fma(one, z, shift), zero);
          if constexpr (!Diagonal) {
            row_part[r] = S::fma(weight, S::max(z + S::broadcast(row_shifts.of[h][panel + r]), zero), row_part[r]);
          }
        }
        column_part = S::fma(weight, of_unit, column_part);
      }
      // Sums of sums round less than one sum over all nodes and units.
      for (int r = 0; r < kPanel; ++r) row_sum[panel + r] = row_sum[panel + r] + row_part[r];
      column = column + column_part;
    }
    S::store(column_sum + c, column);
  }
}

/// Returns the perceptron's output for the inputs x0 and x1, lane by lane.
template <class Arch, int Units>
typename Simd<Arch>::F32 evaluate(const TwoLayers<2, Units>& mlp, typename Simd<Arch>::F32 x0,
                                  typename Simd<Arch>::F32 x1) {
  using S = Simd<Arch>;
  const auto slope = S::broadcast(kLeakySlope);
  auto sum = S::broadcast(mlp.second_bias);
  for (int h = 0; h < Units; ++h) {
    const auto from_x1 = S::fma(S::broadcast(mlp.first[h][1]), x1, S::broadcast(mlp.first_bias[h]));
    const auto x = S::fma(S::broadcast(mlp.first[h][0]), x0, from_x1);
    sum = S::fma(S::broadcast(mlp.second[h]), S::max(x, slope * x), sum);
  }
  return sum;
}

/// Returns tanh z for z >= 0, with a relative error of 1e-6.
inline float tanh_positive(float z) {
  const float zz = z * z;
  if (z < 0.2f) return z + z * zz * (-1.0f / 3 + zz * (2.0f / 15 - zz * (17.0f / 315)));
  return 1.0f - 2.0f / (exp<OneLane>(2.0f * z) + 1.0f);
}

/// v_i <- f(v_i, i), lane by lane; the padding stays zero.
template <class Arch, int N, class F>
void transform(Vec<N>& v, F f) {
  using S = Simd<Arch>;
  for (int i = 0; i < Vec<N>::kPadded; i += S::kLanes) S::store(v.data + i, f(S::load(v.data + i), i));
  for (int i = N; i < Vec<N>::kPadded; ++i) v.data[i] = 0.0f;
}

}  // namespace message_passing_detail

/// The work of aggregate_messages: three multiply-adds and four additions or maxima for each of N^2 / 2 pairs and 32
/// units. It reads Y once.
template <int N>
inline constexpr MatrixWork kAggregation{sizeof(SymMatrix<N>), 3 * 16 * (double{N} * N), 4 * 16 * (double{N} * N)};

/// aggregate_i <- the mean over j, with i itself included, of mlp(v_i, v_j, Y_ij / t). row_sum is Y 1, the sums of the
/// rows, and t > 0. `aggregate` overlaps no argument. The time depends on no value.
///
/// Its work is kAggregation. With two 16-lane operations a cycle that takes 3.5 N^2 cycles at least, or 0.43 million at
/// N = 350; this function takes 1.3 times as many. Stack: 8 KiB.
///
/// Error: message_error(padded(N)) times the mean over j of the sum of the magnitudes of a message's terms (bounds.h).
template <class Arch = DefaultArch, int N>
void aggregate_messages(const SymMatrix<N>& y, float t, const Vec<N>& row_sum, const TwoLayers<3, 32>& mlp,
                        const Vec<N>& v, Vec<N>& aggregate) {
  using namespace message_passing_detail;
  using S = Simd<Arch>;
  constexpr int W = S::kLanes, kLastRow = SymMatrix<N>::kTileRows - 1;
  DRIFTBENCH_ASSERT(!(t <= 0.0f) && is_apart(v, aggregate) && is_apart(row_sum, aggregate) && is_apart(y, aggregate));
  float sum_v = 0.0f;
  for (float value : v) sum_v += value;
  Hinges hinges;
  const LinearPart linear = split_messages(mlp, N, t, sum_v / static_cast<float>(N), hinges);
  for (int i = 0; i < Vec<N>::kPadded; i += W) {
    const auto node = S::fma(S::broadcast(linear.on_node), S::load(v.data + i), S::broadcast(linear.bias));
    S::store(aggregate.data + i, S::fma(S::broadcast(linear.on_row), S::load(row_sum.data + i), node));
  }

  RowShifts shifts;
  TilePairs pairs;
  const auto add_tile_row = [&]<int Rows>(int tile_row) {
    const float* v_rows = v.data + tile_row * kTile;
    fill_shifts<Arch>(hinges, v_rows, shifts);
    typename S::F32 sum[kTile];
    for (auto& s : sum) s = S::broadcast(0.0f);
    for (int column = 0; column <= tile_row; ++column) {
      const float* v_columns = v.data + column * kTile;
      float* column_sum = aggregate.data + column * kTile;
      fill_pairs<Arch, Rows>(y.tile(tile_row, column), v_rows, v_columns, pairs);
      if (column < tile_row) {
        add_hinges<Arch, false, Rows>(pairs, hinges, shifts, v_columns, sum, column_sum);
      } else {
        add_hinges<Arch, true, Rows>(pairs, hinges, shifts, v_columns, sum, column_sum);
      }
    }
    float* out = aggregate.data + tile_row * kTile;
    for (int r = 0; r < kTile; r += W) S::store(out + r, S::load(out + r) + S::reduce_add_rows(sum + r));
  };
  for (int tile_row = 0; tile_row < kLastRow; ++tile_row) add_tile_row.template operator()<kTile>(tile_row);
  add_tile_row.template operator()<N - kLastRow * kTile>(kLastRow);
  for (int i = N; i < Vec<N>::kPadded; ++i) aggregate.data[i] = 0.0f;
}

/// The vectors that message_passing works in. Nothing in them outlives a call.
template <int N>
struct MessagePassingWorkspace {
  Vec<N> row_sum, aggregate;
};

/// v <- the network's scores on A = Y / t, from a start of finite, non-zero norm that enters in v. It costs ten calls
/// of aggregate_messages and four products with Y. Where NaN, infinity or an overflow comes up, v is 0 and the status
/// kNotFinite, which else is kOk. `probe` is called with 0 after each product and with 1 after what else there is.
template <class Arch = DefaultArch, int N, class Probe = NoProbe>
Status message_passing(const MessagePassingWeights& weights, const SymMatrix<N>& y, float t, Vec<N>& v,
                       MessagePassingWorkspace<N>& workspace, Probe&& probe = {}) {
  using namespace message_passing_detail;
  using S = Simd<Arch>;
  using F32 = typename S::F32;
  Vec<N>&row_sum = workspace.row_sum, &aggregate = workspace.aggregate;
  if (power_iteration<Arch>(y, kMessagePassingIterations, v, aggregate, probe) != Status::kOk) {
    return Status::kNotFinite;
  }

  for (float& one : aggregate) one = 1.0f;
  for (int i = N; i < Vec<N>::kPadded; ++i) aggregate.data[i] = 0.0f;
  probe(1);
  multiply<Arch>(y, aggregate, row_sum);
  probe(0);
  for (int layer = 0; layer < MessagePassingWeights::kLayers; ++layer) {
    aggregate_messages<Arch>(y, t, row_sum, weights.message[layer], v, aggregate);
    const float kept = kMaxKept / (1.0f + exp<OneLane>(-weights.logit_alpha[layer]));
    transform<Arch>(v, [&](F32 node, int i) {
      const F32 updated = evaluate<Arch>(weights.update[layer], node, S::load(aggregate.data + i));
      return S::fma(S::broadcast(kept), node, S::broadcast(1.0f - kept) * updated);
    });
  }

  const float tau = tanh_positive(exp<OneLane>(weights.log_scale) * t / static_cast<float>(N));
  transform<Arch>(v, [&](F32 node, int) {
    return S::fma(S::broadcast(weights.readout * tau), node, evaluate<Arch>(weights.decoder, node, S::broadcast(tau)));
  });
  probe(1);
  if (std::isfinite(dot<Arch>(v, v))) return Status::kOk;
  v = Vec<N>{};
  return Status::kNotFinite;
}

}  // namespace driftbench
