// What is said of a failure, and of memory that the system refuses.
#pragma once

#include <exception>
#include <string>

namespace driftbench {

/// One line: what could not be had, which options of the subcommand make it need less, and which limit stands in the
/// way.
std::string out_of_memory(const std::string& command);

/// One line for what the subcommand threw.
std::string reason(const std::exception& error, const std::string& command);

/// The same, where earlier measurements of the run stand.
std::string reason_after_results(const std::exception& error, const std::string& command);

/// Takes the stack that the program needs: were it refused later, by a limit on memory, no error could be reported.
void take_stack();

}  // namespace driftbench
