// Checks that commands print what the documents show, as far as neither clock nor machine decides it.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "tests/command_line/run.h"

namespace driftbench {
namespace {

using nlohmann::json;

struct Block {
  std::string document;
  std::vector<std::string> lines;
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// Returns the blocks between ``` of all documents that show printed text: those that name no language and hold more
/// than commands.
std::vector<Block> printed_blocks() {
  std::vector<std::string> documents{"README.md"};
  for (const auto& file : std::filesystem::directory_iterator("docs")) {
    if (file.path().extension() == ".md") documents.push_back(file.path().string());
  }
  std::vector<Block> blocks;
  for (const std::string& document : documents) {
    bool inside = false, is_output = false;
    Block block;
    for (const std::string& line : lines_of(read_file(document))) {
      if (line.starts_with("```")) {
        if (inside && is_output) blocks.push_back(block);
        inside = !inside;
        is_output = false;
        block = {document, {}};
        if (inside && line != "```") block.document.clear();
      } else if (inside && !block.document.empty()) {
        block.lines.push_back(line);
        is_output = is_output || !line.starts_with("$ ");
      }
    }
  }
  return blocks;
}

/// Returns the block that begins with this line, without the line. The test fails where there is none.
std::vector<std::string> block_of(const std::string& first) {
  for (const Block& block : printed_blocks()) {
    if (block.lines.front() == first) return {block.lines.begin() + 1, block.lines.end()};
  }
  ADD_FAILURE() << "no document shows what is printed by: " << first;
  return {};
}

constexpr char kOverview[] = "$ tools/run";
constexpr char kExample[] = "$ g++ -std=c++20 -O3 -march=native -I. tests/readme/example.cc && ./a.out";
constexpr char kCommunity[] = "$ examples/planted_community/run";

TEST(Printed, EachBlockIsCheckedOrSaysWhyNot) {
  const std::map<std::string, std::string> known{
      {kOverview, "times are measured; memory and score matching are checked below"},
      {kExample, "checked below"},
      {kCommunity, "checked below"},
      {"$ examples/cortex_m7/run", "examples/cortex_m7/check compares it with the emulated image's"},
      {"$ tools/run profile --drift power --steps 20000 --cpu 1", "measured: a machine's interruptions"},
      {"kernel                          n  ours ns   +-                      peer  peer ns   +-  faster               "
       "limit  floor ns  of floor",
       "measured by tools/bench"}};
  std::map<std::string, int> found;
  for (const Block& block : printed_blocks()) {
    const std::string& first = block.lines.front();
    EXPECT_TRUE(known.contains(first)) << block.document << " shows what is printed by: " << first
                                       << "\nCheck it here, or say here why it cannot be.";
    ++found[first];
  }
  for (const auto& [first, reason] : known) EXPECT_EQ(found[first], 1) << first;
}

TEST(Printed, Example) { EXPECT_EQ(run("tests/readme/example").out, block_of(kExample).at(0) + "\n"); }

TEST(Printed, PlantedCommunity) {
  const std::string program = "examples/planted_community/planted_community";
  const Outcome outcome = run(program + " matrix 1 | $D denoise --k 20 --drift amp --t 200 > \"$T/estimate\" && " +
                              program + " compare 1 < \"$T/estimate\"");
  EXPECT_EQ(lines_of(outcome.err + outcome.out), block_of(kCommunity));
}

/// Returns the overview's rows, each cell by its column.
std::map<std::string, std::vector<std::string>> overview_rows() {
  std::map<std::string, std::vector<std::string>> rows;
  for (const std::string& line : block_of(kOverview)) {
    std::istringstream stream(line);
    std::vector<std::string> cells;
    for (std::string cell; stream >> cell;) cells.push_back(cell);
    if (cells.size() == 10 && cells[1].find('.') != std::string::npos && !line.starts_with(' ')) rows[cells[0]] = cells;
  }
  return rows;
}

TEST(Printed, OverviewHasTheDriftsAndTheirMemory) {
  std::map<std::string, std::vector<std::string>> rows = overview_rows();
  std::size_t drifts = 0;
  const json listed = run_json("list").at("results");
  for (const json& drift : listed) {
    const std::string name = drift.at("drift");
    if (drift.at("n") != 350 || !rows.contains(name)) continue;
    ++drifts;
    std::array<char, 32> kib{};
    std::snprintf(kib.data(), kib.size(), "%.1f", drift.at("state_bytes").get<double>() / 1024);
    EXPECT_EQ(rows[name].at(4), kib.data()) << name;
  }
  EXPECT_EQ(drifts, 7U);
  EXPECT_EQ(rows.size(), drifts);
}

/// All instruction sets draw the same samples, and their estimates differ only in their last digits.
TEST(Printed, OverviewHasTheErrors) {
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
