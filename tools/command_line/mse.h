// The command mse measures the score-matching error of a drift against the signal-to-noise ratio.
#pragma once

#include <memory>

#include "tools/command_line/command.h"
#include "tools/command_line/findings.h"
#include "tools/command_line/points.h"

namespace driftbench {

std::unique_ptr<Command> mse_command();
Findings run_mse(const PointsPlan& plan);

}  // namespace driftbench
