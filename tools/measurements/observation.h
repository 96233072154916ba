// What one thread needs to estimate draws of x from their observations.
#pragma once

#include <utility>

#include "kernels/rank_one.h"
#include "kernels/sym_matrix.h"
#include "tools/drifts/any_drift.h"

namespace driftbench {

/// Holds what one thread needs to draw x, observe it and estimate it.
template <int N, class E>
struct Denoising {
  explicit Denoising(AnyDrift<N, E> drift_to_use) : drift(std::move(drift_to_use)) {}

  AnyDrift<N, E> drift;
  SymMatrix<N> y{};
  RankOne<N> x{};
  E estimate{};
};

}  // namespace driftbench
