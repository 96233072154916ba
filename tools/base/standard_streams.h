// These functions look after standard input, output and error: text for people, and streams that the caller has closed.
#pragma once

#include <string_view>

namespace driftbench {

/// Takes the numbers 0, 1 and 2 where the caller has closed them, so that no file that is opened later becomes standard
/// output. Reading and writing such a stream fails as it does with a closed one. To be called first in main().
void hold_standard_streams();

/// Returns whether the caller has given a standard output that can be written.
bool stdout_is_open();

/// Writes all bytes, whatever interrupts, and waits where a pipe is full that was made not to wait. Returns 0, or errno
/// where not all could be written.
int write_all(int descriptor, std::string_view bytes);

/// Writes the text to stdout. Throws RunError where it, or anything before it, did not reach stdout.
void print_stdout(std::string_view text);

}  // namespace driftbench
