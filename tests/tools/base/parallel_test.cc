#include "tools/base/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <new>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tools/base/errors.h"

namespace driftbench {
namespace {

constexpr std::int64_t kParts = 1000;

TEST(Parallel, EachPartIsDoneOnce) {
  for (const int threads : {1, 2, 8, 64}) {
    for (const std::int64_t count : {std::int64_t{1}, std::int64_t{7}, kParts}) {
      std::vector<int> done(static_cast<std::size_t>(count));
      parallel_for(
          count, threads, [] { return 0; },
          [&](int& state, std::int64_t i) {
            ++state;
            ++done[static_cast<std::size_t>(i)];
          });
      EXPECT_EQ(done, std::vector<int>(static_cast<std::size_t>(count), 1)) << threads << " threads";
    }
  }
}

TEST(Parallel, EachThreadHasAStateOfItsOwn) {
  std::atomic<int> states{0}, shared{0};
  parallel_for(
      kParts, 4,
      [&] {
        ++states;
        return std::thread::id();
      },
      [&](std::thread::id& owner, std::int64_t) {
        if (owner == std::thread::id()) owner = std::this_thread::get_id();
        shared += owner != std::this_thread::get_id();
      });
  EXPECT_EQ(states, 4);
  EXPECT_EQ(shared, 0);
}

TEST(Parallel, NoMoreThreadsThanParts) {
  std::atomic<int> states{0};
  parallel_for(
      3, 100, [&] { return ++states; }, [](int&, std::int64_t) {});
  EXPECT_EQ(states, 3);
}

TEST(Parallel, HasNothingToDo) {
  parallel_for(
      0, 4, [] { return 0; }, [](int&, std::int64_t) { FAIL(); });
}

/// One thread throws while the other is in no hurry. The parts that are left would take that one seconds; it must do
/// only those that it is at.
TEST(Parallel, AnExceptionStopsTheOtherThreads) {
  constexpr std::int64_t kSlowParts = 4000;
  std::atomic<int> at_work{0}, done{0};
  const auto body = [&](int&, std::int64_t) {
    if (++at_work == 1) {
      while (at_work < 2) std::this_thread::yield();
      throw std::runtime_error("the first part");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    ++done;
  };
  try {
    parallel_for(
        kSlowParts, 2, [] { return 0; }, body);
    ADD_FAILURE() << "nothing was thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(error.what(), std::string("the first part"));
  }
  EXPECT_GE(done, 1);
  EXPECT_LT(done, kSlowParts / 4);
}

TEST(Parallel, AStateThatCannotBeMadeForAnotherReasonIsAnError) {
  std::atomic<int> states{0};
  const auto run = [&] {
    parallel_for(
        kParts, 4, [&] { return states++ == 2 ? throw std::logic_error("state") : 0; }, [](int&, std::int64_t) {});
  };
  EXPECT_THROW(run(), std::logic_error);
}

TEST(Parallel, GoesOnWithTheThreadsThatHaveMemory) {
  std::atomic<int> states{0};
  std::vector<int> done(kParts);
  testing::internal::CaptureStderr();
  for (int time = 0; time < 2; ++time) {
    states = 0;
    parallel_for(
        kParts, 6, [&] { return states++ % 2 == 1 ? throw std::bad_alloc() : 0; },
        [&](int&, std::int64_t i) { ++done[static_cast<std::size_t>(i)]; });
  }
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_EQ(done, std::vector<int>(kParts, 2));
  EXPECT_EQ(said,
            "driftbench: warning: --threads: 6 are not to be had: out of memory; going on with 3, which changes no "
            "result; lower --threads, or raise the limits on threads (ulimit -u) and memory (ulimit -v)\n");
}

TEST(Parallel, WithoutMemoryForOneNoWorkBegins) {
  std::atomic<int> done{0};
  std::string what;
  try {
    parallel_for(
        kParts, 4, []() -> int { throw std::bad_alloc(); }, [&](int&, std::int64_t) { ++done; });
  } catch (const RunError& error) {
    what = error.what();
  }
  EXPECT_NE(what.find("out of memory before the work began"), std::string::npos) << what;
  EXPECT_NE(what.find("--threads"), std::string::npos) << what;
  EXPECT_NE(what.find("--n"), std::string::npos) << what;
  EXPECT_EQ(done, 0);
}

}  // namespace
}  // namespace driftbench
