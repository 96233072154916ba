#include "tools/base/in_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tools/base/parallel.h"

namespace driftbench {
namespace {

constexpr std::int64_t kItems = 2000;

/// Calls body(i) for each item on some threads.
template <class F>
void on_threads(int threads, F body) {
  parallel_for(
      kItems, threads, [] { return 0; }, [&](int&, std::int64_t i) { body(i); });
}

TEST(InOrder, TakesEachOnceInOrder) {
  std::vector<std::int64_t> expected(kItems);
  std::iota(expected.begin(), expected.end(), 0);
  for (const int threads : {1, 2, 7}) {
    for (const std::size_t window : {1U, 2U, 5U, 3000U}) {
      std::vector<std::int64_t> taken;
      InOrder<std::int64_t> in_order(window, [&](std::int64_t item) { taken.push_back(item); });
      on_threads(threads, [&](std::int64_t i) { in_order.put(i, i); });
      EXPECT_TRUE(taken == expected) << threads << " threads, a window of " << window;
    }
  }
}

TEST(InOrder, OneThreadAtATimeTakes) {
  std::atomic<int> taking{0};
  int together = 0;
  InOrder<int> in_order(4, [&](int) {
    together += ++taking > 1;
    std::this_thread::yield();
    --taking;
  });
  on_threads(4, [&](std::int64_t i) { in_order.put(i, 0); });
  EXPECT_EQ(together, 0);
}

/// While the first item is taken, the other threads could put all that there are, were the window not full.
TEST(InOrder, TheWindowIsAllThatWaits) {
  constexpr std::int64_t kWindow = 5;
  constexpr int kThreads = 3;
  std::atomic<std::int64_t> taken{0}, furthest{0};
  InOrder<std::int64_t> in_order(kWindow, [&](std::int64_t item) {
    if (item == 0) std::this_thread::sleep_for(std::chrono::milliseconds(200));
    ++taken;
  });
  on_threads(kThreads, [&](std::int64_t i) {
    // An item that is begun lies behind those that are taken, those in the window and one for each other thread.
    furthest = std::max<std::int64_t>(furthest, i - taken);
    in_order.put(i, i);
  });
  EXPECT_LT(furthest, kWindow + kThreads);
  EXPECT_EQ(taken, kItems);
}

/// What is put in front is not held up by the item before the window: threads go on while one of them takes.
TEST(InOrder, OthersGoOnWhileOneTakes) {
  std::atomic<std::int64_t> put{0};
  InOrder<std::int64_t> in_order(4, [&](std::int64_t item) {
    // The second thread puts 1, 2 and 3 while this one takes 0.
    while (item == 0 && put < 3) std::this_thread::yield();
  });
  parallel_for(
      4, 2, [] { return 0; },
      [&](int&, std::int64_t i) {
        in_order.put(i, i);
        ++put;
      });
  EXPECT_EQ(put, 4);
}

TEST(InOrder, WhatTakeThrowsEndsAll) {
  std::int64_t taken = 0;
  InOrder<std::int64_t> in_order(3, [&](std::int64_t item) {
    if (item == 10) throw std::runtime_error("item 10");
    ++taken;
  });
  try {
    on_threads(4, [&](std::int64_t i) { in_order.put(i, i); });
    ADD_FAILURE() << "nothing was thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(error.what(), std::string("item 10"));
  }
  EXPECT_EQ(taken, 10);
}

/// The thread that has the next item fails, and the others wait for it with a full window.
TEST(InOrder, StopLetsTheOthersGo) {
  std::int64_t taken = 0;
  InOrder<std::int64_t> in_order(2, [&](std::int64_t) { ++taken; });
  const auto body = [&](std::int64_t i) {
    if (i != 5) return in_order.put(i, i);
    in_order.stop();
    throw std::runtime_error("item 5");
  };
  EXPECT_THROW(on_threads(4, body), std::runtime_error);
  EXPECT_LE(taken, 5);
}

}  // namespace
}  // namespace driftbench
