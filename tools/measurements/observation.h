// What one thread needs to estimate draws of x from their observations.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "kernels/rank_one.h"
#include "kernels/sym_matrix.h"
#include "tools/drifts/any_drift.h"

namespace driftbench {

/// A draw of x, its observation y, and what a drift makes of that.
template <int N, class E>
struct Observation {
  SymMatrix<N> y{};
  RankOne<N> x{};
  E estimate{};
};

/// Holds what one thread needs to draw x, observe it and estimate it, so many times at once.
template <int N, class E>
struct Denoising {
  Denoising(AnyDrift<N, E> drift_to_use, std::size_t count) : drift(std::move(drift_to_use)), seen(count) {}

  AnyDrift<N, E> drift;
  std::vector<Observation<N, E>> seen;
};

}  // namespace driftbench
