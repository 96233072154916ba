// The command draw writes direct samples of the target, or observations of them.
#pragma once

#include <memory>

#include "tools/command_line/command.h"

namespace driftbench {

std::unique_ptr<Command> draw_command();

}  // namespace driftbench
