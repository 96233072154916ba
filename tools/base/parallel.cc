#include "tools/base/parallel.h"

#include <fmt/core.h>
#include <malloc.h>

#include <exception>
#include <latch>
#include <mutex>
#include <new>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "tools/base/errors.h"
#include "tools/base/memory_reserve.h"
#include "tools/base/progress.h"

namespace driftbench {
namespace {

/// This much memory remains for the work itself and its results where threads take all that they can get.
constexpr std::size_t kReservedBytes = 16 << 20;
constexpr char kNoMemory[] = "out of memory";

/// Keeps the first of the exceptions of all threads.
class FirstException {
 public:
  void keep() {
    const std::lock_guard lock(mutex_);
    if (!exception_) exception_ = std::current_exception();
  }
  void rethrow() const {
    if (exception_) std::rethrow_exception(exception_);
  }

 private:
  std::mutex mutex_;
  std::exception_ptr exception_;
};

/// Starts threads until there are `count` of them, or no more can be had; `why` is then the reason.
void start_threads(int count, const Task& body, std::vector<std::jthread>& threads, std::string& why) {
  try {
    threads.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) threads.emplace_back(body);
  } catch (const std::system_error& error) {
    why = error.code().message();
  } catch (const std::bad_alloc&) {
    why = kNoMemory;
  }
}

void say_fewer(int wanted, int running, const std::string& why) {
  static std::once_flag said;
  std::call_once(said, [&] {
    fmt::print(stderr,
               "{}driftbench: warning: --threads: {} are not to be had: {}; going on with {}, which changes no result; "
               "lower --threads, or raise the limits on threads (ulimit -u) and memory (ulimit -v)\n",
               terminal_line_start(), wanted, why, running);
  });
}

Task make_first_task(const std::function<Task()>& make_task) {
  try {
    return make_task();
  } catch (const std::bad_alloc&) {
    throw RunError(
        "out of memory before the work began: there is none for the matrices of one thread, whatever --threads; "
        "give a smaller --n, or raise the limit on memory (ulimit -v)");
  }
}

}  // namespace

void run_on_threads(int threads, const std::function<Task()>& make_task, const std::function<void()>& stop) {
  // An arena of the heap for each thread takes 64 MiB of addresses and speeds up nothing: steps do not allocate.
  mallopt(M_ARENA_MAX, 1);
  FirstException exception;
  const auto run = [&](const Task& task) {
    try {
      task();
    } catch (...) {
      exception.keep();
      stop();
    }
  };
  const Task first = make_first_task(make_task);
  MemoryReserve reserve(kReservedBytes);
  const int wanted = threads - 1;
  std::latch made(threads);
  std::atomic<int> without_memory{0};
  std::string why = kNoMemory;
  {
    std::vector<std::jthread> others;
    const Task body = [&] {
      Task task;
      try {
        task = make_task();
      } catch (const std::bad_alloc&) {
        ++without_memory;
      } catch (...) {
        exception.keep();
        stop();
      }
      made.arrive_and_wait();
      if (task) run(task);
    };
    if (reserve.held()) start_threads(wanted, body, others, why);
    const int started = static_cast<int>(others.size());
    made.arrive_and_wait(wanted - started + 1);
    reserve.release();
    const int running = 1 + started - without_memory;
    if (running < threads) say_fewer(threads, running, why);
    run(first);
  }
  exception.rethrow();
}

}  // namespace driftbench
