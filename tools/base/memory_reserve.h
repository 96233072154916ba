// Memory that is asked for before the work that ends in needing it.
#pragma once

#include <cstddef>

namespace driftbench {

/// Holds addresses, and no more than these, until it is released: what then asks for as much memory is not refused it
/// by a limit on the process (ulimit -v) that something else has reached meanwhile.
class MemoryReserve {
 public:
  explicit MemoryReserve(std::size_t bytes);
  ~MemoryReserve() { release(); }
  MemoryReserve(const MemoryReserve&) = delete;
  MemoryReserve& operator=(const MemoryReserve&) = delete;

  /// Whether there was as much.
  bool held() const { return data_ != nullptr; }
  void release();

 private:
  std::size_t bytes_;
  void* data_;
};

}  // namespace driftbench
