#include "tools/base/failure.h"

#include <fmt/core.h>
#include <sys/resource.h>

#include <atomic>
#include <cstddef>
#include <new>

#include "tools/base/memory_reserve.h"

namespace driftbench {
namespace {

/// Says how the subcommand can need less memory.
std::string less_memory(const std::string& command) {
  if (command == "sample") return "lower --chains, --threads or --n, or give fewer drifts";
  if (command == "mse" || command == "reduce" || command == "lipschitz") {
    return "lower --samples, --threads or --n, or give fewer times or drifts";
  }
  if (command == "convergence") return "lower --chains, --threads or --n";
  if (command == "profile") return "lower --n, or give fewer drifts";
  if (command == "scaling") return "give fewer drifts, or a --k of smaller sizes";
  if (command == "denoise") return "give smaller matrices";
  if (command == "compare") return "give smaller files";
  if (command == "report") return "lower --threads or --n, or give --quick";
  return "lower --threads or --n";
}

constexpr std::size_t kStackBytes = 512 << 10;

/// Touches so much of the stack, from a frame of its own, which a small stack could not hold.
[[gnu::noinline]] void touch_stack() {
  constexpr std::size_t kPage = 4096;
  [[maybe_unused]] volatile char stack[kStackBytes];
  for (std::size_t i = 0; i < kStackBytes; i += kPage) stack[i] = 0;
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

void hold_memory_for_failures() {
  constexpr std::size_t kBytes = 2 << 20;
  static MemoryReserve reserve(kBytes);
  std::set_new_handler([] {
    static std::atomic_flag released;
    if (!released.test_and_set()) reserve.release();
    throw std::bad_alloc();
  });
}

void take_stack() {
  rlimit limit{};
  if (getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur >= 2 * kStackBytes) touch_stack();
}

}  // namespace driftbench
