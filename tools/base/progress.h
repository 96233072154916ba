// Progress is a line on the terminal that says how far long work has come.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace driftbench {

/// Returns what clears the terminal's current line on stderr, so that something else can be said there. It is empty
/// where stderr is no terminal, or one that obeys no escape sequences, which the variable TERM tells.
const char* terminal_line_start();

/// Counts the parts of one piece of work and shows them with the time left, on stderr, if that is a terminal whose
/// lines can be cleared and the user did not ask for quiet. advance() may be called from any thread.
class Progress {
 public:
  Progress(std::string label, std::int64_t total, bool quiet);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void advance(std::int64_t parts = 1);

 private:
  bool is_shown() const { return !line_start_.empty(); }
  void show(std::int64_t done);

  const std::string label_;
  const std::int64_t total_;
  const std::string line_start_;  // empty where nothing is shown
  const std::chrono::steady_clock::time_point start_;
  std::atomic<std::int64_t> done_{0};
  std::atomic<std::int64_t> next_show_ms_{0};
  std::mutex mutex_;
};

}  // namespace driftbench
