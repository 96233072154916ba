// A queue of records from one thread to one other, in order and in fixed memory.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/assertions.h"

namespace driftbench {

/// A queue of at most `capacity` slots, which the producer fills and the consumer reads in place. One thread calls the
/// producer's functions and one the consumer's, and neither ever waits for the other. After the constructor nothing is
/// allocated, unless a slot's own operations do.
template <class Slot>
class Ring {
 public:
  /// Makes all slots copies of the prototype. capacity >= 1.
  Ring(std::size_t capacity, const Slot& prototype) : slots_(capacity, prototype) { DRIFTBENCH_ASSERT(capacity >= 1); }

  /// Producer: returns the slot to fill next, which still holds what it held one capacity ago, or null where the ring
  /// is full.
  Slot* next_free() {
    const std::uint64_t pushed = pushed_.load(std::memory_order_relaxed);
    if (pushed - popped_seen_ == slots_.size()) {
      popped_seen_ = popped_.load(std::memory_order_acquire);
      if (pushed - popped_seen_ == slots_.size()) return nullptr;
    }
    return &slots_[static_cast<std::size_t>(pushed % slots_.size())];
  }
  /// Producer: hands over the slot that next_free() returned.
  void push() {
    DRIFTBENCH_ASSERT(pushed_.load(std::memory_order_relaxed) - popped_seen_ < slots_.size());
    pushed_.store(pushed_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

  /// Consumer: returns the oldest slot that was handed over, or null where the ring is empty.
  const Slot* front() {
    const std::uint64_t popped = popped_.load(std::memory_order_relaxed);
    if (popped == pushed_seen_) {
      pushed_seen_ = pushed_.load(std::memory_order_acquire);
      if (popped == pushed_seen_) return nullptr;
    }
    return &slots_[static_cast<std::size_t>(popped % slots_.size())];
  }
  /// Consumer: gives back the slot that front() returned.
  void pop() {
    DRIFTBENCH_ASSERT(popped_.load(std::memory_order_relaxed) != pushed_seen_);
    popped_.store(popped_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

 private:
  // What one thread writes lies in no cache line that the other writes. Each thread keeps the last count that it saw of
  // the other's, and reads the count anew only when that is used up.
  static constexpr std::size_t kCacheLine = 64;

  std::vector<Slot> slots_;
  alignas(kCacheLine) std::atomic<std::uint64_t> pushed_{0};
  std::uint64_t popped_seen_ = 0;
  alignas(kCacheLine) std::atomic<std::uint64_t> popped_{0};
  std::uint64_t pushed_seen_ = 0;
};

}  // namespace driftbench
