// Tests the results of measurements as JSON: each number must stand under its own name. So no two numbers of a result
// are the same.
#include "tools/sizes/results.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/tools/sizes/fake_size.h"
#include "tools/measurements/time_grid.h"
#include "tools/profiling/profile.h"
#include "tools/profiling/profile_results.h"

namespace driftbench {
namespace {

using nlohmann::ordered_json;

/// Returns a request of this kind with a drift, a seed and a w that are not the defaults.
template <class R>
R request_of() {
  Request request;
  request.seed = 17;
  request.settings.target.w = 0.125;
  return request_for<R>(request, "fake");
}

/// Fields that every result of a request from `request_of` has.
const ordered_json kHead{{"drift", "fake"}, {"target", "fake-target"}, {"n", 40}, {"k", 3},
                         {"seed", 17},      {"target_w", 0.125}};

ordered_json with_head(ordered_json fields) {
  ordered_json json = kHead;
  json.update(fields);
  return json;
}

TEST(Results, Sample) {
  auto request = request_of<SampleRequest>();
  request.chains = 4;
  request.grid = uniform_grid(2, 8);
  request.paths = 1;
  SampleResult result;
  result.fro_norms = {0.5f, 0.25f, 1, 0};
  result.path_times = {4, 8};
  result.paths = {{0.75f, 0.5f}};
  result.steps = 5;
  result.not_converged = 6;
  result.not_finite.count = 1;
  result.nonzero_fraction = 0.1;
  result.pattern_fraction = 0.2;
  result.w1_norm = 0.3;
  result.w1_interval = {0.35, 0.45};
  result.seconds = 12.5;
  EXPECT_EQ(to_json(FakeSize(), request, result), with_head({{"chains", 4},
                                                             {"steps", 5},
                                                             {"dt", 2.0},
                                                             {"t_end", 8.0},
                                                             {"schedule", "uniform"},
                                                             {"sampler", "euler-maruyama"},
                                                             {"fro_norms", {0.5, 0.25, 1.0, 0.0}},
                                                             {"w1_norm", 0.3},
                                                             {"w1_interval", {0.35, 0.45}},
                                                             {"nonzero_fraction", 0.1},
                                                             {"pattern_fraction", 0.2},
                                                             {"path_times", {4.0, 8.0}},
                                                             {"path_norms", {{0.75, 0.5}}},
                                                             {"not_converged", 6},
                                                             {"not_finite", 1},
                                                             {"seconds", 12.5}}));
}

TEST(Results, Mse) {
  auto request = request_of<MseRequest>();
  request.t = 16;
  request.samples = 50;
  EXPECT_EQ(to_json(FakeSize(), request, MseResult{0.4, 0.03, 0.45, 0.02, 7, {5, {}}, {}}),
            with_head({{"t", 16.0},
                       {"samples", 50},
                       {"mse", 0.4},
                       {"stderr", 0.03},
                       {"trace", 0.45},
                       {"stderr_trace", 0.02},
                       {"not_converged", 7},
                       {"not_finite", 5}}));
}

TEST(Results, Reduce) {
  auto request = request_of<ReduceRequest>();
  request.t = 16;
  request.grid = uniform_grid(2, 32);
  request.samples = 9;
  ReduceResult result{4, {0.6, 0.06}, {0.5, 0.05}, MeanEstimate{0.4, 0.04}, {0.3, 0.01}, MeanEstimate{0.2, 0.02},
                      3, {2, {}}};
  ordered_json expected = with_head({{"t", 16.0},
                                     {"t_end", 32.0},
                                     {"samples", 9},
                                     {"copies", 4},
                                     {"mse_sampler", 0.6},
                                     {"stderr_sampler", 0.06},
                                     {"mse_direct", 0.5},
                                     {"stderr_direct", 0.05},
                                     {"mse_exact", 0.4},
                                     {"stderr_exact", 0.04},
                                     {"truth_overlap", 0.3},
                                     {"stderr_truth_overlap", 0.01},
                                     {"copy_overlap", 0.2},
                                     {"stderr_copy_overlap", 0.02},
                                     {"not_converged", 3},
                                     {"not_finite", 2}});
  EXPECT_EQ(to_json(FakeSize(), request, result), expected);
  result.exact.reset();
  result.copy_overlap.reset();
  for (const char* key : {"mse_exact", "stderr_exact", "copy_overlap", "stderr_copy_overlap"}) expected[key] = nullptr;
  EXPECT_EQ(to_json(FakeSize(), request, result), expected);
}

TEST(Results, Lipschitz) {
  auto request = request_of<LipschitzRequest>();
  request.t = 16;
  request.samples = 9;
  EXPECT_EQ(to_json(FakeSize(), request, LipschitzResult{1.5, 4.5, 2.5, 8, {6, {}}}),
            with_head({{"t", 16.0},
                       {"samples", 9},
                       {"constant_times_t", 4.5},
                       {"random_constant_times_t", 1.5},
                       {"median_constant_times_t", 2.5},
                       {"not_converged", 8},
                       {"not_finite", 6}}));
}

TEST(Results, Convergence) {
  auto request = request_of<ConvergenceRequest>();
  request.t_end = 32;
  request.paths = 9;
  EXPECT_EQ(to_json(FakeSize(), request, ConvergenceResult{0.25, 0.5, 0.125, 2.5, 4, {3, {}}}),
            with_head({{"t_end", 32.0},
                       {"paths", 9},
                       {"dt", 0.25},
                       {"error", 0.5},
                       {"stderr", 0.125},
                       {"ratio", 2.5},
                       {"not_converged", 4},
                       {"not_finite", 3}}));
}

/// Returns durations of 1 ... count times 1000 ns, each once: a quantile q is q times the largest.
LatencyHistogram even_latencies(std::uint64_t count) {
  LatencyHistogram latency;
  for (std::uint64_t i = 0; i < count; ++i) latency.record(1000 * (count - i), i);
  return latency;
}

void expect_near_relative(const ordered_json& value, double expected) {
  ASSERT_TRUE(value.is_number()) << value;
  EXPECT_NEAR(value.get<double>(), expected, LatencyHistogram::kRelativeError * expected);
}

TEST(Results, EachQuantileIsItsOwn) {
  auto request = request_of<ProfileRequest>();
  request.grid = uniform_grid(2, 8);
  request.isa = "avx2";
  // The longest two come first: the largest and its step are then known, and the mean differs from the median.
  LatencyHistogram latency;
  latency.record(30'000'000, 4);
  for (std::uint64_t i = 1; i <= 20'000; ++i) latency.record(1000 * i, 4 + i);
  const ordered_json json = to_json(FakeSize(), request, PhaseProfile{"step", latency});
  expect_near_relative(json.at("p50_ns"), 10'000'000);
  expect_near_relative(json.at("p90_ns"), 18'000'000);
  expect_near_relative(json.at("p99_ns"), 19'800'000);
  expect_near_relative(json.at("p999_ns"), 19'980'000);
  EXPECT_EQ(json.at("p99_ns"), latency.quantile(0.99));
  EXPECT_EQ(json.at("p999_ns"), latency.quantile(0.999));
  EXPECT_NE(json.at("p99_ns"), json.at("p999_ns"));
  EXPECT_EQ(json.at("mean_ns"), latency.mean());
  EXPECT_EQ(json.at("max_ns"), 30'000'000);
  EXPECT_EQ(json.at("max_step"), 4);
  EXPECT_EQ(json.at("count"), 20'001);
  EXPECT_EQ(json.at("phase"), "step");
  EXPECT_EQ(json.at("isa"), "avx2");
  EXPECT_EQ(json.at("dt"), 2.0);
  EXPECT_EQ(json.at("t_end"), 8.0);
  EXPECT_EQ(json.at("state_bytes"), 5120);
}

/// A percentile is given where ten records or more lie beyond it.
TEST(Results, AQuantileNeedsTenRecordsBeyondIt) {
  const auto quantiles = [](std::uint64_t count) {
    const ordered_json json =
        to_json(FakeSize(), request_of<ProfileRequest>(), PhaseProfile{"noise", even_latencies(count)});
    std::string given;
    for (const char* name : {"p50_ns", "p90_ns", "p99_ns", "p999_ns"}) given += json.at(name).is_null() ? '-' : '+';
    EXPECT_FALSE(json.contains("state_bytes"));
    return given;
  };
  EXPECT_EQ(quantiles(19), "----");
  EXPECT_EQ(quantiles(20), "+---");
  EXPECT_EQ(quantiles(99), "+---");
  EXPECT_EQ(quantiles(100), "++--");
  EXPECT_EQ(quantiles(999), "++--");
  EXPECT_EQ(quantiles(1000), "+++-");
  EXPECT_EQ(quantiles(9998), "+++-");
  EXPECT_EQ(quantiles(10'000), "++++");
}

/// Returns a profile in which no two numbers are the same.
StepProfile known_profile() {
  StepProfile profile;
  profile.phases = {{"step", even_latencies(1000)}, {"drift", even_latencies(800)}, {"noise", even_latencies(200)}};
  profile.batch = 2;
  profile.steps_made = 4000;
  profile.warm_up = {384, true, 1000, 10, 2};
  profile.timing_cost = 0.0125;
  profile.phase_sum = 0.75;
  profile.open_loop = OpenLoop{3'000'000, even_latencies(2000), 13};
  profile.cpu = 5;
  profile.pinned = true;
  profile.cores = 6;
  profile.workers = 2;
  profile.migrations = 3;
  profile.interruptions = {11, 23, 47, 95};
  profile.counters = {8000.0, 24'000.0, std::nullopt};
  profile.counters_missing = "cache_misses: none here";
  profile.streamed = {1000, 700, 200, 60, ""};
  profile.doubts = {"of a test"};
  return profile;
}

ProfileRequest profile_request() {
  auto request = request_of<ProfileRequest>();
  request.steps = 2000;
  return request;
}

TEST(ProfileResults, EachCounterUnderItsName) {
  const ordered_json results = to_json(FakeSize(), profile_request(), known_profile());
  ASSERT_EQ(results.size(), 4U);
  const char* phases[] = {"step", "drift", "noise", "response"};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(results[i].at("phase"), phases[i]);
    EXPECT_EQ(results[i].at("count"), 2000);
    EXPECT_EQ(results[i].at("batch"), 2);
    EXPECT_EQ(results[i].at("valid"), false);
  }
  EXPECT_EQ(results[3].at("max_ns"), 2'000'000);
  const ordered_json& step = results[0];
  EXPECT_EQ(step.at("doubts"), ordered_json({"of a test"}));
  EXPECT_EQ(step.at("timing_cost"), 0.0125);
  EXPECT_EQ(step.at("phase_sum"), 0.75);
  EXPECT_EQ(step.at("conditions"), ordered_json({{"cpu", 5},
                                                 {"pinned", true},
                                                 {"physical_cores", 6},
                                                 {"workers", 2},
                                                 {"migrations", 3},
                                                 {"voluntary_context_switches", 11},
                                                 {"involuntary_context_switches", 23},
                                                 {"minor_page_faults", 47},
                                                 {"major_page_faults", 95},
                                                 {"warm_up_steps", 384},
                                                 {"steady", true}}));
  EXPECT_EQ(step.at("counters"), ordered_json({{"instructions", 2.0}, {"cycles", 6.0}, {"cache_misses", nullptr}}));
  EXPECT_EQ(step.at("stream"),
            ordered_json({{"steps", 1000}, {"written", 700}, {"dropped", 200}, {"lost", 100}, {"waits", 60}}));
}

TEST(ProfileResults, SlackIsWhatIsLeftOfThePeriod) {
  const StepProfile profile = known_profile();
  const ordered_json open_loop = to_json(FakeSize(), profile_request(), profile)[0].at("open_loop");
  EXPECT_EQ(open_loop.at("period_ns"), 3'000'000.0);
  EXPECT_EQ(open_loop.at("deadline_misses"), 13);
  EXPECT_EQ(open_loop.at("slack_p50_ns"), 3'000'000 - profile.open_loop->response.quantile(0.5));
  EXPECT_EQ(open_loop.at("slack_p99_ns"), 3'000'000 - profile.open_loop->response.quantile(0.99));
  EXPECT_NE(open_loop.at("slack_p50_ns"), open_loop.at("slack_p99_ns"));
  EXPECT_EQ(open_loop.at("slack_min_ns"), 1'000'000.0);
}

TEST(ProfileResults, ValidWhereNothingIsDoubted) {
  StepProfile profile = known_profile();
  profile.doubts.clear();
  for (const ordered_json& result : to_json(FakeSize(), profile_request(), profile)) {
    EXPECT_EQ(result.at("valid"), true);
  }
}

TEST(ProfileResults, ADescriptionOfTheRun) {
  StepProfile profile = known_profile();
  profile.open_loop->response = LatencyHistogram();
  for (int i = 0; i < 2000; ++i) profile.open_loop->response.record(100'000, 0);
  EXPECT_EQ(
      describe_run(profile_request(), profile),
      "fake: on CPU 5, pinned; 384 steps before to warm up, then steady\n"
      "  3 migrations, 34 context switches, 142 page faults\n"
      "  timing took 1.25 % of the time; the phases add up to 75.0 % of the step\n"
      "  steps so short are timed 2 at a time: the times are means of these, which the phases share as in the last "
      "one\n"
      "  a step: 2 instructions, 6 cycles\n"
      "  no counter of cache_misses: none here\n"
      "  a step every 3000.00 us: 13 of 2000 ended after the next one's time\n"
      "  left of the period, in us: half of the steps 2900.00 or more, 99 of 100 2900.00, all 2900.00\n"
      "  streamed 700 of 1000 steps: 200 dropped, 100 lost; waited for room 60 times\n"
      "  not valid: of a test\n");
}

}  // namespace
}  // namespace driftbench
