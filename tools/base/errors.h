// A run of the command line can fail in two ways, with an error each.
#pragma once

#include <stdexcept>

namespace driftbench {

/// The user asked for something impossible. The message is one line that names the argument, what was given and what is
/// possible. The exit status is 2.
struct ArgumentError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The work was asked for rightly and failed. The exit status is 1.
struct RunError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace driftbench
