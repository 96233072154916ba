// These functions say what is told of a failure, and take memory early where the system could refuse it later.
#pragma once

#include <exception>
#include <string>

namespace driftbench {

/// Returns one line that says what could not be had, which options of the subcommand make it need less, and which limit
/// stands in the way.
std::string out_of_memory(const std::string& command);

/// Returns one line for what the subcommand threw.
std::string reason(const std::exception& error, const std::string& command);

/// Returns the same line where earlier measurements of the run stand, and says that they are kept.
std::string reason_after_results(const std::exception& error, const std::string& command);

/// Sets memory aside that becomes free when the system first refuses some: what is thrown then finds memory on its way,
/// as the destructors of JSON values need some.
void hold_memory_for_failures();

/// Takes the stack that the program needs. Were it refused later, by a limit on memory, no error could be reported.
void take_stack();

}  // namespace driftbench
