// Tests `driftbench profile` from the shell.
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "tests/tools/command_line/run.h"
#include "tools/machine/conditions.h"
#include "tools/machine/hardware_counters.h"

namespace driftbench {
namespace {

using nlohmann::json;

TEST(ProfileCommand, SaysUnderWhatConditions) {
  const json document =
      run_json("profile --n 32 --k 4 --steps 200 --drift power --cpu " + std::to_string(allowed_cpus().front()));
  const json& step = document.at("results").at(0);
  const json& conditions = step.at("conditions");
  EXPECT_EQ(conditions.at("cpu"), allowed_cpus().front());
  EXPECT_EQ(conditions.at("pinned"), true);
  EXPECT_EQ(conditions.at("migrations"), 0);
  EXPECT_GE(conditions.at("warm_up_steps"), 20);
  for (const char* count :
       {"voluntary_context_switches", "involuntary_context_switches", "minor_page_faults", "major_page_faults"}) {
    EXPECT_TRUE(conditions.at(count).is_number_integer()) << count;
  }
  for (const json& result : document.at("results")) EXPECT_EQ(result.at("valid"), step.at("doubts").empty());
  for (const char* counter : HardwareCounters::kNames) EXPECT_NE(step.at("counters").at(counter), 0) << counter;
  const json& environment = document.at("environment");
  for (const char* key : {"clock", "clock_fallback", "clock_tick_ns", "turbo", "frequency_mhz"}) {
    EXPECT_TRUE(environment.contains(key)) << key;
  }
}

TEST(ProfileCommand, APercentileWithTooFewStepsIsNull) {
  const json results = run_json("profile --n 350 --k 20 --steps 100 --drift zero").at("results");
  EXPECT_TRUE(results.at(0).at("p50_ns").is_number());
  EXPECT_TRUE(results.at(0).at("p99_ns").is_null());
  EXPECT_TRUE(results.at(0).at("p999_ns").is_null());
}

TEST(ProfileCommand, OpenLoop) {
  const json results = run_json("profile --n 32 --k 4 --steps 300 --drift power --period 300us").at("results");
  const json& open_loop = results.at(0).at("open_loop");
  EXPECT_EQ(open_loop.at("period_ns"), 300'000);
  EXPECT_LE(open_loop.at("deadline_misses"), 300);
  EXPECT_GE(open_loop.at("slack_p50_ns"), open_loop.at("slack_min_ns"));
  EXPECT_TRUE(open_loop.at("slack_p99_ns").is_null());
  const json& response = results.back();
  EXPECT_EQ(response.at("phase"), "response");
  EXPECT_GE(response.at("mean_ns"), results.at(0).at("mean_ns"));
}

TEST(ProfileCommand, Files) {
  const json results = run_json(
                           "profile --n 32 --k 4 --steps 100 --drift power,zero --period 100us --hgrm \"$T/latency\" "
                           "--trace \"$T/trace\" "
                           "--stream \"$T/steps\"")
                           .at("results");
  for (const std::string name : {"power.step", "power.response", "zero.step", "zero.response"}) {
    EXPECT_TRUE(read_file(test_folder() + "latency." + name + ".hgrm").starts_with("       Value     Percentile"))
        << name;
  }
  const json trace = json::parse(read_file(test_folder() + "trace"), nullptr, /*allow_exceptions=*/false);
  ASSERT_TRUE(trace.is_object());
  EXPECT_GT(trace.at("traceEvents").size(), 2U * 32U);
  EXPECT_EQ(results.at(0).at("stream").at("written"), 100);
  std::istringstream lines(read_file(test_folder() + "steps"));
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const json record = json::parse(line);
    if (count == 200) {
      EXPECT_EQ(record, json({{"end", {{"steps", 200}, {"written", 200}, {"dropped", 0}}}}));
      continue;
    }
    EXPECT_EQ(record.at("drift"), count < 100 ? "power" : "zero");
    EXPECT_EQ(record.at("step"), count % 100);
    EXPECT_GE(record.at("response_ns"), record.at("step_ns"));
  }
  EXPECT_EQ(count, 201);
}

TEST(ProfileCommand, FramesAreEstimates) {
  run_json("profile --n 32 --k 4 --steps 10 --drift power --stream \"$T/frames\" --stream-format float32");
  EXPECT_EQ(read_file(test_folder() + "frames").size(), 10U * 32U * sizeof(float));
  run_json("profile --n 12 --k 3 --steps 10 --drift exact --stream \"$T/frames\" --stream-format float32");
  EXPECT_EQ(read_file(test_folder() + "frames").size(), 10U * 12U * 12U * sizeof(float));
}

TEST(ProfileCommand, AReaderThatHasGone) {
  const Outcome outcome =
      run("rm -f \"$T/pipe\"; mkfifo \"$T/pipe\"; head -n 1 < \"$T/pipe\" > \"$T/first\" & "
          "timeout 60 $D profile --n 32 --k 4 --steps 20000 --drift zero --stream \"$T/pipe\" --json \"$T/results\"");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_TRUE(outcome.err.starts_with("driftbench: --stream: ")) << outcome.err;
  EXPECT_NE(outcome.err.find("of 20000 steps were lost"), std::string::npos) << outcome.err;
  // The results are written all the same.
  const json document = json::parse(read_file(test_folder() + "results"), nullptr, /*allow_exceptions=*/false);
  ASSERT_TRUE(document.is_object());
  const json& stream = document.at("results").at(0).at("stream");
  EXPECT_GT(stream.at("lost"), 0);
  EXPECT_EQ(stream.at("written").get<int>() + stream.at("lost").get<int>(), 20000);
}

TEST(BadInput, ProfileFiles) {
  expect_refused("profile --stream \"$T/no/such/folder\"", {"--stream", "a file or a pipe that can be written"});
  expect_refused("profile --trace \"$T/no/such/folder\"", {"--trace", "a file or a pipe that can be written"});
  expect_refused("profile --hgrm \"$T/no/such/folder\"", {"--hgrm", "a file or a pipe that can be written"});
  expect_refused("profile --stream-format csv", {"--stream-format", "\"csv\"", "json or float32"});
  expect_refused("profile --stream-policy never", {"--stream-policy", "\"never\"", "wait or drop"});
  expect_refused("profile --drift zero,power --stream \"$T/frames\" --stream-format float32",
                 {"--stream-format", "float32", "one --drift"});
}

TEST(BadInput, OptionsWithoutEffect) {
  expect_refused("profile --threads 3", {"--threads: not an option of driftbench profile; there are"});
  expect_refused("--threads 3 profile", {"--threads: not an option of driftbench profile; there are"});
  expect_refused("profile --n 32 --k 4 --stream-format float32 --drift zero",
                 {"--stream-format: \"float32\" has no effect without --stream"});
  expect_refused("profile --n 32 --k 4 --stream-policy wait",
                 {"--stream-policy: \"wait\" has no effect without --stream"});
}

TEST(BadInput, ProfileConditions) {
  for (const std::string cpu : {"-1", "x", "1.5", "''"}) {
    expect_refused("profile --cpu " + cpu, {"--cpu", "a whole number from 0"});
  }
  expect_refused("profile --n 32 --k 4 --cpu 1000", {"--cpu", "\"1000\"", std::to_string(allowed_cpus().front())});
  for (const std::string period : {"0us", "-3us", "200", "x", "3m", "nan", "nanus", "us", "''", "1e30s"}) {
    expect_refused("profile --period " + period, {"--period", "a duration from 1ns to 1000s, such as 200us"});
  }
  expect_refused("profile --period 1ns", {"--period", "\"1ns\"", "the clock's resolution"});
  expect_refused("scaling --cpu 0", {"--cpu", "driftbench scaling"});
}

}  // namespace
}  // namespace driftbench
