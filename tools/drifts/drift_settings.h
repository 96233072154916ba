// A drift may need these settings besides its size.
#pragma once

#include "kernels/drifts/defaults.h"
#include "kernels/target.h"

namespace driftbench {

class EstimatorProcesses;
struct MessagePassingWeights;

/// Settings of the drifts. Each drift takes those that it has a use for. What is pointed to outlives the drifts.
struct DriftSettings {
  double target_w = kTargetW;                      ///< P(s = 1)
  double lipschitz_constant = kLipschitzConstant;  ///< C of lipschitz(D), whose Lipschitz constant is C / t
  const MessagePassingWeights* weights = nullptr;  ///< not null where a drift that needs weights is made
  EstimatorProcesses* processes = nullptr;         ///< not null where a drift exec:COMMAND is made
};

}  // namespace driftbench
