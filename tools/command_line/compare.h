// The command compare puts two stored profiles side by side.
#pragma once

#include <memory>
#include <string>

#include "tools/command_line/command.h"
#include "tools/command_line/findings.h"

namespace driftbench {

std::unique_ptr<Command> compare_command();

/// Compares the percentiles of each drift and phase in two documents that `profile --json` wrote, and gives their
/// ratios b / a. Throws ArgumentError where a file is no such document; the message names the file. Throws it too where
/// the two were not measured under the same conditions; the message says which condition differs, and both values.
Findings run_compare(const std::string& path_a, const std::string& path_b);

}  // namespace driftbench
