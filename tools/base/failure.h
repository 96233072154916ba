// These functions say what is told of a failure, and take memory early where the system could refuse it later.
#pragma once

#include <exception>
#include <string>
#include <string_view>

namespace driftbench {

/// Returns one line for what a command threw. `less_memory` says which of its options make it need less memory, such as
/// "lower --n"; where memory was refused, the line has this and the limit that stands in the way.
std::string reason(const std::exception& error, const std::string& less_memory);

/// Returns the same line where earlier measurements of the run stand, and says that they are kept.
std::string reason_after_results(const std::exception& error, const std::string& less_memory);

/// Prints the text on stderr as one line, whatever the arguments that it quotes hold.
void print_error(std::string_view text);

/// Sets memory aside that becomes free when the system first refuses some: what is thrown then finds memory on its way,
/// as the destructors of JSON values need some.
void hold_memory_for_failures();

/// Takes the stack that the program needs. Were it refused later, by a limit on memory, no error could be reported.
void take_stack();

}  // namespace driftbench
