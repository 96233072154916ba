// The command scaling measures how the cost of a step grows with the size.
#pragma once

#include <cstdint>
#include <vector>

#include "tools/base/outputs.h"
#include "tools/command_line/arguments.h"
#include "tools/command_line/commands.h"
#include "tools/sizes/compiled_size.h"

namespace driftbench {

struct ScalingOptions {
  std::vector<DriftAtSizes> drifts;
  Request request;         ///< settings, seed and quiet, which every request takes over
  std::int64_t steps = 0;  ///< steps at each size; 20 or more, so that their median is supported
};

/// Runs the command. Draws the picture too, where there is one among the outputs.
Findings run_scaling(const ScalingOptions& options, Outputs& outputs, Output* picture);

}  // namespace driftbench
