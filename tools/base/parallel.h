// Several threads share the work on independent parts.
#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <vector>

#include "tools/base/errors.h"

namespace driftbench {

/// A task is what one thread does until nothing is left to do.
using Task = std::function<void()>;

/// Makes a task on each of `threads` threads, this one being the first, and runs it on the same thread once all are
/// made. Where the system lacks the threads, or the memory for their tasks, those that there are go on alone; stderr
/// says how many, once in a process. Throws RunError where not even this thread's task can be had. Any other exception
/// calls stop(), which tells the tasks to end; the first one is thrown from here.
void run_on_threads(int threads, const std::function<Task()>& make_task, const std::function<void()>& stop);

/// Calls body(state, i) for i = 0 ... count - 1 in any order, on `threads` threads or as many as there are, each with a
/// state of its own from make_state(). Which thread takes which i is left to chance: results must depend on i alone.
/// The first exception stops the others at their next part and is thrown from here.
template <class MakeState, class Body>
void parallel_for(std::int64_t count, int threads, MakeState make_state, Body body) {
  std::atomic<std::int64_t> next{0};
  const auto make_task = [&]() -> Task {
    auto state = std::make_shared<decltype(make_state())>(make_state());
    return [&next, &body, count, state = std::move(state)] {
      for (std::int64_t i; (i = next++) < count;) body(*state, i);
    };
  };
  run_on_threads(static_cast<int>(std::clamp<std::int64_t>(count, 1, threads)), make_task, [&] { next = count; });
}

/// Calls body(state, first, size) for the groups of `most` numbers that follow one another in 0 ... count - 1, of which
/// the last may be smaller. All else is as in parallel_for.
template <class MakeState, class Body>
void parallel_for_groups(std::int64_t count, std::int64_t most, int threads, MakeState make_state, Body body) {
  parallel_for((count + most - 1) / most, threads, make_state, [&](auto& state, std::int64_t group) {
    body(state, group * most, std::min(most, count - group * most));
  });
}

/// Returns `count` copies of the value, one for the result of each part of the work. `option` is the argument that
/// makes them so many. Throws RunError, before the work begins, where there is no memory for them.
template <class T>
std::vector<T> make_values(std::size_t count, const char* option, const T& value = T()) {
  try {
    return std::vector<T>(count, value);
  } catch (const std::bad_alloc&) {
    throw RunError(fmt::format(
        "{}: out of memory before the work began: the {:.0f} MiB for the results cannot be had; lower it, or raise the "
        "limit on memory (ulimit -v)",
        option, static_cast<double>(count * sizeof(T)) / (1 << 20)));
  }
}

}  // namespace driftbench
