#include "tools/failure.h"

#include <fmt/core.h>

#include <new>
#include <system_error>

namespace driftbench {
namespace {

/// How to need less memory, by subcommand.
std::string less_memory(const std::string& command) {
  if (command == "sample") return "lower --chains, --threads or --n, or give fewer drifts";
  if (command == "mse" || command == "reduce" || command == "lipschitz") return "lower --samples, --threads or --n";
  if (command == "convergence") return "lower --chains, --threads or --n";
  if (command == "profile") return "lower --n, or give fewer drifts";
  if (command == "scaling") return "give fewer drifts, or a --k of smaller sizes";
  if (command == "denoise") return "give smaller matrices";
  if (command == "compare") return "give smaller files";
  if (command == "report") return "lower --threads or --n, or give --quick";
  return "lower --threads or --n";
}

}  // namespace

std::string describe_failure(const std::exception& error, const std::string& command) {
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) {
    return fmt::format("out of memory; {}; or raise the limit on memory (ulimit -v)", less_memory(command));
  }
  const auto* const system = dynamic_cast<const std::system_error*>(&error);
  if (system == nullptr) return error.what();
  if (system->code() == std::errc::resource_unavailable_try_again) {
    return fmt::format(
        "a thread cannot be had: {}; {}; or raise the limits on threads (ulimit -u) and memory (ulimit -v)",
        error.what(), less_memory(command));
  }
  if (system->code() == std::errc::too_many_files_open) {
    return fmt::format("a file cannot be opened: {}; raise the limit on open files (ulimit -n)", error.what());
  }
  return error.what();
}

}  // namespace driftbench
