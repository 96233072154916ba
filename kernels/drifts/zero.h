#pragma once

#include "kernels/drift.h"
#include "kernels/rank_one.h"

namespace driftbench {

/// m = 0, the best constant drift up to the factor w: score-matching error w. It does not read Y.
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
