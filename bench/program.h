// How a program of this folder ends.
#pragma once

#include <fmt/core.h>

#include <cstdio>
#include <exception>

#include "tools/base/errors.h"
#include "tools/base/quote.h"

namespace driftbench {

/// The exit status of run(argc, argv); what it throws goes to stderr under the program's name: 2 for an ArgumentError,
/// else 1.
inline int run_program(const char* name, int (*run)(int, char**), int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const ArgumentError& error) {
    fmt::print(stderr, "{}: {}\n", name, printable(error.what()));
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}: {}\n", name, printable(error.what()));
    return 1;
  }
}

}  // namespace driftbench
