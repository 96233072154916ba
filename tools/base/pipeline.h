// A pipeline reads, works and writes at the same time, each on a thread of its own.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "tools/base/errors.h"

namespace driftbench {

/// A queue between two threads, which one of them ends.
template <class T>
class Channel {
 public:
  /// Adds an item, which is dropped where the channel has ended.
  void push(T item) {
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    items_.push_back(std::move(item));
    changed_.notify_one();
  }
  /// Says that no item follows. pop() still returns those that are there.
  void end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_one();
  }
  /// Ends the channel and drops the items that are there.
  void abandon() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    items_.clear();
    changed_.notify_one();
  }
  /// Waits for an item and takes it; returns none where the channel has ended.
  std::optional<T> pop() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ended_ || !items_.empty(); });
    if (items_.empty()) return std::nullopt;
    T item = std::move(items_.front());
    items_.pop_front();
    return item;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<T> items_;
  bool ended_ = false;
};

/// The three parts of a pipeline. Each is called for every item in turn, read() and write() on threads of their own and
/// work() on the caller's.
template <class Item>
struct PipelineParts {
  std::function<bool(Item&)> read;         ///< fills an item that was written before, or returns false at the end
  std::function<void(Item&)> work;         ///< changes the item
  std::function<void(const Item&)> write;  ///< sends it away
  std::function<void()> stop_reading;      ///< makes a read() that waits return; called from other threads
};

namespace pipeline_detail {

/// Calls f and returns what it threw.
template <class F>
std::exception_ptr exception_of(F f) {
  try {
    f();
  } catch (...) {
    return std::current_exception();
  }
  return nullptr;
}

template <class Body>
std::jthread start(const Body& body) {
  try {
    return std::jthread(body);
  } catch (const std::system_error& error) {
    throw RunError("no thread is to be had to read or write: " + error.code().message() +
                   "; raise the limits on threads (ulimit -u) and memory (ulimit -v)");
  }
}

}  // namespace pipeline_detail

/// Runs the parts until read() returns false, with `items` items in all, which bounds the memory. The order of items is
/// kept. What is thrown is what a loop of read, work and write would throw: where a part throws, the items before are
/// written, and none after. Throws RunError where the system lacks the threads.
template <class Item>
void run_pipeline(std::size_t items, const PipelineParts<Item>& parts) {
  using pipeline_detail::exception_of;
  Channel<Item> free, filled, done;
  for (std::size_t i = 0; i < items; ++i) free.push(Item());
  const auto stop_reading = [&] {
    free.abandon();
    filled.abandon();
    parts.stop_reading();
  };
  std::exception_ptr read_failure, work_failure, write_failure;
  const auto read_all = [&] {
    read_failure = exception_of([&] {
      for (auto item = free.pop(); item && parts.read(*item); item = free.pop()) filled.push(std::move(*item));
    });
    filled.end();
  };
  const auto work_all = [&] {
    for (auto item = filled.pop(); item; item = filled.pop()) {
      parts.work(*item);
      done.push(std::move(*item));
    }
  };
  const auto write_all = [&] {
    write_failure = exception_of([&] {
      for (auto item = done.pop(); item; item = done.pop()) {
        parts.write(*item);
        free.push(std::move(*item));
      }
    });
    if (write_failure) stop_reading();
  };
  {
    std::jthread reader, writer;
    work_failure = exception_of([&] {
      reader = pipeline_detail::start(read_all);
      writer = pipeline_detail::start(write_all);
      work_all();
    });
    if (work_failure) stop_reading();
    done.end();
  }
  for (const auto& failure : {write_failure, work_failure, read_failure}) {
    if (failure) std::rethrow_exception(failure);
  }
}

}  // namespace driftbench
