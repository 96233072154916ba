// The two ways in which a run of the command line can fail.
#pragma once

#include <stdexcept>

namespace driftbench {

/// The user asked for something impossible: one line that names the argument, what was given and what is possible.
/// Exit status 2.
struct ArgumentError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The work was asked for rightly and failed. Exit status 1.
struct RunError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace driftbench
