// A stream whose reading another thread can end, however long its next byte is awaited.
#pragma once

#include <cstdio>
#include <memory>

namespace driftbench {

/// Ends the reading of streams, once and for all.
class StopSignal {
 public:
  /// Throws RunError where the system has no descriptor left.
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  void send() const;
  /// Returns the descriptor that can be read once the signal is sent.
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

using InputStream = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

/// Returns a stream that reads from the descriptor, which it closes at last. It ends where the signal, which outlives
/// it, is sent. Throws RunError where it cannot be made.
InputStream open_stoppable(int descriptor, const StopSignal& stop);

}  // namespace driftbench
