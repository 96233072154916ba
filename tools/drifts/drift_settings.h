// A drift may need these settings besides its size.
#pragma once

#include "kernels/drifts/defaults.h"
#include "kernels/target.h"

namespace driftbench {

class EstimatorProcesses;
struct MessagePassingWeights;

/// Settings of the target.
struct TargetSettings {
  double w = kTargetW;  ///< P(s = 1)
  double density = 1;   ///< of targets that have one: P(an entry of u is not 0)
};

/// Settings of the drifts. Each drift takes those that it has a use for. What is pointed to outlives the drifts.
struct DriftSettings {
  TargetSettings target;
  double lipschitz_constant = kLipschitzConstant;  ///< C of lipschitz(D), whose Lipschitz constant is C / t
  const MessagePassingWeights* weights = nullptr;  ///< not null where a drift that needs weights is made
  EstimatorProcesses* processes = nullptr;         ///< not null where a drift exec:COMMAND is made
};

}  // namespace driftbench
