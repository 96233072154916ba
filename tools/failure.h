// What a failure of the system means for the user.
#pragma once

#include <exception>
#include <string>

namespace driftbench {

/// One line: what could not be had, and, where the system refused memory, threads or open files, which options of the
/// subcommand need less of it and which limit stands in the way. The words of all other errors are their own.
std::string describe_failure(const std::exception& error, const std::string& command);

}  // namespace driftbench
