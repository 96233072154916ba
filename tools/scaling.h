// The command scaling measures how the cost of a step grows with the size.
#pragma once

#include <cstdint>
#include <vector>

#include "tools/arguments.h"
#include "tools/commands.h"
#include "tools/experiment.h"
#include "tools/outputs.h"

namespace driftbench {

struct ScalingOptions {
  std::vector<DriftAtSizes> drifts;
  Request request;         ///< settings, seed and quiet, which every request takes over
  std::int64_t steps = 0;  ///< steps at each size; 20 or more, so that their median is supported
};

/// Runs the command. Draws the picture too, where there is one among the outputs.
Report run_scaling(const ScalingOptions& options, Outputs& outputs, Output* picture);

}  // namespace driftbench
