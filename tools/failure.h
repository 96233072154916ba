// What it means for the user that the system refused memory.
#pragma once

#include <string>

namespace driftbench {

/// One line: what could not be had, which options of the subcommand make it need less, and which limit stands in the
/// way.
std::string out_of_memory(const std::string& command);

}  // namespace driftbench
