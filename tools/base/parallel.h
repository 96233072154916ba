// Work on independent parts by several threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>

namespace driftbench {

/// What one thread does until nothing is left to do.
using Task = std::function<void()>;

/// Makes and runs a task on each of `threads` threads, this one being the first. make_task() is called on the thread
/// that runs the task, and no task runs before all are made. Where the system lacks the threads, or the memory for
/// their tasks, those that there are go on alone and stderr says how many, once in a process. RunError where not even
/// this thread's task can be had. The first other exception calls stop(), which tells the tasks to end, and is thrown
/// from here.
void run_on_threads(int threads, const std::function<Task()>& make_task, const std::function<void()>& stop);

/// body(state, i) for i = 0 ... count - 1 in any order on `threads` threads or as many as there are, each with a state
/// of its own from make_state(). Which thread takes which i is left to chance: results must depend on i alone. The
/// first exception stops the others at their next part and is thrown from here.
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

}  // namespace driftbench
