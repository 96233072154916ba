// The command theory shows what AMP, and any denoiser, can do of a target as n grows.
#pragma once

#include <memory>

#include "tools/command_line/command.h"

namespace driftbench {

std::unique_ptr<Command> theory_command();

}  // namespace driftbench
