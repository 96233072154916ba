// The command report measures everything and writes it as one HTML page, with its numbers as JSON beside it.
#pragma once

#include <memory>

#include "tools/command_line/command.h"

namespace driftbench {

std::unique_ptr<Command> report_command();

}  // namespace driftbench
