// The table of commands: the parser, --help and the run are made from it.
#pragma once

#include <memory>
#include <vector>

#include "tools/command_line/command.h"

namespace driftbench {

/// Makes every command, in the order in which --help lists them. The first is what the program does without a
/// subcommand.
std::vector<std::unique_ptr<Command>> all_commands();

}  // namespace driftbench
