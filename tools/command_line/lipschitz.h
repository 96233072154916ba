// The command lipschitz measures how fast a drift moves with Y.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "tools/command_line/command.h"
#include "tools/command_line/common_options.h"
#include "tools/command_line/findings.h"

namespace driftbench {

struct LipschitzPlan : DriftPlan {
  std::vector<double> times;
  std::int64_t samples = 0;  ///< observations at each time
};

std::unique_ptr<Command> lipschitz_command();
Findings run_lipschitz(const LipschitzPlan& plan);

}  // namespace driftbench
