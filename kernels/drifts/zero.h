#pragma once

#include "kernels/drift.h"
#include "kernels/rank_one.h"

namespace driftbench {

/// The drift m = 0, whose score-matching error is w. The best constant, E[x] = (w / N) I, has w^2 / N less. It does not
/// read Y.
template <int N>
struct Zero {
  using Estimate = RankOne<N>;
  static constexpr char kName[] = "zero";
  static constexpr char kSummary[] = "0";

  Status operator()(const SymMatrix<N>&, float, Estimate& m) {
    m.set_zero();
    return Status::kOk;
  }
};

}  // namespace driftbench
