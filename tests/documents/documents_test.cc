// What README.md and the pages of docs/ show is so: sources are compiled and run, commands run, what they print is what
// is shown as far as no clock and no machine decides it, and links lead somewhere. docs/contributing.md has the rules.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/documents/page.h"
#include "tests/documents/run_page.h"
#include "tests/files.h"
#include "tests/tools/command_line/run.h"

namespace driftbench {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

/// README's first command, which is not run as it is: the tests of the overview below compare what no clock decides.
constexpr char kOverview[] = "tools/run";
constexpr char kWhyNotOverview[] = "it takes a minute; its columns of memory and errors are compared";

bool is_overview(const PageCommand& command) { return command.text == kOverview && !command.output.empty(); }

/// A source that the pages show, the program that it is compiled to, and what that prints.
struct Example {
  std::string source, program, printed;
};
const std::vector<Example> kExamples{
    {"tests/documents/example.cc", "tests/documents/example", "[0-9]+ bytes, norm of the sample [01][.]0000\n"},
    {"tests/documents/own_drift.cc", "tests/documents/own_drift", "norm of the sample 0[.][0-9]+\n"},
    {"tests/documents/own_target.cc", "tests/documents/own_target", "error of spectral at t = n 0[.][0-9]+\n"},
    {"tests/documents/diffusion.c", "tests/documents/diffusion", "[^;]+; squared norm of the sample [01][.][0-9]+\n"},
    {"tests/documents/own_denoiser.c", "tests/documents/own_denoiser",
     "ok; mean squared error 0[.][0-4][0-9]+, that of 0 is 0[.]5\n"},
};

const std::vector<DocumentPage>& pages() {
  static const std::vector<DocumentPage> all = all_pages();
  return all;
}

std::vector<std::string> files() {
  std::vector<std::string> names;
  for (const DocumentPage& page : pages()) names.push_back(page.file);
  return names;
}

const DocumentPage& page_of(const std::string& file) {
  return *std::find_if(pages().begin(), pages().end(), [&](const DocumentPage& page) { return page.file == file; });
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += text + "\n";
  return all;
}

/// Each test runs once for each page; the parameter is the name of its file.
class EachPage : public testing::TestWithParam<std::string> {
 protected:
  const DocumentPage& page() const { return page_of(GetParam()); }
};

TEST_P(EachPage, FollowsTheRules) { EXPECT_EQ(joined(page().faults), ""); }

TEST_P(EachPage, ShowsSourcesThatAreCompiled) {
  for (const DocumentBlock& block : page().blocks) {
    if (block.language == "console") continue;
    const bool is_there = std::any_of(kExamples.begin(), kExamples.end(), [&](const Example& example) {
      return fs::path(example.source).extension() == (block.language == "c" ? ".c" : ".cc") &&
             shows_part_of(block, read_file(example.source));
    });
    EXPECT_TRUE(is_there) << GetParam() << ":" << block.line << ": no source in tests/documents has these lines";
  }
}

TEST_P(EachPage, HasCommandsThatDoWhatItShows) { EXPECT_EQ(joined(run_page(page(), {kOverview})), ""); }

TEST_P(EachPage, NamesScriptsAndOptionsThatThereAre) {
  for (const PageCommand& command : page().commands) EXPECT_EQ(joined(unknown_words(command)), "");
}

TEST_P(EachPage, HasLinksThatLeadSomewhere) {
  for (const std::string& link : page().links) {
    if (link.starts_with("https://")) continue;
    const std::size_t hash = link.find('#');
    const fs::path folder = fs::path(GetParam()).parent_path();
    const std::string file = hash == 0 ? GetParam() : (folder / link.substr(0, hash)).lexically_normal().string();
    ASSERT_TRUE(fs::exists(file)) << link;
    if (hash == std::string::npos) continue;
    const std::vector<std::string>& anchors = page_of(file).anchors;
    EXPECT_EQ(std::count(anchors.begin(), anchors.end(), link.substr(hash + 1)), 1) << link;
  }
}

INSTANTIATE_TEST_SUITE_P(Documents, EachPage, testing::ValuesIn(files()), [](const auto& file) {
  std::string name = fs::path(file.param).stem().string();
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
});

/// This test never passes: it is skipped, and lists the commands that nothing has run.
TEST(NotRun, Commands) {
  std::vector<std::string> commands;
  for (const DocumentPage& page : pages()) {
    for (const PageCommand& command : page.commands) {
      if (command.use != PageCommand::Use::kNotRun && !is_overview(command)) continue;
      const std::string reason = is_overview(command) ? kWhyNotOverview : command.reason;
      commands.push_back(command.where + ": " + command.text + ": " + reason);
    }
  }
  if (!commands.empty()) GTEST_SKIP() << commands.size() << " commands are not run:\n" << joined(commands);
}

TEST(Readme, IsShortAndLinksToEachPage) {
  const DocumentPage& readme = page_of("README.md");
  EXPECT_LE(readme.lines, 150);
  for (const DocumentPage& page : pages()) {
    if (page.file == readme.file) continue;
    EXPECT_GE(std::count(readme.links.begin(), readme.links.end(), page.file), 1) << page.file;
  }
}

TEST(Examples, AreShownWholeAndRun) {
  for (const Example& example : kExamples) {
    const std::vector<std::string> lines = lines_of(read_file(example.source));
    EXPECT_TRUE(std::any_of(pages().begin(), pages().end(), [&](const DocumentPage& page) {
      return std::any_of(page.blocks.begin(), page.blocks.end(),
                         [&](const DocumentBlock& block) { return block.lines == lines; });
    })) << example.source;
    const Outcome outcome = run(example.program);
    EXPECT_EQ(outcome.status, 0) << example.program;
    EXPECT_TRUE(std::regex_match(outcome.out, std::regex(example.printed))) << outcome.out;
  }
}

/// The overview's rows, each cell by its column.
std::map<std::string, std::vector<std::string>> overview_rows() {
  std::map<std::string, std::vector<std::string>> rows;
  for (const PageCommand& command : page_of("README.md").commands) {
    if (!is_overview(command)) continue;
    for (const std::string& line : command.output) {
      std::istringstream stream(line);
      std::vector<std::string> cells;
      for (std::string cell; stream >> cell;) cells.push_back(cell);
      const bool is_row = cells.size() == 10 && cells[1].find('.') != std::string::npos && !line.starts_with(' ');
      if (is_row) rows[cells[0]] = cells;
    }
  }
  return rows;
}

TEST(Overview, HasTheDriftsAndTheirMemory) {
  std::map<std::string, std::vector<std::string>> rows = overview_rows();
  std::size_t drifts = 0;
  const json listed = run_json("list").at("results");
  for (const json& drift : listed) {
    const std::string name = drift.at("drift");
    if (drift.at("target") != "sparse-signs" || drift.at("n") != 350 || !rows.contains(name)) continue;
    ++drifts;
    std::array<char, 32> kib{};
    std::snprintf(kib.data(), kib.size(), "%.1f", drift.at("state_bytes").get<double>() / 1024);
    EXPECT_EQ(rows[name].at(4), kib.data()) << name;
  }
  EXPECT_EQ(drifts, 7U);
  EXPECT_EQ(rows.size(), drifts);
}

/// Every instruction set has the same draws, and the same estimates but for their last digits.
TEST(Overview, HasTheErrors) {
  const auto rows = overview_rows();
  const json points = run_json("mse --drift all --samples 1000 --t 1.2n").at("results");
  for (const json& point : points) {
    const std::string drift = point.at("drift");
    ASSERT_TRUE(rows.contains(drift)) << drift;
    EXPECT_NEAR(point.at("mse").get<double>(), std::stod(rows.at(drift).at(7)), 0.0015) << drift;
  }
  EXPECT_EQ(points.size(), rows.size());
}

}  // namespace
}  // namespace driftbench
