// InOrder puts in order what several threads finish out of order.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <mutex>
#include <utility>
#include <vector>

namespace driftbench {

/// Hands items, which several threads finish in any order, to one function in the order of their numbers 0, 1, 2, ...
///
/// An item that is finished before an earlier one waits in a window of fixed size. A thread whose item lies beyond the
/// window waits, too. So all items must be begun in the order of their numbers, as parallel_for does: then a thread
/// has the next one, and never waits for a place.
template <class Item>
class InOrder {
 public:
  /// take(item) is called by one thread at a time, with the lock released, so that the others go on until the window is
  /// full. Makes `window` >= 1 items, which are all that it ever holds.
  InOrder(std::size_t window, std::function<void(const Item&)> take) : slots_(window), take_(std::move(take)) {}
  InOrder(const InOrder&) = delete;
  InOrder& operator=(const InOrder&) = delete;

  /// Puts the item of that number, which must not have been put before, and hands on what is next in order. What `take`
  /// throws is thrown from here, and all later items are dropped, as after stop().
  void put(std::int64_t number, Item item) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return stopped_ || number - next_ < std::ssize(slots_); });
    if (stopped_) return;
    slot(number).item = std::move(item);
    slot(number).is_full = true;
    if (is_taking_) return;
    is_taking_ = true;
    while (!stopped_ && slot(next_).is_full) take_next(lock);
    is_taking_ = false;
  }

  /// Drops all items from here on and lets no thread wait any more. To be called where an item will never come.
  void stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    room_.notify_all();
  }

 private:
  struct Slot {
    Item item{};
    bool is_full = false;
  };

  Slot& slot(std::int64_t number) { return slots_[static_cast<std::size_t>(number) % slots_.size()]; }

  void take_next(std::unique_lock<std::mutex>& lock) {
    Slot& next = slot(next_);
    lock.unlock();
    try {
      take_(next.item);
    } catch (...) {
      stop();
      throw;
    }
    lock.lock();
    next.is_full = false;
    ++next_;
    room_.notify_all();
  }

  std::vector<Slot> slots_;
  const std::function<void(const Item&)> take_;
  std::mutex mutex_;
  std::condition_variable room_;
  std::int64_t next_ = 0;   // the number of the item that is taken next
  bool is_taking_ = false;  // whether a thread takes items
  bool stopped_ = false;
};

}  // namespace driftbench
