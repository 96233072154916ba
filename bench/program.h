// What all programs of this folder do when they end.
#pragma once

#include <fmt/core.h>

#include <cstdio>
#include <exception>

#include "tools/base/errors.h"
#include "tools/base/quote.h"

namespace driftbench {

/// Returns the exit status of run(argc, argv). An exception goes to stderr under the program's name; the status is then
/// 2 for an ArgumentError and 1 for any other.
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
