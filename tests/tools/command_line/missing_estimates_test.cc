// Tests what commands make of estimates that are not finite: known results are written, missing ones are null or -, and
// the run fails with a line that says why.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <cstdint>
#include <exception>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/files.h"
#include "tests/tools/command_line/failing_size.h"
#include "tools/base/json_text.h"
#include "tools/base/outputs.h"
#include "tools/command_line/convergence.h"
#include "tools/command_line/frame_output.h"
#include "tools/command_line/lipschitz.h"
#include "tools/command_line/mse.h"
#include "tools/command_line/overview.h"
#include "tools/command_line/profile.h"
#include "tools/command_line/reduce.h"
#include "tools/command_line/sample.h"
#include "tools/command_line/scaling.h"
#include "tools/profiling/profile.h"
#include "tools/profiling/profile_files.h"
#include "tools/report/page.h"
#include "tools/report/report_page.h"

namespace driftbench {
namespace {

using nlohmann::json;

bool says_not_a_number(const std::string& text) {
  return std::regex_search(text, std::regex("(^|[^A-Za-z])-?(nan|inf)([^A-Za-z]|$)", std::regex::icase));
}

/// Returns the results as a program reads them from the findings. Neither a program nor a person may be shown nan or
/// inf.
json read_results(const Findings& findings) {
  const std::string text = json_text(findings.results);
  EXPECT_FALSE(says_not_a_number(text)) << text;
  EXPECT_FALSE(says_not_a_number(findings.text)) << findings.text;
  return json::parse(text);
}

void expect_said(const std::optional<std::string>& failure, const std::vector<std::string>& parts) {
  ASSERT_TRUE(failure.has_value());
  EXPECT_FALSE(says_not_a_number(*failure)) << *failure;
  EXPECT_EQ(failure->find('\n'), std::string::npos);
  for (const std::string& part : parts) EXPECT_NE(failure->find(part), std::string::npos) << part << ": " << *failure;
}

/// Returns the cells of the table's row that begins with this drift and has `second`, where it is given, in its second
/// column.
std::vector<std::string> row(const Findings& findings, const std::string& drift, const std::string& second = "") {
  std::istringstream lines(findings.text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::vector<std::string> cells;
    for (std::string word; words >> word;) cells.push_back(word);
    if (cells.size() > 1 && cells[0] == drift && (second.empty() || cells[1] == second)) return cells;
  }
  ADD_FAILURE() << drift << " has no row in\n" << findings.text;
  return std::vector<std::string>(20);
}

/// Make chain 3, or chain 0, fail from t = 6 on.
bool fails_late(std::uint64_t chain, float t) { return chain == 3 && t >= 6; }
bool fails_soon(std::uint64_t chain, float t) { return chain == 0 && t >= 6; }
bool fails_never(std::uint64_t, float) { return false; }

/// What the tests' measurements have in common.
struct Plan : DriftPlan {
  std::vector<double> times{4, 8};
  TimeGrid grid = uniform_grid(1, 8);
  std::int64_t chains = 5, copies = 16;
};

Plan plan_for(const CompiledSize& size) {
  Plan plan;
  plan.size = &size;
  plan.drifts = {"failing"};
  plan.request.quiet = true;
  plan.request.threads = 2;
  return plan;
}

Findings sample(const Plan& plan) { return run_sample({plan, plan.grid, false, plan.chains}); }
Findings mse(const Plan& plan) { return run_mse({plan, plan.times, 5}); }
Findings reduce(const Plan& plan) { return run_reduce({plan, plan.times, plan.grid, plan.copies, 5}); }
Findings lipschitz(const Plan& plan) { return run_lipschitz({plan, plan.times, 5}); }
Findings convergence(const Plan& plan) { return run_convergence({plan, plan.grid, 2, plan.chains}); }
Findings overview(const Plan& plan) {
  return run_overview({plan, plan.times, plan.grid, plan.chains, 5, 100}, [](std::string_view) {});
}
/// The profile writes no files. Its steps have a period, so that each is timed alone.
Findings profile(const Plan& plan) {
  const ProfilePlan profile_plan{plan, plan.grid, 100, {}, {}, /*period_ns=*/1000, {}};
  Outputs outputs;
  ProfileFiles files({}, profile_subjects(profile_plan), false, outputs);
  outputs.open();
  return run_profile(profile_plan, files);
}

class Missing : public ::testing::Test {
 protected:
  FailingSize late_{fails_late};
  Plan plan_ = plan_for(late_);
};

TEST_F(Missing, NothingWhereAllIsFinite) {
  const FailingSize never(fails_never);
  const Plan plan = plan_for(never);
  for (const Findings& findings :
       {sample(plan), mse(plan), reduce(plan), lipschitz(plan), convergence(plan), profile(plan), overview(plan)}) {
    EXPECT_FALSE(findings.failure.has_value()) << *findings.failure;
    EXPECT_EQ(findings.text.find("not finite"), std::string::npos);
    for (const json& result : read_results(findings)) EXPECT_EQ(result.at("not_finite"), 0);
  }
}

TEST_F(Missing, ChainsOfSample) {
  const Findings findings = sample(plan_);
  const json result = read_results(findings).at(0);
  EXPECT_EQ(result.at("not_finite"), 1);
  EXPECT_EQ(result.at("fro_norms"), json({1.0, 1.0, 1.0, nullptr, 1.0}));
  for (const char* key : {"w1_norm", "nonzero_fraction", "pattern_fraction"}) {
    EXPECT_TRUE(result.at(key).is_null()) << key;
  }
  EXPECT_EQ(result.at("w1_interval"), json({nullptr, nullptr}));
  EXPECT_TRUE(result.at("seconds").is_number());
  const auto cells = row(findings, "failing");
  for (std::size_t i = 1; i <= 7; ++i) EXPECT_EQ(cells[i], "-") << i;
  EXPECT_NE(findings.text.find("- stands for"), std::string::npos);
  expect_said(findings.failure,
              {"failing: 1 of 5 chains", "chain 3 at t = 6", "largest element of Y", "weights and settings"});
}

/// Were the missing sample left out, the next one would be taken for it. The table and the document go on.
TEST_F(Missing, FramesOfSampleEndBeforeTheChain) {
  for (const bool alone : {false, true}) {
    Outputs outputs;
    const std::string path = testing::TempDir() + "frames";
    FrameOutput frames("--out", path, outputs);
    SamplePlan plan{plan_, plan_.grid, false, 5};
    plan.frames = &frames;
    plan.wants_frames_alone = alone;
    const Findings findings = run_sample(plan);
    EXPECT_EQ(read_results(findings).at(0).at("not_finite"), 1);
    EXPECT_EQ(frames.frames(), 3);
    EXPECT_EQ(read_file(path).size(), 3 * (128 + 12 * 12 * sizeof(float)));
    expect_said(findings.failure, {"failing: 1 of 5 chains",
                                   "--out: ", "chain 3 has no finite estimate; 3 of 5 frames were written whole"});
  }
}

TEST_F(Missing, TheLargestElementIsThatOfY) {
  auto request = request_for<SampleRequest>(plan_.request, "failing");
  request.chains = 4;
  request.grid = plan_.grid;
  const Overflow first = late_.sample(request).not_finite.first;
  EXPECT_EQ(first.number, 3);
  EXPECT_EQ(first.t, 6.0f);
  // The element holds the drift and at most five deviations of the noise.
  EXPECT_GT(first.largest_element, 2.0f);
  EXPECT_LT(first.largest_element, 6 + 5 * std::sqrt(6.0f));
}

TEST_F(Missing, ThePathOfAChainIsKeptUntilItEnds) {
  auto request = request_for<SampleRequest>(plan_.request, "failing");
  request.chains = request.paths = 4;
  request.grid = plan_.grid;
  const SampleResult result = late_.sample(request);
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(result.paths[2][i], 1.0f);
    EXPECT_EQ(std::isnan(result.paths[3][i]), i >= 5) << i;
  }
}

TEST_F(Missing, SamplesOfMse) {
  const Findings findings = mse(plan_);
  const json results = read_results(findings);
  EXPECT_EQ(results.at(0).at("not_finite"), 0);
  EXPECT_TRUE(results.at(0).at("mse").is_number());
  EXPECT_EQ(results.at(1).at("not_finite"), 1);
  EXPECT_TRUE(results.at(1).at("mse").is_null());
  EXPECT_TRUE(results.at(1).at("stderr").is_null());
  EXPECT_NE(row(findings, "failing", "4")[3], "-");
  EXPECT_EQ(row(findings, "failing", "8")[3], "-");
  EXPECT_EQ(row(findings, "failing", "8")[4], "-");
  expect_said(findings.failure, {"failing: 1 of 5 samples", "sample 3 at t = 8"});
  EXPECT_EQ(findings.failure->find("measurements"), std::string::npos);
}

TEST_F(Missing, SeveralMeasurementsAreOneLine) {
  plan_.drifts = {"failing", "other"};
  expect_said(mse(plan_).failure, {"failing: 1 of 5 samples", "; so in 2 measurements in all"});
}

/// A copy that fails must leave the averages of fewer copies as they are.
TEST_F(Missing, CopiesOfReduce) {
  const std::uint64_t copy = (std::uint64_t{2} << 20) + 5;
  const FailingSize of_a_copy([=](std::uint64_t chain, float t) { return chain == copy && t >= 6; });
  const FailingSize never(fails_never);
  plan_.times = {4};
  const json known = read_results(reduce(plan_for(never)));
  plan_.size = &of_a_copy;
  const Findings findings = reduce(plan_);
  const json results = read_results(findings);
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(results[0], known[0]);
  EXPECT_EQ(results[1], known[1]);
  EXPECT_EQ(results[2].at("copies"), 16);
  EXPECT_EQ(results[2].at("not_finite"), 1);
  EXPECT_TRUE(results[2].at("mse_sampler").is_null());
  EXPECT_TRUE(results[2].at("stderr_sampler").is_null());
  for (const char* key : {"mse_direct", "mse_exact", "stderr_direct"}) EXPECT_EQ(results[2].at(key), known[2].at(key));
  EXPECT_EQ(row(findings, "failing", "4")[3].find('-'), std::string::npos);
  expect_said(findings.failure, {"failing: 1 of 5 samples", "sample 2 at t = 6"});
}

TEST_F(Missing, TheDriftItselfInReduce) {
  const FailingSize direct([](std::uint64_t chain, float t) { return chain == 3 && t == 4; });
  plan_.size = &direct;
  plan_.times = {4};
  plan_.copies = 2;  // so few that no copy is chain 3
  for (const json& result : read_results(reduce(plan_))) {
    EXPECT_EQ(result.at("not_finite"), 1);
    EXPECT_TRUE(result.at("mse_direct").is_null());
    EXPECT_TRUE(result.at("mse_exact").is_number());
  }
}

TEST_F(Missing, SamplesOfLipschitz) {
  const Findings findings = lipschitz(plan_);
  const json results = read_results(findings);
  for (const char* key : {"constant_times_t", "random_constant_times_t", "median_constant_times_t"}) {
    EXPECT_TRUE(results.at(0).at(key).is_number()) << key;
    EXPECT_TRUE(results.at(1).at(key).is_null()) << key;
  }
  EXPECT_EQ(results.at(1).at("not_finite"), 1);
  expect_said(findings.failure, {"failing: 1 of 5 samples", "sample 3 at t = 8"});
}

/// Only the path with steps of 1/4 comes to t = 7.75.
TEST_F(Missing, PathsOfConvergence) {
  const FailingSize finest([](std::uint64_t chain, float t) { return chain == 3 && t == 7.75f; });
  plan_.size = &finest;
  const Findings findings = convergence(plan_);
  const json results = read_results(findings);
  ASSERT_EQ(results.size(), 2U);
  EXPECT_EQ(results[0].at("not_finite"), 0);
  EXPECT_TRUE(results[0].at("error").is_number());
  EXPECT_TRUE(results[0].at("ratio").is_null());
  EXPECT_EQ(results[1].at("not_finite"), 1);
  for (const char* key : {"error", "stderr", "ratio"}) EXPECT_TRUE(results[1].at(key).is_null()) << key;
  expect_said(findings.failure, {"failing: 1 of 5 paths", "path 3 at t = 7.75"});
}

TEST_F(Missing, StepsOfProfile) {
  const Findings findings = profile(plan_);
  const json results = read_results(findings);
  for (const json& result : results) {
    EXPECT_EQ(result.at("not_finite"), 2);
    EXPECT_EQ(result.at("count"), 100);
    EXPECT_EQ(result.at("valid"), false);
    for (const char* key : {"mean_ns", "p50_ns", "p90_ns", "p99_ns", "p999_ns", "max_ns", "max_step"}) {
      EXPECT_TRUE(result.at(key).is_null()) << key;
    }
  }
  EXPECT_TRUE(results.at(0).at("timing_cost").is_null());
  EXPECT_TRUE(results.at(0).at("phase_sum").is_null());
  const auto cells = row(findings, "failing", "step");
  for (std::size_t i = 2; i <= 8; ++i) EXPECT_EQ(cells[i], "-") << i;
  expect_said(findings.failure, {"failing: 2 of 100 steps", "a step of chain 3 at t = 6"});
}

TEST_F(Missing, AllOfTheOverview) {
  plan_.drifts = {"failing", "other"};
  const Findings findings = overview(plan_);
  for (const json& result : read_results(findings)) EXPECT_TRUE(result.at("not_finite").is_number());
  expect_said(findings.failure, {"failing: ", " of 100 steps", "; so in 6 measurements in all"});
}

/// A user's own drift may report success with an estimate that is not finite.
/// One chain or path tells nothing of how far others lie from it.
TEST(UncertaintyOfOne, IsNotKnown) {
  const FailingSize never(fails_never);
  Plan plan = plan_for(never);
  plan.chains = 1;
  const json samples = read_results(sample(plan)).at(0), path = read_results(convergence(plan)).at(0);
  EXPECT_EQ(samples.at("w1_interval"), json({nullptr, nullptr}));
  EXPECT_TRUE(samples.at("w1_norm").is_number());
  EXPECT_EQ(row(sample(plan), "failing")[7], "-");
  EXPECT_TRUE(path.at("stderr").is_null());
  EXPECT_TRUE(path.at("error").is_number());
  EXPECT_EQ(row(convergence(plan), "failing")[3], "-");
}

TEST(MissingWithoutAStatus, IsSaidToo) {
  MissingEstimates missing;
  missing.add("own", {3, {}}, 10, kSamples);
  expect_said(missing.failure(), {"own: 3 of 10 samples", "although the drift's status is ok"});
}

TEST(MissingWithALargeMatrix, GivesTheTimesTheBlame) {
  MissingEstimates missing;
  missing.add("power", {1, {0, 1e20f, 1e20f}}, 10, kSamples);
  expect_said(missing.failure(), {"power: 1 of 10 samples", "magnitude 1e+20", "smaller times"});
}

TEST(MissingInScaling, ASizeWithoutATime) {
  const FailingSize smallest(fails_never), middle(fails_soon, 13), largest(fails_never, 14);
  ScalingPlan plan;
  plan.request.quiet = true;
  plan.steps = 20;
  plan.drifts = {{"failing", {&smallest, &middle, &largest}}};
  Outputs outputs;
  const Findings findings = run_scaling(plan, outputs, nullptr);
  const json result = read_results(findings).at(0);
  EXPECT_EQ(result.at("not_finite")[0], 0);
  EXPECT_GT(result.at("not_finite")[1], 0);
  EXPECT_TRUE(result.at("p50_ns")[0].is_number());
  EXPECT_TRUE(result.at("p50_ns")[1].is_null());
  for (const char* key : {"exponent", "exponent_stderr"}) EXPECT_TRUE(result.at(key).is_null()) << key;
  EXPECT_EQ(row(findings, "failing")[5], fmt::format("{:.2f}", 1e-3 * result.at("p50_ns")[0].get<double>()));
  expect_said(findings.failure, {"failing at n = 13", "of 20 steps", "a step of chain 0"});
}

/// Returns what a quick report of the one size measures. The size lives until the next report.
ReportData quick_report(std::unique_ptr<CompiledSize> size) {
  static std::vector<std::unique_ptr<CompiledSize>> all;
  all.clear();
  all.push_back(std::move(size));
  ReportOptions options;
  options.all = &all;
  options.size = all.front().get();
  options.request.quiet = true;
  options.scale = ReportScale::kQuick;
  const std::atomic<bool> stop{false};
  return measure_report(options, stop);
}

/// A drift for which there is no memory costs no result of the drifts before it.
class Kept : public ::testing::Test {
 protected:
  static void expect_kept(Findings (*run)(const Plan&), std::size_t results) {
    const FailingSize size("other");
    Plan plan = plan_for(size);
    plan.drifts = {"failing", "other"};
    const Findings findings = run(plan);
    EXPECT_EQ(read_results(findings).size(), results);
    EXPECT_GT(row(findings, "failing").size(), 1U);
    EXPECT_EQ(findings.text.find("\nother"), std::string::npos);
    expect_said(findings.failure, {"out of memory", "ulimit -v", "what was measured before that is kept"});
    plan.drifts = {"other", "failing"};
    EXPECT_THROW(run(plan), std::exception);
  }
};

TEST_F(Kept, ByEveryCommand) {
  expect_kept(sample, 1);
  expect_kept(mse, 2);
  expect_kept(reduce, 6);
  expect_kept(lipschitz, 2);
  expect_kept(convergence, 2);
  expect_kept(profile, 4);  // its steps have a period, and so a response
  expect_kept(overview, 6);
}

TEST_F(Kept, ByScaling) {
  const FailingSize size("other");
  ScalingPlan plan;
  plan.request.quiet = true;
  plan.steps = 20;
  plan.drifts = {{"failing", {&size}}, {"other", {&size}}};
  Outputs outputs;
  const Findings findings = run_scaling(plan, outputs, nullptr);
  EXPECT_EQ(read_results(findings).size(), 1U);
  expect_said(findings.failure, {"out of memory; give fewer drifts", "is kept"});
  plan.drifts.erase(plan.drifts.begin());
  EXPECT_THROW(run_scaling(plan, outputs, nullptr), std::exception);
}

TEST_F(Kept, ByReport) {
  const auto expect_partial = [](const std::string& too_large) {
    const ReportData data = quick_report(std::make_unique<FailingSize>(too_large));
    EXPECT_TRUE(data.partial);
    EXPECT_FALSE(to_json(data).empty());
    EXPECT_TRUE(data.scores.empty());
    expect_said(data.failure, {"out of memory", "--quick", "is kept"});
    const Page page = make_page(data);
    ASSERT_EQ(page.notices.size(), 1U);
    EXPECT_NE(page.notices.front().find("Partial: out of memory"), std::string::npos);
  };
  expect_partial("exact");  // the second
  EXPECT_THROW(expect_partial("failing"), std::exception);
}

TEST(MissingInReport, ThePageSaysIt) {
  // How many chains a profile reaches depends on how fast its steps are, but it always begins with chain 0.
  const ReportData data = quick_report(std::make_unique<FailingSize>(fails_soon));
  expect_said(missing_estimates(data).failure(), {"failing: ", "a step of chain 0", "measurements in all"});
  const Page page = make_page(data);
  ASSERT_EQ(page.notices.size(), 1U);
  EXPECT_NE(page.notices.front().find("a step of chain 0"), std::string::npos);
  for (const json& result : json::parse(json_text(to_json(data)))) {
    EXPECT_TRUE(result.at("not_finite").is_number()) << result;
  }
  const std::string numbers = json_text(to_json(data)) + json_text(to_json(page));
  EXPECT_FALSE(says_not_a_number(numbers));
  EXPECT_NE(numbers.find("\"mse\": null"), std::string::npos);
  EXPECT_NE(numbers.find("\"mse\": 1."), std::string::npos);
  const HtmlPage html = to_html(page, [](const Plot&, Width, const std::string&, const std::string&,
                                         const std::string&) { return std::string("<svg></svg>"); });
  EXPECT_FALSE(says_not_a_number(html.html));
}

}  // namespace
}  // namespace driftbench
