// Whether the compiler optimized the code whose time is measured.
#pragma once

namespace driftbench {

/// Returns whether it did; the source of this function has the flags of that code.
bool is_timed_code_optimized();

}  // namespace driftbench
