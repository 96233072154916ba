#include "tools/failure.h"

#include <fmt/core.h>
#include <sys/resource.h>

#include <cstddef>
#include <new>

namespace driftbench {
namespace {

/// Says how the subcommand can need less memory.
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

std::string out_of_memory(const std::string& command) {
  return fmt::format("out of memory; {}, or raise the limit on memory (ulimit -v)", less_memory(command));
}

std::string reason(const std::exception& error, const std::string& command) {
  return dynamic_cast<const std::bad_alloc*>(&error) != nullptr ? out_of_memory(command) : error.what();
}

std::string reason_after_results(const std::exception& error, const std::string& command) {
  return reason(error, command) + "; what was measured before that is kept";
}

[[gnu::noinline]] void take_stack() {
  constexpr std::size_t kBytes = 512 << 10, kPage = 4096;
  rlimit limit{};
  if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur < 2 * kBytes) return;
  [[maybe_unused]] volatile char stack[kBytes];
  for (std::size_t i = 0; i < kBytes; i += kPage) stack[i] = 0;
}

}  // namespace driftbench
