// A MemoryReserve asks for memory before the work that ends in needing it.
#pragma once

#include <cstddef>

namespace driftbench {

/// Holds addresses, but no memory behind them, until it is released. What then asks for as much memory is not refused
/// it by a limit on the process (ulimit -v) that something else has reached meanwhile.
class MemoryReserve {
 public:
  explicit MemoryReserve(std::size_t bytes);
  ~MemoryReserve() { release(); }
  MemoryReserve(const MemoryReserve&) = delete;
  MemoryReserve& operator=(const MemoryReserve&) = delete;

  /// Returns whether it holds the addresses: there were so many, and they are not released.
  bool held() const { return data_ != nullptr; }
  /// Gives up that many bytes more, to within a page.
  void give_up(std::size_t bytes);
  void release();

 private:
  std::size_t bytes_;   ///< still asked for
  std::size_t mapped_;  ///< whole pages that hold them
  void* data_;
};

}  // namespace driftbench
