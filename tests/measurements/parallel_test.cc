#include "tools/parallel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace driftbench {
namespace {

TEST(ParallelFor, DoesEachPartOnce) {
  for (const int threads : {1, 2, 5}) {
    std::vector<std::atomic<int>> done(100);
    parallel_for(
        100, threads, [] { return 0; }, [&](int&, std::int64_t i) { ++done[static_cast<std::size_t>(i)]; });
    EXPECT_TRUE(std::all_of(done.begin(), done.end(), [](const auto& times) { return times == 1; })) << threads;
  }
}

TEST(ParallelFor, MakesAStateAThreadAndNoMoreThanParts) {
  for (const int threads : {1, 3, 8}) {
    std::atomic<int> made{0};
    parallel_for(
        3, threads, [&] { return ++made; }, [](int&, std::int64_t) {});
    EXPECT_GE(made, 1);
    EXPECT_LE(made, std::min(threads, 3));
  }
}

TEST(ParallelFor, HasNothingToDo) {
  parallel_for(
      0, 4, [] { return 0; }, [](int&, std::int64_t) { FAIL(); });
}

/// One thread throws, the other is in no hurry: of the parts that are left, which would take it seconds, it does those
/// that it is at.
TEST(ParallelFor, AnExceptionStopsTheOtherThreads) {
  constexpr std::int64_t kParts = 4000;
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
        kParts, 2, [] { return 0; }, body);
    ADD_FAILURE() << "nothing was thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(error.what(), std::string("the first part"));
  }
  EXPECT_GE(done, 1);
  EXPECT_LT(done, kParts / 4);
}

TEST(ParallelFor, AnExceptionOfAStateIsThrownToo) {
  EXPECT_THROW(parallel_for(
                   10, 3, []() -> int { throw std::runtime_error("no state"); }, [](int&, std::int64_t) {}),
               std::runtime_error);
}

}  // namespace
}  // namespace driftbench
