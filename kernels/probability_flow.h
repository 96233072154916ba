// One step of the probability flow, the diffusion's deterministic counterpart.
#pragma once

#include <cmath>

#include "kernels/assertions.h"
#include "kernels/bounds.h"
#include "kernels/euler_maruyama.h"
#include "kernels/simd.h"
#include "kernels/sym_matrix.h"

namespace driftbench {

/// y <- sqrt(t_next / t) y + (t_next - sqrt(t t_next)) m, for 0 < t < t_next. It is a step of the probability-flow
/// equation dY/dt = (m(Y, t) + Y / t) / 2 with m held constant (Song et al., "Score-based generative modeling through
/// stochastic differential equations", 2021, equation 13: the score of y_t is m - y / t). As Y / sqrt(t) then moves by
/// m d sqrt(t), which the step integrates exactly, pure noise keeps its law whatever the step.
///
/// m does not overlap y. N^2 / 2 multiplications and as many multiply-adds; reads and writes y once. Error:
/// kProbabilityFlowError.
template <class Arch = DefaultArch, int N, class Estimate>
void probability_flow(const Estimate& m, float t, float t_next, SymMatrix<N>& y) {
  using S = Simd<Arch>;
  DRIFTBENCH_ASSERT(0.0f < t && t < t_next && is_apart(m, y));
  const auto growth = S::broadcast(std::sqrt(t_next / t));
  const float factor = t_next - std::sqrt(t * t_next);
  float* row = y.data;
  for (int tile_row = 0; tile_row < SymMatrix<N>::kTileRows; ++tile_row) {
    const ScaledRows<Arch, Estimate> drift(factor, m, tile_row);
    for (int column = 0; column <= tile_row * kTile; column += kTile) {
      for (int r = 0; r < kTile; ++r, row += kTile) {
        if (tile_row * kTile + r >= N) continue;
        for (int c = 0; c < kTile; c += S::kLanes) {
          const auto grown = growth * S::load(row + c);
          S::store(row + c, drift.add(r, column + c, grown));
        }
      }
    }
  }
}

}  // namespace driftbench
