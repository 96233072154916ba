// Tests the tables that people read: each number must stand under the header that says what it is.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/tools/sizes/fake_diffusion.h"
#include "tests/tools/sizes/fake_size.h"
#include "tools/base/outputs.h"
#include "tools/base/table.h"
#include "tools/command_line/convergence.h"
#include "tools/command_line/lipschitz.h"
#include "tools/command_line/mse.h"
#include "tools/command_line/not_converged.h"
#include "tools/command_line/overview.h"
#include "tools/command_line/profile.h"
#include "tools/command_line/reduce.h"
#include "tools/command_line/sample.h"
#include "tools/measurements/time_grid.h"
#include "tools/profiling/profile_files.h"
#include "tools/sizes/isa_kernels.h"

namespace driftbench {
namespace {

/// Returns the findings of `profile`, which writes no files here.
Findings profile_findings(const ProfilePlan& plan) {
  Outputs outputs;
  ProfileFiles files(plan.outputs, profile_subjects(plan), plan.period_ns.has_value(), outputs);
  outputs.open();
  return run_profile(plan, files);
}

using nlohmann::ordered_json;

using Cells = std::vector<std::string>;

/// Returns the cells of a line, which two or more blanks separate.
Cells cells_of(const std::string& line) {
  Cells cells;
  for (std::size_t begin = 0; begin < line.size();) {
    const std::size_t end = std::min(line.find("  ", begin), line.size());
    cells.push_back(line.substr(begin, end - begin));
    begin = std::min(line.find_first_not_of(' ', end), line.size());
  }
  return cells;
}

/// Returns the headers and the rows of the table in the text.
std::vector<Cells> table_in(const std::string& text) {
  std::istringstream lines(text);
  std::vector<Cells> table;
  for (std::string line; std::getline(lines, line);) {
    if (table.empty() && !line.starts_with("drift ")) continue;
    if (line.empty()) break;
    table.push_back(cells_of(line));
  }
  return table;
}

/// The size n = 40 has the drift "fake", in whose measurements no two numbers are the same.
class Tables : public ::testing::Test {
 protected:
  void SetUp() override {
    size_.samples.fro_norms = {0.625f, 0.125f, 1, 0.25f, 0.75f};
    size_.samples.nonzero_fraction = 0.61;
    size_.samples.pattern_fraction = 0.42;
    size_.samples.w1_norm = 0.173;
    size_.samples.w1_interval = {0.15, 0.25};
    size_.samples.seconds = 1.75;
    size_.samples.not_converged = 12;
    size_.errors = {{16, {0.4321, 0.0123, 0.4567, 0.0234, 3, {}, {}}},
                    {48, {0.2109, 0.0456, 0.5678, 0.0345, 4, {}, {}}}};
    size_.reductions = {
        {1, {0.6, 0.06}, {0.5, 0.05}, MeanEstimate{0.4, 0.04}, {0.31, 0.031}, std::nullopt, 21, {}},
        {4, {0.55, 0.055}, {0.45, 0.045}, std::nullopt, {0.32, 0.032}, MeanEstimate{0.33, 0.033}, 21, {}}};
    size_.constants = {1.5, 4.5, 2.5, 8, {}};
    size_.distances = {{0.5, 1.25, 0.125, 2.75, 31, {}}, {0.25, 0.45, 0.05, std::nullopt, 31, {}}};
    plan_.size = &size_;
    plan_.drifts = {"fake"};
    plan_.request.quiet = true;
    plan_.request.seed = 9;
  }

  SamplePlan sample_plan() const { return {plan_, grid_, false, 5}; }
  PointsPlan mse_plan() const { return {plan_, {16, 48}, 50}; }
  ProfilePlan profile_plan(std::int64_t steps) const { return {plan_, grid_, steps, {}, {}, {}, {}}; }
  OverviewPlan overview_plan(std::int64_t steps) const { return {plan_, {16, 48}, grid_, 5, 50, steps}; }

  FakeSize size_;
  DriftPlan plan_;
  const TimeGrid grid_ = uniform_grid(2, 160);
};

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST_F(Tables, Sample) {
  const Findings findings = run_sample(sample_plan());
  EXPECT_EQ(
      table_in(findings.text),
      (std::vector<Cells>{{"drift", "norm min", "median", "max", "nonzero", "patterns", "W1", "95 %", "seconds"},
                          {"fake", "0.1250", "0.6250", "1.0000", "0.610", "0.420", "0.1730", "0.150-0.250", "1.75"}}));
  EXPECT_TRUE(contains(findings.text, "\n12 of 400 steps of fake ran out of iterations")) << findings.text;
  EXPECT_TRUE(contains(findings.text, "5 chains to t = 160, 80 uniform steps, euler-maruyama")) << findings.text;
  EXPECT_TRUE(findings.text.starts_with("fake-target, n = 40, k = 3, P(s = 1) = 0.5, seed 9\n")) << findings.text;
}

TEST_F(Tables, Mse) {
  const Findings findings = run_mse(mse_plan());
  EXPECT_EQ(table_in(findings.text),
            (std::vector<Cells>{{"drift", "t", "t/n", "mse", "stderr", "trace", "+-"},
                                {"fake", "16", "0.4", "0.4321", "0.0123", "0.4567", "0.0234"},
                                {"fake", "48", "1.2", "0.2109", "0.0456", "0.5678", "0.0345"}}));
  EXPECT_TRUE(contains(findings.text, "\n7 of 100 samples of fake ran out of iterations")) << findings.text;
}

TEST_F(Tables, Reduce) {
  const Findings findings = run_reduce({plan_, {16}, grid_, 4, 50});
  EXPECT_EQ(table_in(findings.text),
            (std::vector<Cells>{
                {"drift", "t", "copies", "sampler", "+-", "direct", "exact", "truth-copy", "+-", "copy-copy", "+-"},
                {"fake", "16", "1", "0.6000", "0.0600", "0.5000", "0.4000", "0.3100", "0.0310", "-", "-"},
                {"fake", "16", "4", "0.5500", "0.0550", "0.4500", "-", "0.3200", "0.0320", "0.3300", "0.0330"}}));
  EXPECT_TRUE(contains(findings.text, "\n21 of 14650 evaluations of fake ran out of iterations")) << findings.text;
}

TEST_F(Tables, Lipschitz) {
  const Findings findings = run_lipschitz({plan_, {16}, 50});
  EXPECT_EQ(table_in(findings.text), (std::vector<Cells>{{"drift", "t", "t/n", "random", "power", "median"},
                                                         {"fake", "16", "0.4", "1.5", "4.5", "2.5"}}));
  EXPECT_TRUE(contains(findings.text, "\n8 of 50 observations of fake ran out of iterations")) << findings.text;
}

TEST_F(Tables, Convergence) {
  const Findings findings = run_convergence({plan_, grid_, 1, 5});
  EXPECT_EQ(table_in(findings.text), (std::vector<Cells>{{"drift", "dt", "error", "+-", "ratio"},
                                                         {"fake", "0.5", "1.25", "0.12", "2.75"},
                                                         {"fake", "0.25", "0.45", "0.05", "-"}}));
  EXPECT_TRUE(contains(findings.text, "\n31 of 1200 steps of fake ran out of iterations")) << findings.text;
}

TEST_F(Tables, NothingIsSaidWhereAllConverged) {
  size_.samples.not_converged = 0;
  EXPECT_FALSE(contains(run_sample(sample_plan()).text, "iterations"));
}

TEST(NotConverged, NamesTheDriftsThatRanOut) {
  NotConverged not_converged("steps");
  EXPECT_EQ(not_converged.sentence(), "");
  for (const std::int64_t count : {2, 3}) {
    not_converged.add("amp", count, 10);
    not_converged.add("power", 0, 10);
    not_converged.add("spectral", 1, 10);
  }
  EXPECT_TRUE(not_converged.sentence().starts_with("5 of 20 steps of amp, 2 of 20 of spectral ran out of iterations"))
      << not_converged.sentence();
  EXPECT_FALSE(contains(not_converged.sentence(), "power"));
  EXPECT_TRUE(contains(not_converged.sentence(), "expected where Y holds no signal"));
}

/// Returns a diffusion in which so many steps take longer that every percentile is different: of 10,000 steps an eighth
/// take twice as long, a 64th four times, a 512th eight times, and a 4096th sixteen times.
std::unique_ptr<Diffusion> uneven_diffusion(double factor) {
  const auto drift = [=](std::int64_t i) {
    const int longer = i % 4096 == 0 ? 16 : i % 512 == 0 ? 8 : i % 64 == 0 ? 4 : i % 8 == 0 ? 2 : 1;
    pass_ns(factor * 20'000 * longer);
  };
  return std::make_unique<FakeDiffusion>(drift, [=] { pass_ns(factor * 5'000); });
}

/// Returns the cell of a duration in nanoseconds.
std::string cell(const ordered_json& ns) { return ns.is_null() ? "-" : microseconds(ns.get<double>()); }

TEST_F(Tables, ProfileHasEachQuantileUnderItsHeader) {
  size_.make_diffusion = [] { return uneven_diffusion(1); };
  const Findings findings = profile_findings(profile_plan(10'000));
  const auto table = table_in(findings.text);
  ASSERT_EQ(findings.results.size(), 3U);
  ASSERT_EQ(table.size(), 4U);
  EXPECT_EQ(table[0], (Cells{"drift", "phase", "mean us", "p50", "p90", "p99", "p99.9", "max", "at step", "KiB"}));
  for (std::size_t i = 0; i < 3; ++i) {
    const ordered_json& phase = findings.results[i];
    Cells expected{phase.at("phase"),        cell(phase.at("mean_ns")),  cell(phase.at("p50_ns")),
                   cell(phase.at("p90_ns")), cell(phase.at("p99_ns")),   cell(phase.at("p999_ns")),
                   cell(phase.at("max_ns")), phase.at("max_step").dump()};
    if (i == 0) {
      expected.insert(expected.begin(), "fake");
      expected.push_back("5.0");
      // If two cells were equal, their columns could be swapped unnoticed.
      for (std::size_t j = 3; j + 1 < 8; ++j) EXPECT_NE(expected[j], expected[j + 1]) << j;
      EXPECT_NE(expected[2], expected[3]);
    } else {
      expected.insert(expected.begin(), "");
    }
    EXPECT_EQ(table[i + 1], expected);
  }
}

Diffusion* slow_diffusion(const SizeId&, const Request&) { return uneven_diffusion(2).release(); }
Diffusion* fast_diffusion(const SizeId&, const Request&) { return uneven_diffusion(1).release(); }

/// The second of two instruction sets takes half of the first one's time.
TEST_F(Tables, ProfileHasTheRatioToTheFirst) {
  const IsaKernels slow{"slow", slow_diffusion}, fast{"fast", fast_diffusion};
  ProfilePlan plan = profile_plan(400);
  plan.isas = {{"slow", true, &slow}, {"fast", true, &fast}};
  const auto table = table_in(profile_findings(plan).text);
  ASSERT_EQ(table.size(), 7U);
  EXPECT_EQ(table[0].back(), "ratio");
  EXPECT_EQ(table[1][0], "fake@slow");
  EXPECT_EQ(table[1].back(), "1.00");
  EXPECT_EQ(table[4][0], "fake@fast");
  EXPECT_LT(std::stod(table[4].back()), 0.8);
}

TEST_F(Tables, OverviewHasEachNumberUnderItsHeader) {
  size_.make_diffusion = [] { return uneven_diffusion(1); };
  const Findings findings = run_overview(overview_plan(1200), [](std::string_view) {});
  const ordered_json &step = findings.results.at(0), &noise = findings.results.at(2);
  ASSERT_EQ(step.at("phase"), "step");
  ASSERT_EQ(noise.at("phase"), "noise");
  const std::vector<Cells> expected{
      {"drift", "step us", "p99", "noise us", "KiB", "mse 0.4n", "mse 1.2n", "nonzero", "W1"},
      {"fake", cell(step.at("p50_ns")), cell(step.at("p99_ns")), cell(noise.at("p50_ns")), "5.0", "0.432", "0.211",
       "0.61", "0.173"}};
  EXPECT_EQ(table_in(findings.text), expected);
  EXPECT_NE(expected[1][1], expected[1][2]);
  EXPECT_NE(expected[1][1], expected[1][3]);
  EXPECT_TRUE(contains(findings.text, "0.046; the drift 0 has 0.5")) << "the largest standard error: " << findings.text;
  EXPECT_TRUE(contains(findings.text, "\n19 of 500 estimates of fake ran out of iterations")) << findings.text;
}

/// Each row is shown before the next drift is measured, and stays as it was shown.
TEST_F(Tables, OverviewShowsEachRowAtOnce) {
  int begun = 0;
  size_.make_diffusion = [&] {
    ++begun;
    return uneven_diffusion(1);
  };
  plan_.drifts = {"fake", "a fake of a longer name"};
  std::vector<std::string> shown;
  const Findings findings = run_overview(overview_plan(100), [&](std::string_view text) {
    EXPECT_EQ(begun, static_cast<int>(shown.size()) + 1);
    shown.emplace_back(text);
  });
  ASSERT_EQ(shown.size(), 2U);
  EXPECT_EQ(table_in(shown[0]).size(), 2U);
  EXPECT_EQ(table_in(shown[1]).size(), 3U);
  EXPECT_TRUE(shown[1].starts_with(shown[0])) << shown[1];
  EXPECT_TRUE(findings.text.starts_with(shown[1])) << findings.text;
}

TEST(Table, AColumnOfFixedWidthStaysAsWide) {
  Table table({{"name", "", 6}, {"n", "", 3}});
  table.add_row({"a", "1"});
  const std::string first = table.lines();
  EXPECT_EQ(first, "name      n\na         1\n");
  table.add_row({"a long name", "10000"});
  EXPECT_EQ(table.lines(), first + "a long name  10000\n");
}

TEST(Table, AlignsItsColumns) {
  Table table({{"name", ""}, {"n", "what it counts"}, {"longer", "what else"}});
  table.add_row({"a", "100", "1"});
  table.add_row({"long name", "1", "22"});
  EXPECT_EQ(table.to_string(),
            "name         n  longer\n"
            "a          100       1\n"
            "long name    1      22\n"
            "\n"
            "  n       what it counts\n"
            "  longer  what else\n");
}

TEST(Table, Units) {
  EXPECT_EQ(microseconds(12'345), "12.35");
  EXPECT_EQ(kibibytes(5120), "5.0");
  EXPECT_EQ(kibibytes(1000), "1.0");
  EXPECT_EQ(kibibytes(102'400), "100.0");
}

}  // namespace
}  // namespace driftbench
