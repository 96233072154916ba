// The command mse measures the score-matching error of a drift against the signal-to-noise ratio.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "tools/command_line/command.h"
#include "tools/command_line/common_options.h"
#include "tools/command_line/findings.h"

namespace driftbench {

struct MsePlan : DriftPlan {
  std::vector<double> times;
  std::int64_t samples = 0;  ///< draws of x and of the noise at each time
};

std::unique_ptr<Command> mse_command();
Findings run_mse(const MsePlan& plan);

}  // namespace driftbench
