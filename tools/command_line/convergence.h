// The command convergence measures what the length of a step costs along one Brownian path.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "tools/command_line/command.h"
#include "tools/command_line/common_options.h"
#include "tools/command_line/findings.h"

namespace driftbench {

struct ConvergencePlan : DriftPlan {
  TimeGrid grid;  ///< uniform
  std::int64_t levels = 0, chains = 0;
};

std::unique_ptr<Command> convergence_command();
Findings run_convergence(const ConvergencePlan& plan);

}  // namespace driftbench
