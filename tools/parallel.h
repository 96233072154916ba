// Work on independent parts by several threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace driftbench {

/// body(state, i) for i = 0 ... count - 1 in any order on `threads` threads, each with a state of its own from
/// make_state(). Which thread takes which i is left to chance: results must depend on i alone. The first exception
/// stops the others at their next part and is thrown from here.
template <class MakeState, class Body>
void parallel_for(std::int64_t count, int threads, MakeState make_state, Body body) {
  std::atomic<std::int64_t> next{0};
  std::exception_ptr error;
  std::mutex error_mutex;
  const auto work = [&] {
    try {
      auto state = make_state();
      for (std::int64_t i; (i = next++) < count;) body(state, i);
    } catch (...) {
      next = count;
      const std::lock_guard lock(error_mutex);
      if (!error) error = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> others;
    for (int i = 1; i < threads && i < count; ++i) others.emplace_back(work);
    work();
  }
  if (error) std::rethrow_exception(error);
}

}  // namespace driftbench
