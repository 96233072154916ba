#include "tools/base/pipeline.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <vector>

namespace driftbench {
namespace {

/// What a run of a pipeline did with the numbers 0 ... 99, each of which its work doubles.
struct Outcome {
  std::vector<int> written;
  std::string thrown;
  bool stopped = false;
};

/// Runs a pipeline whose parts throw at these numbers.
Outcome run_until(int read_fails, int work_fails, int write_fails) {
  Outcome outcome;
  std::atomic<bool> stopped = false;
  int next = 0;
  const auto fail_at = [](int number, int at, const char* part) {
    if (number == at) throw std::runtime_error(part);
  };
  try {
    run_pipeline<int>(3, {[&](int& item) {
                            if (next == 100 || stopped) return false;
                            fail_at(next, read_fails, "read");
                            item = next++;
                            return true;
                          },
                          [&](int& item) {
                            fail_at(item, work_fails, "work");
                            item *= 2;
                          },
                          [&](const int& item) {
                            fail_at(item, 2 * write_fails, "write");
                            outcome.written.push_back(item);
                          },
                          [&] { stopped = true; }});
  } catch (const std::runtime_error& error) {
    outcome.thrown = error.what();
  }
  outcome.stopped = stopped;
  return outcome;
}

std::vector<int> doubled(int count) {
  std::vector<int> numbers;
  for (int i = 0; i < count; ++i) numbers.push_back(2 * i);
  return numbers;
}

TEST(Pipeline, KeepsTheOrder) {
  const Outcome outcome = run_until(-1, -1, -1);
  EXPECT_EQ(outcome.written, doubled(100));
  EXPECT_EQ(outcome.thrown, "");
  EXPECT_FALSE(outcome.stopped);
}

/// What comes before a failure is written, whichever part fails, and nothing after it.
TEST(Pipeline, WritesWhatIsBeforeAFailure) {
  for (int repeat = 0; repeat < 50; ++repeat) {
    const Outcome reading = run_until(40, -1, -1), working = run_until(-1, 40, -1), writing = run_until(-1, -1, 40);
    EXPECT_EQ(reading.thrown, "read");
    EXPECT_EQ(working.thrown, "work");
    EXPECT_EQ(writing.thrown, "write");
    for (const Outcome* outcome : {&reading, &working, &writing}) EXPECT_EQ(outcome->written, doubled(40));
    EXPECT_TRUE(working.stopped && writing.stopped);
  }
}

/// Where several parts fail, what is thrown is the failure that a loop of read, work and write would meet first.
TEST(Pipeline, ThrowsTheFirstFailure) {
  for (int repeat = 0; repeat < 50; ++repeat) {
    EXPECT_EQ(run_until(41, 40, -1).thrown, "work");
    EXPECT_EQ(run_until(42, 41, 40).thrown, "write");
  }
}

}  // namespace
}  // namespace driftbench
