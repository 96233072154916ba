#include "tools/base/progress.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace driftbench {

const char* terminal_line_start() {
  const char* const terminal = std::getenv("TERM");
  const std::string_view kind = terminal == nullptr ? "" : terminal;
  return isatty(STDERR_FILENO) == 1 && !kind.empty() && kind != "dumb" ? "\r\033[K" : "";
}

Progress::Progress(std::string label, std::int64_t total, bool quiet)
    : label_(std::move(label)),
      total_(total),
      line_start_(quiet ? "" : terminal_line_start()),
      start_(std::chrono::steady_clock::now()) {
  if (is_shown()) show(0);
}

Progress::~Progress() {
  if (is_shown()) std::fputs(line_start_.c_str(), stderr);
}

void Progress::advance(std::int64_t parts) {
  const std::int64_t done = done_ += parts;
  if (is_shown()) show(done);
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
  std::fputs(fmt::format("{}{}: {:.0f} %{}", line_start_, label_, 100 * fraction, left).c_str(), stderr);
  std::fflush(stderr);
}

}  // namespace driftbench
