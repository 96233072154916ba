#include "tools/progress.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

namespace driftbench {

Progress::Progress(std::string label, std::int64_t total, bool quiet)
    : label_(std::move(label)),
      total_(total),
      enabled_(!quiet && isatty(STDERR_FILENO) == 1),
      start_(std::chrono::steady_clock::now()) {
  if (enabled_) show(0);
}

Progress::~Progress() {
  if (enabled_) std::fputs("\r\033[K", stderr);
}

void Progress::advance(std::int64_t parts) {
  const std::int64_t done = done_ += parts;
  if (enabled_) show(done);
}

void Progress::show(std::int64_t done) {
  using std::chrono::milliseconds;
  const auto elapsed = std::chrono::steady_clock::now() - start_;
  const std::int64_t elapsed_ms = std::chrono::duration_cast<milliseconds>(elapsed).count();
  std::int64_t due = next_show_ms_;
  if (elapsed_ms < due || !next_show_ms_.compare_exchange_strong(due, elapsed_ms + 100)) return;
  const std::lock_guard lock(mutex_);
  const double fraction = static_cast<double>(done) / static_cast<double>(total_);
  const std::string left =
      done == 0 ? "" : fmt::format(", {:.0f} s left", static_cast<double>(elapsed_ms) * 1e-3 * (1 / fraction - 1));
  std::fputs(fmt::format("\r\033[K{}: {:.0f} %{}", label_, 100 * fraction, left).c_str(), stderr);
  std::fflush(stderr);
}

}  // namespace driftbench
