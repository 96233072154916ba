#include "tools/base/failure.h"

#include <fmt/core.h>
#include <sys/resource.h>

#include <atomic>
#include <cstddef>
#include <cstdio>
#include <new>

#include "tools/base/memory_reserve.h"
#include "tools/base/quote.h"

namespace driftbench {
namespace {

constexpr std::size_t kStackBytes = 512 << 10;

/// Touches so much of the stack, from a frame of its own, which a small stack could not hold.
[[gnu::noinline]] void touch_stack() {
  constexpr std::size_t kPage = 4096;
  [[maybe_unused]] volatile char stack[kStackBytes];
  for (std::size_t i = 0; i < kStackBytes; i += kPage) stack[i] = 0;
}

}  // namespace

std::string reason(const std::exception& error, const std::string& less_memory) {
  if (dynamic_cast<const std::bad_alloc*>(&error) == nullptr) return error.what();
  return fmt::format("out of memory; {}, or raise the limit on memory (ulimit -v)", less_memory);
}

std::string reason_after_results(const std::exception& error, const std::string& less_memory) {
  return reason(error, less_memory) + "; what was measured before that is kept";
}

void print_error(std::string_view text) {
  std::fputs(fmt::format("driftbench: {}\n", printable(text)).c_str(), stderr);
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
