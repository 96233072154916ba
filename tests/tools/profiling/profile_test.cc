// Tests what is measured of a step, on a diffusion whose time the test makes.
#include "tools/profiling/profile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "tests/support.h"
#include "tools/base/errors.h"
#include "tools/base/output.h"
#include "tools/base/stream_file.h"
#include "tools/machine/conditions.h"
#include "tools/measurements/time_grid.h"

namespace driftbench {
namespace {

/// The fake clock's time, which advances where a test says so, and by how much each reading of the clock advances it.
std::uint64_t fake_ns = 0;
std::uint64_t ns_a_reading = 0;
const TickClock kFakeClock{[] { return fake_ns += ns_a_reading; }, 1.0, "fake", nullptr};

/// A drift of two phases and then the noise, each of which takes as long as it is told to.
class FakeDiffusion final : public Diffusion {
 public:
  const std::vector<Phase>& phases() const override { return phases_; }
  DriftWork work() const override { return {}; }
  void start(std::uint64_t chain) override {
    chains.push_back(chain);
    t_ = 0;
  }
  Status evaluate() override {
    fake_ns += first_ns + second_ns + stall();
    return next();
  }
  Status evaluate(StepTimer& timer) override {
    fake_ns += first_ns;
    timer(0);
    fake_ns += second_ns;
    timer(1);
    fake_ns += stall();
    return next();
  }
  void advance(float t_next) override {
    fake_ns += noise_ns;
    t_ = t_next;
  }
  float t() const override { return t_; }
  float largest() const override { return 2 * t_; }
  float norm() const override { return 0.25f; }
  std::size_t estimate_size() const override { return 3; }
  void copy_estimate(std::span<float> numbers) const override { std::fill(numbers.begin(), numbers.end(), t_); }

  std::uint64_t first_ns = 60'000, second_ns = 30'000, noise_ns = 10'000;
  std::function<std::uint64_t(std::int64_t)> stall_ns;  ///< by the number of evaluations before
  std::int64_t steps = 0;
  Status status = Status::kOk;
  std::function<Status(float)> status_at;  ///< by t; absent where all have `status`
  std::vector<std::uint64_t> chains;       ///< in the order in which they were started

 private:
  std::uint64_t stall() const { return stall_ns ? stall_ns(steps) : 0; }
  Status next() {
    ++steps;
    return status_at ? status_at(t_) : status;
  }
  std::vector<Phase> phases_{{"first"}, {"second"}};
  float t_ = 0;
};

class Profile : public ::testing::Test {
 protected:
  void SetUp() override {
    fake_ns = 1000;
    ns_a_reading = 0;
    request_.drift = "fake";
    request_.quiet = true;
    request_.grid = uniform_grid(0.5, 50);
  }
  StepProfile profile(std::int64_t steps) {
    request_.steps = steps;
    return profile_steps(diffusion_, request_, kFakeClock);
  }
  static std::map<std::string, LatencyHistogram> by_phase(const StepProfile& profile) {
    std::map<std::string, LatencyHistogram> latencies;
    for (const PhaseProfile& phase : profile.phases) latencies[phase.phase] = phase.latency;
    return latencies;
  }
  /// Whether one of the doubts holds these words.
  static bool doubted(const StepProfile& profile, const std::string& words) {
    return std::any_of(profile.doubts.begin(), profile.doubts.end(),
                       [&](const std::string& doubt) { return doubt.find(words) != std::string::npos; });
  }

  FakeDiffusion diffusion_;
  ProfileRequest request_;
};

TEST_F(Profile, SeveralTakeTurns) {
  FakeDiffusion other;
  other.first_ns = 160'000;
  // The machine is slow for a while, whichever of the two diffusions runs then.
  const auto slow = [](std::int64_t) { return fake_ns > 100'000'000 && fake_ns < 130'000'000 ? 50'000U : 0U; };
  diffusion_.stall_ns = other.stall_ns = slow;
  request_.steps = 1000;
  const ProfiledDiffusion subjects[] = {{&diffusion_, {}}, {&other, {}}};
  const auto profiles = profile_in_turns(subjects, request_, kFakeClock);
  ASSERT_EQ(profiles.size(), 2U);
  for (const StepProfile& profile : profiles) {
    const LatencyHistogram& step = profile.phases.front().latency;
    EXPECT_EQ(step.count(), 1000U);
    EXPECT_GE(step.max(), profile.phases.front().latency.quantile(0.5) + 45'000) << "both met it";
    EXPECT_EQ(profile.phase_sum, 1.0);
  }
  EXPECT_NEAR(profiles[0].phases.front().latency.quantile(0.5), 100'000, 1000);
  EXPECT_NEAR(profiles[1].phases.front().latency.quantile(0.5), 200'000, 2000);
}

TEST_F(Profile, EachTurnHasItsOwnSchedule) {
  FakeDiffusion other;
  ns_a_reading = 100;
  request_.steps = 100;
  request_.period_ns = 150'000;
  const ProfiledDiffusion subjects[] = {{&diffusion_, {}}, {&other, {}}};
  for (const StepProfile& profile : profile_in_turns(subjects, request_, kFakeClock)) {
    EXPECT_EQ(profile.open_loop->misses, 0) << "the other one's turns count for nothing";
    EXPECT_EQ(profile.open_loop->response.count(), 100U);
  }
  EXPECT_LT(fake_ns, 100'000'000U) << "twice 100 periods, the warm-up, and no waiting for what others did";
}

TEST_F(Profile, PhasesAddUpToTheStep) {
  const StepProfile result = profile(500);
  const auto phases = by_phase(result);
  ASSERT_EQ(phases.size(), 5U);
  EXPECT_EQ(result.phases.front().phase, "step");
  EXPECT_EQ(result.phases.back().phase, "noise");
  EXPECT_EQ(phases.at("step").mean(), 100'000);
  EXPECT_EQ(phases.at("drift").mean(), 90'000);
  EXPECT_EQ(phases.at("drift.first").mean(), 60'000);
  EXPECT_EQ(phases.at("drift.second").mean(), 30'000);
  EXPECT_EQ(phases.at("noise").mean(), 10'000);
  for (const auto& [name, latency] : phases) EXPECT_EQ(latency.count(), 500U) << name;
  EXPECT_EQ(result.batch, 1);
  EXPECT_TRUE(result.warm_up.steady);
  EXPECT_NEAR(result.phase_sum, 1, 1e-9);
}

TEST_F(Profile, WhatFollowsTheLastPhaseBelongsToIt) {
  diffusion_.stall_ns = [](std::int64_t) { return 5000; };
  const auto phases = by_phase(profile(100));
  EXPECT_EQ(phases.at("drift.second").mean(), 35'000);
  EXPECT_EQ(phases.at("drift").mean(), 95'000);
}

TEST_F(Profile, AStallInOneOfTenThousandSteps) {
  constexpr std::int64_t kStalled = 7123;
  std::int64_t before = 0;
  diffusion_.stall_ns = [&](std::int64_t evaluations) -> std::uint64_t {
    // The warm-up is over when the profile restarts the chain for the last time before its steps.
    return evaluations - before == kStalled ? 5'000'000 : 0;
  };
  before = profile(10'000).warm_up.steps;
  diffusion_.steps = 0;
  const StepProfile result = profile(10'000);
  ASSERT_EQ(result.warm_up.steps, before);
  const auto phases = by_phase(result);
  EXPECT_EQ(phases.at("step").max(), 5'100'000U);
  EXPECT_EQ(phases.at("step").max_step(), static_cast<std::uint64_t>(kStalled));
  EXPECT_EQ(phases.at("drift.second").max_step(), static_cast<std::uint64_t>(kStalled));
  EXPECT_NEAR(phases.at("step").quantile(0.99), 100'000, 100'000 * LatencyHistogram::kRelativeError);
}

TEST_F(Profile, ShortStepsAreTimedInBatches) {
  diffusion_.first_ns = 300;
  diffusion_.second_ns = 150;
  diffusion_.noise_ns = 50;
  ns_a_reading = 10;
  const StepProfile result = profile(12'000);
  const auto phases = by_phase(result);
  // Four readings in the batch, one of them before the step, and one before the batch, take 50 ns: 1 % of a batch of
  // ten steps of 500 ns.
  EXPECT_GE(result.batch, 10);
  EXPECT_LE(result.timing_cost, 0.02);
  EXPECT_FALSE(doubted(result, "reading the clock"));
  EXPECT_NEAR(phases.at("step").mean(), 500, 0.02 * 500);
  EXPECT_NEAR(phases.at("drift").mean() + phases.at("noise").mean(), phases.at("step").mean(), 0.02 * 500);
  EXPECT_NEAR(phases.at("drift.first").mean() / phases.at("step").mean(), 0.6, 0.002);
  EXPECT_NEAR(phases.at("noise").mean() / phases.at("step").mean(), 0.1, 0.002);
  EXPECT_NEAR(result.phase_sum, 1, 0.02);
  // Each batch is one of the steps that were asked for, so that the percentiles asked for are there.
  EXPECT_EQ(phases.at("step").count(), 12'000U);
  EXPECT_EQ(result.steps_made, diffusion_.steps - result.warm_up.steps);
  EXPECT_GT(result.steps_made, 12'000 * (result.batch - 1));
}

TEST_F(Profile, ABatchEndsWithItsChain) {
  diffusion_.first_ns = diffusion_.second_ns = diffusion_.noise_ns = 100;
  ns_a_reading = 10;
  request_.grid = uniform_grid(1, 3);
  const StepProfile result = profile(1000);
  EXPECT_EQ(by_phase(result).at("step").count(), 1000U);
  EXPECT_EQ(result.steps_made, 2000) << "two steps each, as many as the chain has";
}

TEST_F(Profile, BatchesAreNumbered) {
  diffusion_.first_ns = diffusion_.second_ns = diffusion_.noise_ns = 100;
  ns_a_reading = 10;
  request_.grid = uniform_grid(1, 3);
  constexpr std::int64_t kStalled = 801;  // a step of the batch 400
  std::int64_t before = 0;
  diffusion_.stall_ns = [&](std::int64_t evaluations) { return evaluations - before == kStalled ? 1'000'000U : 0U; };
  before = profile(1000).warm_up.steps;
  diffusion_.steps = 0;
  const StepProfile result = profile(1000);
  ASSERT_EQ(result.warm_up.steps, before);
  EXPECT_EQ(by_phase(result).at("step").max_step(), 400U);
}

TEST_F(Profile, ABatchWithoutAnEstimateCountsOnce) {
  diffusion_.first_ns = diffusion_.second_ns = diffusion_.noise_ns = 100;
  ns_a_reading = 10;
  request_.grid = uniform_grid(1, 3);
  diffusion_.status = Status::kNotFinite;
  const StepProfile result = profile(1000);
  EXPECT_EQ(result.not_finite.count, 1000);
  EXPECT_EQ(result.not_finite.first.t, 1.0f) << "the first step of the batch";
}

TEST_F(Profile, ChainsFollowOneAnother) {
  request_.first_chain = 7;
  request_.grid = uniform_grid(1, 11);
  profile(100);
  const auto last = std::max_element(diffusion_.chains.begin(), diffusion_.chains.end());
  EXPECT_EQ(*last, 16U);
  EXPECT_EQ(std::count(diffusion_.chains.begin(), diffusion_.chains.end(), 16U), 1);
}

TEST_F(Profile, AMachineThatDoesNotSettle) {
  std::uint64_t slower = 0;
  diffusion_.stall_ns = [&](std::int64_t) {
    diffusion_.first_ns = 60'000 + 1000 * ++slower;
    return 0;
  };
  const StepProfile result = profile(200);
  EXPECT_FALSE(result.warm_up.steady);
  EXPECT_TRUE(doubted(result, "did not settle"));
}

/// 99 steps of each chain are timed; they begin at t = 0.5 ... 49.5.
TEST_F(Profile, StepsWithoutAnEstimateAreCountedAndLeaveNoTimes) {
  diffusion_.status_at = [](float t) { return t >= 49 ? Status::kNotFinite : Status::kOk; };
  request_.first_chain = 7;
  const StepProfile result = profile(2 * 99);
  EXPECT_EQ(result.not_finite.count, 4);
  EXPECT_EQ(result.not_finite.first.number, 7);
  EXPECT_EQ(result.not_finite.first.t, 49.0f);
  EXPECT_EQ(result.not_finite.first.largest_element, 98.0f);
  for (const auto& [phase, latency] : by_phase(result)) EXPECT_EQ(latency.count(), 0U) << phase;
  EXPECT_TRUE(std::isnan(result.timing_cost));
  EXPECT_TRUE(std::isnan(result.phase_sum));
  EXPECT_TRUE(doubted(result, "4 of 198 steps have no finite estimate"));
}

TEST_F(Profile, OtherStatusesLeaveItAsItIs) {
  diffusion_.status = Status::kNotConverged;
  const StepProfile result = profile(10);
  EXPECT_EQ(result.not_finite.count, 0);
  EXPECT_EQ(by_phase(result).at("step").count(), 10U);
}

TEST_F(Profile, OpenLoopTimesFromTheIntendedStart) {
  ns_a_reading = 1;
  request_.period_ns = 150'000;
  const StepProfile result = profile(1000);
  ASSERT_TRUE(result.open_loop.has_value());
  EXPECT_EQ(result.batch, 1);
  EXPECT_EQ(result.open_loop->misses, 0);
  EXPECT_NEAR(result.open_loop->response.mean(), 100'000, 20);
}

// A step that stalls makes the steps behind it late: they run as fast as ever but are finished later.
TEST_F(Profile, OpenLoopCountsThoseThatHadToWait) {
  ns_a_reading = 1;
  request_.period_ns = 160'000;
  const std::int64_t before = profile(1000).warm_up.steps;
  diffusion_.steps = 0;
  diffusion_.stall_ns = [&](std::int64_t evaluations) { return evaluations - before == 500 ? 1'000'000 : 0; };
  const StepProfile result = profile(1000);
  const auto phases = by_phase(result);
  // The stalled step takes 1100 us, and each step behind it makes up for 60 us; so the first 16 take more than 160 us.
  EXPECT_EQ(result.open_loop->misses, 16);
  EXPECT_NEAR(static_cast<double>(result.open_loop->response.max()), 1'100'000, 100);
  EXPECT_EQ(result.open_loop->response.max_step(), 500U);
  EXPECT_NEAR(phases.at("step").quantile(0.998), 100'000, 1000);
  EXPECT_GT(result.open_loop->response.quantile(0.99), 400'000);
}

/// Returns how many pages of this process are in memory.
std::int64_t resident_pages() {
  std::ifstream file("/proc/self/statm");
  std::int64_t size = 0, resident = -1;
  file >> size >> resident;
  return resident;
}

TEST_F(Profile, MemoryDoesNotGrowWithTheSteps) {
  if (kSanitized) GTEST_SKIP() << "the sanitizer keeps what is freed";
  request_.grid = uniform_grid(0.5, 100'000);
  std::int64_t resident = 0;
  diffusion_.stall_ns = [&](std::int64_t evaluations) {
    if (evaluations % 50 == 0) resident = resident_pages();
    return 0;
  };
  const auto resident_towards_the_end = [&](std::int64_t steps) {
    Output output("--stream", "/dev/null");
    output.open();
    StreamFile null(output);
    StepStream stream(null, StreamFormat::kJson, StreamPolicy::kDrop, "fake");
    StepTrace trace(kFakeClock);
    request_.steps = steps;
    profile_steps(diffusion_, request_, kFakeClock, {&stream, &trace});
    return resident;
  };
  resident_towards_the_end(1000);  // the first run of all brings code and data into memory
  const std::int64_t few = resident_towards_the_end(100);
  EXPECT_GT(few, 0);
  // The C library's own pools may take a few pages more; a byte for each step would take 25.
  EXPECT_LT(resident_towards_the_end(100'000), few + 24);
}

TEST_F(Profile, StreamsEveryStep) {
  diffusion_.first_ns = diffusion_.second_ns = diffusion_.noise_ns = 100;
  ns_a_reading = 10;
  Output output("--stream", "/dev/null");
  output.open();
  StreamFile null(output);
  StepStream stream(null, StreamFormat::kFloat32, StreamPolicy::kWait, "fake");
  request_.steps = 1000;
  const StepProfile result = profile_steps(diffusion_, request_, kFakeClock, {&stream, nullptr});
  EXPECT_EQ(result.batch, 1);
  EXPECT_EQ(result.streamed.steps, 1000);
  EXPECT_EQ(result.streamed.written, 1000);
}

TEST_F(Profile, TracesTheStepThatStalled) {
  diffusion_.stall_ns = [](std::int64_t evaluations) { return evaluations == 600 ? 70'000 : 0; };
  StepTrace trace(kFakeClock);
  request_.steps = 1000;
  const StepProfile result = profile_steps(diffusion_, request_, kFakeClock, {nullptr, &trace});
  nlohmann::ordered_json events = nlohmann::ordered_json::array();
  trace.add_events(events, "fake", timed_phases(result));
  std::set<std::string> slices;
  double longest = 0;
  std::uint64_t step = 0;
  for (const auto& event : events) {
    if (event.at("ph") != "X") continue;
    if (!event.contains("args")) {
      slices.insert(event.at("name").get<std::string>());
    } else if (event.at("dur") > longest) {
      longest = event.at("dur");
      step = event.at("args").at("step");
    }
  }
  EXPECT_EQ(slices, (std::set<std::string>{"first", "second", "noise"}));
  EXPECT_NEAR(longest, 170, 1e-9);
  EXPECT_EQ(step, result.phases.front().latency.max_step());
}

TEST_F(Profile, ACpuThatDoesNotExist) {
  request_.cpu = 999;
  const std::vector<int> allowed = allowed_cpus();
  EXPECT_THROW(profile(10), ArgumentError);
  ASSERT_FALSE(allowed.empty());
  request_.cpu = allowed.back();
  const StepProfile result = profile(10);
  EXPECT_EQ(result.cpu, *request_.cpu);
  EXPECT_TRUE(result.pinned);
  EXPECT_EQ(result.migrations, 0);
  EXPECT_EQ(allowed_cpus(), allowed);
}

TEST(Conditions, PinningEnds) {
  const auto before = allowed_cpus();
  {
    const PinnedThread pinned(before.front());
    EXPECT_EQ(allowed_cpus(), std::vector<int>{before.front()});
    EXPECT_EQ(current_cpu(), before.front());
  }
  EXPECT_EQ(allowed_cpus(), before);
}

TEST(Conditions, PageFaultsAreCounted) {
  const Interruptions before = Interruptions::so_far();
  std::vector<char> memory(std::size_t{64} << 20);
  for (std::size_t i = 0; i < memory.size(); i += 4096) memory[i] = 1;
  EXPECT_GT((Interruptions::so_far() - before).minor_faults, 0);
}

TEST(Counters, CountOrSayWhyNot) {
  HardwareCounters counters;
  counters.start();
  double sum = 0;
  for (int i = 0; i < 1'000'000; ++i) sum += 1.0 / (1 + i);
  EXPECT_GT(sum, 1);
  const auto counts = counters.stop();
  const bool all = std::all_of(counts.begin(), counts.end(), [](const auto& count) { return count.has_value(); });
  EXPECT_NE(all, !counters.missing().empty());
  if (counts[0]) {
    EXPECT_GT(*counts[0], 1e6);
  }
}

TEST(Conditions, PhysicalCores) {
  const std::filesystem::path folder = testing::TempDir() + "cpus";
  // CPUs 0 and 2 belong to one core, 1 and 3 to another; the system says nothing of CPU 4.
  for (int cpu = 0; cpu < 4; ++cpu) {
    const auto topology = folder / ("cpu" + std::to_string(cpu)) / "topology";
    std::filesystem::create_directories(topology);
    std::ofstream(topology / "thread_siblings_list") << (cpu % 2 == 0 ? "0,2\n" : "1,3\n");
  }
  EXPECT_EQ(physical_cores({0}, folder), 1U);
  EXPECT_EQ(physical_cores({0, 2}, folder), 1U);
  EXPECT_EQ(physical_cores({0, 1}, folder), 2U);
  EXPECT_EQ(physical_cores({0, 1, 2, 3}, folder), 2U);
  EXPECT_EQ(physical_cores({0, 4, 5}, folder), 3U);
}

}  // namespace
}  // namespace driftbench
