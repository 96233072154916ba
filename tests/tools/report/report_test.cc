// Tests `driftbench report` from the shell, at sizes that take seconds.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/tools/command_line/run.h"
#include "tests/tools/report/browser.h"
#include "tools/pictures/gnuplot.h"

namespace driftbench {
namespace {

using nlohmann::json;

/// All tests of this class look at the same report.
class Report : public Browser {
 protected:
  void SetUp() override {}  // most tests need no browser
  static void SetUpTestSuite() {
    outcome_ =
        new Outcome(run("printf 't,mse\\n16,0.45\\n32,0.25\\n' > \"$T\"/curve.csv\n"
                        "$D report --quick --n 20 --k 3 --out \"$T\"/report.html --reference \"$T\"/curve.csv"));
    html_ = new std::string(read_file(test_folder() + "report.html"));
    document_ = new json(json::parse(read_file(test_folder() + "report.json"), nullptr, /*allow_exceptions=*/false));
  }
  static void TearDownTestSuite() {
    delete outcome_;
    delete html_;
    delete document_;
  }

  static json results(const std::string& section) {
    json found = json::array();
    for (const json& result : document_->at("results")) {
      if (result.at("section") == section) found.push_back(result);
    }
    return found;
  }
  static std::set<std::string> drifts(const json& results) {
    std::set<std::string> found;
    for (const json& result : results) found.insert(result.at("drift").get<std::string>());
    return found;
  }

  inline static Outcome* outcome_ = nullptr;
  inline static std::string* html_ = nullptr;
  inline static json* document_ = nullptr;
};

TEST_F(Report, SaysWhatItWrote) {
  EXPECT_EQ(outcome_->status, 0);
  EXPECT_NE(outcome_->out.find("report.html"), std::string::npos) << outcome_->out;
  EXPECT_NE(outcome_->out.find("report.json"), std::string::npos) << outcome_->out;
  EXPECT_EQ(outcome_->err.empty(), gnuplot_available()) << outcome_->err;
  ASSERT_TRUE(document_->is_object());
  EXPECT_EQ(document_->at("partial"), false);
  EXPECT_EQ(html_->find("Partial"), std::string::npos);
}

TEST_F(Report, MeasuresEverySection) {
  const std::set<std::string> all{"zero",     "power", "spectral",     "ungated",    "soft-spectral", "amp",
                                  "amp-soft", "exact", "amp-restarts", "gated(amp)", "lipschitz(amp)"};
  auto with_reference = all;
  with_reference.insert("reference");
  EXPECT_EQ(drifts(results("score")), with_reference);
  EXPECT_EQ(drifts(results("samples")), all);
  EXPECT_EQ(drifts(results("cost")), all);
  EXPECT_EQ(drifts(results("lipschitz")),
            (std::set<std::string>{"spectral", "amp", "lipschitz(spectral)", "lipschitz(amp)"}));
  EXPECT_EQ(drifts(results("reduce")), (std::set<std::string>{"exact", "amp", "gated(amp)", "ungated"}));
  EXPECT_EQ(drifts(results("schedules")), (std::set<std::string>{"exact", "spectral"}));
  for (const char* section : {"score", "samples", "theorem-1", "lipschitz", "reduce", "schedules", "cost"}) {
    EXPECT_NE(html_->find("<section id=\"" + std::string(section) + "\">"), std::string::npos) << section;
  }
}

/// The page's tables and pictures, in which each number is a cell, must stand in the JSON as they stand on the page.
TEST_F(Report, NumbersOfThePageAreInTheJson) {
  std::size_t cells = 0;
  for (const json& section : document_->at("page").at("sections")) {
    for (const json& block : section.at("blocks")) {
      if (!block.contains("rows")) continue;
      for (const json& row : block.at("rows")) {
        EXPECT_EQ(row.size(), block.at("columns").size());
        for (const json& cell : row) {
          const auto text = cell.get<std::string>();
          EXPECT_NE(html_->find(">" + text + "</td>"), std::string::npos) << text;
          ++cells;
        }
      }
    }
  }
  EXPECT_GT(cells, 1000U);
  std::size_t on_page = 0;
  for (std::size_t at = html_->find("</td>"); at != std::string::npos; at = html_->find("</td>", at + 1)) ++on_page;
  EXPECT_EQ(on_page, cells);
}

/// The report itself must show the point of it all: exact is near the target, and amp is not.
TEST_F(Report, TellsTheStory) {
  double exact_w1 = 1, amp_w1 = 0;
  for (const json& result : results("samples")) {
    if (result.at("n") != 16) continue;
    if (result.at("drift") == "exact") exact_w1 = result.at("w1_norm");
    if (result.at("drift") == "amp") amp_w1 = result.at("w1_norm");
  }
  EXPECT_LT(exact_w1, 0.2);
  EXPECT_GT(amp_w1, exact_w1 + 0.1);
  for (const json& result : results("samples")) {
    if (result.at("drift") == "ungated" && result.at("target_w") == 1) {
      EXPECT_LT(result.at("w1_norm"), 1e-5);
      EXPECT_EQ(result.at("pattern_fraction"), 1);
      EXPECT_EQ(result.at("nonzero_fraction"), 1);
    }
    if (result.at("drift") == "gated(amp)") {
      for (const json& norm : result.at("fro_norms")) EXPECT_LT(norm, 0.05);
    }
  }
}

/// The norm along a chain ends where the chain does.
TEST_F(Report, FollowsAFewChains) {
  for (const json& result : results("samples")) {
    ASSERT_EQ(result.at("path_norms").size(), 3U);
    EXPECT_EQ(result.at("path_times").back(), result.at("t_end"));
    for (std::size_t chain = 0; chain < 3; ++chain) {
      const json& path = result.at("path_norms").at(chain);
      ASSERT_EQ(path.size(), result.at("path_times").size());
      EXPECT_EQ(path.back(), result.at("fro_norms").at(chain));
      if (result.at("drift") == "zero") {
        for (const json& norm : path) EXPECT_EQ(norm, 0);
      }
      if (result.at("drift") == "ungated") {
        for (const json& norm : path) EXPECT_NEAR(norm.get<double>(), 1, 1e-5);
      }
    }
  }
}

/// Where labels lie depends on measured times, so whether they touch is tested on a page of given numbers instead.
TEST_F(Report, IsCompleteInABrowser) {
  Browser::SetUp();
  if (IsSkipped()) return;
  if (!gnuplot_available()) GTEST_SKIP() << "there is no gnuplot";
  expect_complete(look_at(*html_), 300);
}

TEST(ReportArguments, APlaceThatCannotBeWrittenIsFoundFirst) {
  for (const std::string arguments :
       {"--out /nowhere/report.html", "--out \"$T\"", "--out \"$T\"/r.html --json /nowhere/r.json",
        "--out \"$T\"/r.html --json \"$T\"/r.html", "--out -", "--quick --full", "--reference /nowhere.csv", "--n 33",
        "--drift amp"}) {
    const Outcome outcome = run("timeout 20 $D report " + arguments);
    EXPECT_EQ(outcome.status, 2) << arguments << outcome.err;
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << arguments << outcome.err;
    EXPECT_EQ(outcome.out, "") << arguments;
    EXPECT_FALSE(std::filesystem::exists(test_folder() + "r.html")) << arguments;
  }
}

/// One ctrl-C ends the report after the point that it is at.
TEST(ReportStop, KeepsWhatThereIs) {
  const Outcome outcome =
      run("timeout --preserve-status -s INT 2 $D report --full --n 20 --k 3 --out \"$T\"/stopped.html");
  EXPECT_EQ(outcome.status, 130) << outcome.err;
  EXPECT_NE(outcome.out.find("partial"), std::string::npos) << outcome.out;
  const std::string html = read_file(test_folder() + "stopped.html");
  EXPECT_NE(html.find("Partial"), std::string::npos);
  const json document = json::parse(read_file(test_folder() + "stopped.json"), nullptr, /*allow_exceptions=*/false);
  ASSERT_TRUE(document.is_object());
  EXPECT_EQ(document.at("partial"), true);
  EXPECT_FALSE(document.at("results").empty());
}

TEST(ReportPictures, WithoutGnuplotThereAreTables) {
  const Outcome outcome =
      run("timeout --preserve-status -s INT 20 env PATH=/nowhere "
          "$D report --quick --n 12 --k 3 --out \"$T\"/plain.html --json \"$T\"/p.json");
  EXPECT_TRUE(outcome.status == 0 || outcome.status == 130) << outcome.status;
  EXPECT_NE(outcome.err.find("gnuplot is not installed"), std::string::npos) << outcome.err;
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  const std::string html = read_file(test_folder() + "plain.html");
  EXPECT_EQ(html.find("<svg"), std::string::npos);
  EXPECT_NE(html.find("gnuplot is not installed"), std::string::npos);
  EXPECT_NE(html.find("<table"), std::string::npos);
}

}  // namespace
}  // namespace driftbench
