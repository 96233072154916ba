// The command lipschitz measures how fast a drift moves with Y.
#pragma once

#include <memory>

#include "tools/command_line/command.h"
#include "tools/command_line/findings.h"
#include "tools/command_line/points.h"

namespace driftbench {

std::unique_ptr<Command> lipschitz_command();
Findings run_lipschitz(const PointsPlan& plan);

}  // namespace driftbench
