// What the commands that write documents share: the option --json, the document, and the files that are read for it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "tools/base/outputs.h"
#include "tools/command_line/command.h"
#include "tools/command_line/option.h"

namespace driftbench {

/// Returns the option --json.
Option json_option();

/// Names the files that the command reads, so that no output takes the place of one.
void keep_inputs(Command& command, Outputs& outputs);

/// Makes the document of a run. The environment is that of its results.
nlohmann::ordered_json make_document(const std::string& command_line, const nlohmann::ordered_json& environment,
                                     nlohmann::ordered_json results);

}  // namespace driftbench
