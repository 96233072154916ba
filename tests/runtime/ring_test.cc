#include "runtime/ring.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>
#include <vector>

namespace driftbench {
namespace {

TEST(Ring, HoldsItsCapacity) {
  for (const std::size_t capacity : {1U, 2U, 3U, 64U}) {
    SCOPED_TRACE(capacity);
    Ring<int> ring(capacity, -1);
    EXPECT_EQ(ring.front(), nullptr);
    for (std::size_t i = 0; i < capacity; ++i) {
      int* slot = ring.next_free();
      ASSERT_NE(slot, nullptr) << i;
      EXPECT_EQ(*slot, -1);
      *slot = static_cast<int>(i);
      ring.push();
    }
    EXPECT_EQ(ring.next_free(), nullptr);
    for (std::size_t i = 0; i < capacity; ++i) {
      ASSERT_NE(ring.front(), nullptr) << i;
      EXPECT_EQ(*ring.front(), static_cast<int>(i));
      ring.pop();
      EXPECT_NE(ring.next_free(), nullptr);
    }
    EXPECT_EQ(ring.front(), nullptr);
  }
}

TEST(Ring, ASlotIsSeenWhenItIsHandedOver) {
  Ring<int> ring(4, 0);
  *ring.next_free() = 7;
  EXPECT_EQ(ring.front(), nullptr);
  ring.push();
  ASSERT_NE(ring.front(), nullptr);
  EXPECT_EQ(*ring.front(), 7);
}

TEST(Ring, SlotsAreReusedWithWhatTheyHold) {
  Ring<std::vector<float>> ring(2, std::vector<float>(5));
  const float* first = ring.next_free()->data();
  for (int i = 0; i < 2; ++i) {
    ring.push();
    ASSERT_NE(ring.front(), nullptr);
    ring.pop();
  }
  EXPECT_EQ(ring.next_free()->data(), first);
}

/// A record that is inconsistent where the consumer sees it half written.
struct Record {
  std::uint64_t number = 0;
  std::uint64_t copies[7] = {};
};

/// Runs a producer, which drops records that find no room, beside a consumer. The records that arrive must be whole and
/// in order; with those that were dropped they must be all.
void expect_order(std::uint64_t records, std::chrono::microseconds producer_pause,
                  std::chrono::microseconds consumer_pause) {
  Ring<Record> ring(16, {});
  std::atomic<bool> done{false};
  std::uint64_t dropped = 0;
  std::thread producer([&] {
    for (std::uint64_t i = 0; i < records; ++i) {
      if (i % 64 == 0) std::this_thread::sleep_for(producer_pause);
      Record* slot = ring.next_free();
      if (slot == nullptr) {
        ++dropped;
        continue;
      }
      slot->number = i;
      for (auto& copy : slot->copies) copy = i;
      ring.push();
    }
    done = true;
  });
  std::uint64_t received = 0, torn = 0, next = 0, unordered = 0;
  while (true) {
    const bool last_look = done;
    while (const Record* record = ring.front()) {
      unordered += record->number < next;
      next = record->number + 1;
      for (const std::uint64_t copy : record->copies) torn += copy != record->number;
      if (received++ % 16 == 0) std::this_thread::sleep_for(consumer_pause);
      ring.pop();
    }
    if (last_look) break;
  }
  producer.join();
  EXPECT_EQ(unordered, 0U);
  EXPECT_EQ(torn, 0U);
  EXPECT_EQ(received + dropped, records);
}

TEST(Ring, FastReader) { expect_order(200'000, std::chrono::microseconds(10), std::chrono::microseconds(0)); }
TEST(Ring, SlowReader) { expect_order(20'000, std::chrono::microseconds(0), std::chrono::microseconds(100)); }

}  // namespace
}  // namespace driftbench
