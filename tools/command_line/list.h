// The command list defines the drifts and names the compiled sizes.
#pragma once

#include <memory>

#include "tools/command_line/command.h"

namespace driftbench {

std::unique_ptr<Command> list_command();

}  // namespace driftbench
