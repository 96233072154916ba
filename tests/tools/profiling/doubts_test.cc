// Tests why a profile says that its figures are not to be trusted, and what it hands to a stream.
#include <gtest/gtest.h>
#include <sched.h>

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/files.h"
#include "tests/tools/sizes/fake_diffusion.h"
#include "tools/base/output.h"
#include "tools/base/stream_file.h"
#include "tools/machine/conditions.h"
#include "tools/measurements/time_grid.h"
#include "tools/profiling/profile.h"
#include "tools/profiling/step_stream.h"

namespace driftbench {
namespace {

constexpr std::int64_t kSteps = 10'000;
/// Interruptions that are allowed in kSteps steps.
constexpr auto kAllowed = static_cast<std::int64_t>(kMaxInterruptionsPerStep * kSteps);

/// Returns a profile that gives no reason for doubt.
StepProfile sound_profile() {
  StepProfile profile;
  profile.warm_up = {384, true, 1000, 10, 2};
  profile.cores = 1;
  profile.timing_cost = 0.005;
  profile.phase_sum = 1;
  return profile;
}

/// Returns the doubts on the profile, without the one that a build without optimization adds.
std::vector<std::string> doubts(const StepProfile& profile) {
  auto found = find_doubts(profile, kSteps);
  std::erase(found, "this build is not optimized");
  return found;
}

using Texts = std::vector<std::string>;

TEST(Doubts, NoneOfASoundProfile) { EXPECT_EQ(doubts(sound_profile()), Texts{}); }

TEST(Doubts, AMachineThatDidNotSettle) {
  StepProfile profile = sound_profile();
  profile.warm_up.steady = false;
  EXPECT_EQ(doubts(profile), Texts{"the median step did not settle to 2 % in 384 steps of warm-up"});
}

TEST(Doubts, Migrations) {
  StepProfile profile = sound_profile();
  profile.migrations = 1;
  EXPECT_EQ(doubts(profile), Texts{"the thread changed its CPU 1 times; --cpu pins it"});
}

TEST(Doubts, SwitchesOfBothKindsTogether) {
  StepProfile profile = sound_profile();
  profile.interruptions = {kAllowed - 4, 4, 0, 0};
  EXPECT_EQ(doubts(profile), Texts{});
  profile.interruptions = {kAllowed - 4, 5, 0, 0};
  EXPECT_EQ(doubts(profile), Texts{"11 context switches in 10000 steps"});
  profile.interruptions = {kAllowed - 3, 4, 0, 0};
  EXPECT_EQ(doubts(profile), Texts{"11 context switches in 10000 steps"});
}

TEST(Doubts, FaultsOfBothKindsTogether) {
  StepProfile profile = sound_profile();
  profile.interruptions = {0, 0, kAllowed - 4, 4};
  EXPECT_EQ(doubts(profile), Texts{});
  profile.interruptions = {0, 0, kAllowed - 4, 5};
  EXPECT_EQ(doubts(profile), Texts{"11 page faults in 10000 steps"});
  profile.interruptions = {0, 0, kAllowed - 3, 4};
  EXPECT_EQ(doubts(profile), Texts{"11 page faults in 10000 steps"});
}

TEST(Doubts, TimingThatCosts) {
  StepProfile profile = sound_profile();
  profile.timing_cost = 2 * kMaxTimingCost;
  EXPECT_EQ(doubts(profile), Texts{});
  profile.timing_cost = 0.031;
  EXPECT_EQ(doubts(profile), Texts{"reading the clock took 3.1 % of the time"});
}

TEST(Doubts, PhasesThatDoNotAddUp) {
  StepProfile profile = sound_profile();
  for (const double sum : {0.985, 1.015}) {
    profile.phase_sum = sum;
    EXPECT_EQ(doubts(profile), Texts{}) << sum;
  }
  profile.phase_sum = 0.97;
  EXPECT_EQ(doubts(profile), Texts{"the phases add up to 97.0 % of the step"});
  profile.phase_sum = 1.03;
  EXPECT_EQ(doubts(profile), Texts{"the phases add up to 103.0 % of the step"});
}

TEST(Doubts, AllAtOnce) {
  StepProfile profile = sound_profile();
  profile.warm_up.steady = false;
  profile.migrations = 3;
  profile.interruptions = {kSteps, kSteps, kSteps, kSteps};
  profile.timing_cost = 0.5;
  profile.phase_sum = 2;
  EXPECT_EQ(doubts(profile).size(), 6U);
}

/// Time of a fake clock, which passes where a test says so.
std::uint64_t fake_ns = 0;
const TickClock kFakeClock{[] { return fake_ns; }, 1.0, "fake", nullptr};

ProfileRequest request_of(std::int64_t steps) {
  ProfileRequest request;
  request.drift = "fake";
  request.quiet = true;
  request.steps = steps;
  request.grid = uniform_grid(0.5, 50);
  return request;
}

bool doubted(const StepProfile& profile, const std::string& words) {
  for (const std::string& doubt : profile.doubts) {
    if (doubt.find(words) != std::string::npos) return true;
  }
  return false;
}

TEST(Profiler, CountsTheSwitchesOfItsSteps) {
  constexpr int kSleepingSteps = 40;
  FakeDiffusion diffusion(
      [](std::int64_t) {
        fake_ns += 80'000;
        std::this_thread::sleep_for(std::chrono::microseconds(100));
      },
      [] { fake_ns += 20'000; });
  const StepProfile profile = profile_steps(diffusion, request_of(kSleepingSteps), kFakeClock);
  EXPECT_GE(profile.interruptions.voluntary_switches, kSleepingSteps);
  EXPECT_TRUE(doubted(profile, "context switches in 40 steps"));
}

/// The thread moves from one CPU to another in each step of the profile.
TEST(Profiler, CountsMigrations) {
  const std::vector<int> cpus = allowed_cpus();
  if (cpus.size() < 2) GTEST_SKIP() << "there is one CPU alone";
  constexpr std::int64_t kMoving = 30;
  FakeDiffusion diffusion(
      [&](std::int64_t i) {
        fake_ns += 80'000;
        cpu_set_t set;
        CPU_ZERO(&set);
        CPU_SET(static_cast<std::size_t>(cpus[static_cast<std::size_t>(i % 2)]), &set);
        ASSERT_EQ(sched_setaffinity(0, sizeof set, &set), 0);
      },
      [] { fake_ns += 20'000; });
  const StepProfile profile = profile_steps(diffusion, request_of(kMoving), kFakeClock);
  cpu_set_t before;
  CPU_ZERO(&before);
  for (const int cpu : cpus) CPU_SET(static_cast<std::size_t>(cpu), &before);
  ASSERT_EQ(sched_setaffinity(0, sizeof before, &before), 0);
  EXPECT_GE(profile.migrations, kMoving - 1);
  EXPECT_LE(profile.migrations, kMoving);
  EXPECT_TRUE(doubted(profile, "changed its CPU"));
}

/// The drift takes 70 us of a step of 100 us, and the noise 30, as a line of the stream must say.
TEST(Profiler, StreamsWhatEachPartOfAStepTook) {
  const std::string path = testing::TempDir() + "record";
  FakeDiffusion diffusion([](std::int64_t) { fake_ns += 70'000; }, [] { fake_ns += 30'000; });
  Output output("--stream", path);
  StreamFile file(output);
  StepStream stream(file, StreamFormat::kJson, StreamPolicy::kWait, "fake");
  ProfileRequest request = request_of(20);
  request.first_chain = 7;
  profile_steps(diffusion, request, kFakeClock, {&stream, nullptr});
  std::istringstream lines(read_file(path));
  std::int64_t step = 0;
  for (std::string line; std::getline(lines, line); ++step) {
    // The first step of the chain, to t = 0.5, has no drift and is not timed.
    const double t = 0.5 * static_cast<double>(step + 2);
    EXPECT_EQ(nlohmann::json::parse(line), nlohmann::json({{"drift", "fake"},
                                                           {"step", step},
                                                           {"chain", 7},
                                                           {"t", t},
                                                           {"norm", 0.25},
                                                           {"step_ns", 100'000.0},
                                                           {"drift_ns", 70'000.0},
                                                           {"noise_ns", 30'000.0}}));
  }
  EXPECT_EQ(step, 20);
}

}  // namespace
}  // namespace driftbench
