// Two stored profiles side by side.
#pragma once

#include <string>

#include "tools/command_line/commands.h"

namespace driftbench {

/// The percentiles of each drift and phase in two documents that `profile --json` wrote, and their ratios b / a.
/// ArgumentError, which names the file, where one is no such document; and where they were not measured under the same
/// conditions: which one differs, and both values.
Report run_compare(const std::string& path_a, const std::string& path_b);

}  // namespace driftbench
