// The command scaling measures how the cost of a step grows with the size.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "tools/base/outputs.h"
#include "tools/command_line/command.h"
#include "tools/command_line/findings.h"
#include "tools/command_line/selection.h"
#include "tools/measurements/requests.h"

namespace driftbench {

struct ScalingPlan {
  std::vector<DriftAtSizes> drifts;
  Request request;         ///< settings, seed and quiet, which every request takes over
  std::int64_t steps = 0;  ///< steps at each size; 20 or more, so that their median is supported
};

std::unique_ptr<Command> scaling_command();
/// Runs the command. Draws the picture too, where there is one among the outputs.
Findings run_scaling(const ScalingPlan& plan, Outputs& outputs, Output* picture);

}  // namespace driftbench
