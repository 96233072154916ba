// This header reads the command line by its grammar: an optional subcommand and its options.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tools/command_line/command.h"

namespace driftbench {

/// Returns the command that the arguments name, with its options given, among commands of which the first has no name.
/// Where --help or --version is given, sets `answer` to the text that it asks for. Throws ArgumentError where an option
/// is unknown, given twice or lacks its value. What the values say is for the command to check.
Command& read_command_line(const std::vector<std::unique_ptr<Command>>& commands, int argc, const char* const* argv,
                           std::optional<std::string>& answer);

}  // namespace driftbench
