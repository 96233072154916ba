// A line on the terminal that says how far long work has come.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace driftbench {

/// Counts the parts of one piece of work and shows them with the time left, on stderr, if that is a terminal and the
/// user did not ask for quiet. advance() may be called from any thread.
class Progress {
 public:
  Progress(std::string label, std::int64_t total, bool quiet);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void advance(std::int64_t parts = 1);

 private:
  void show(std::int64_t done);

  const std::string label_;
  const std::int64_t total_;
  const bool enabled_;
  const std::chrono::steady_clock::time_point start_;
  std::atomic<std::int64_t> done_{0};
  std::atomic<std::int64_t> next_show_ms_{0};
  std::mutex mutex_;
};

}  // namespace driftbench
