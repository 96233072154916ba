// A run is named by its seed: its results depend neither on threads nor on what else is asked for.
#include <gtest/gtest.h>

#include <string>

#include "tests/tools/command_line/run.h"

namespace driftbench {
namespace {

using nlohmann::json;

constexpr char kSample[] = "sample --n 12 --k 3 --dt 1 --t-end 4n ";
constexpr char kMse[] = "mse --n 12 --k 3 --samples 200 --drift all ";

/// Returns the results without those that a clock measured.
json results(const std::string& arguments) {
  json all = run_json(arguments).at("results");
  for (json& result : all) result.erase("seconds");
  EXPECT_FALSE(all.empty()) << arguments;
  return all;
}

TEST(Determinism, SamplesDoNotDependOnThreads) {
  const std::string arguments = std::string(kSample) + "--drift all --chains 5 --seed 7";
  const json expected = results(arguments + " --threads 1");
  EXPECT_EQ(results(arguments + " --threads 1"), expected);
  EXPECT_EQ(results(arguments + " --threads 2"), expected);
  EXPECT_EQ(results(arguments + " --threads 3"), expected);
}

TEST(Determinism, ChainsDoNotDependOnTheirNumber) {
  const json three = results(std::string(kSample) + "--drift all --chains 3");
  const json five = results(std::string(kSample) + "--drift all --chains 5");
  ASSERT_EQ(three.size(), five.size());
  for (std::size_t drift = 0; drift < three.size(); ++drift) {
    for (std::size_t chain = 0; chain < 3; ++chain) {
      EXPECT_EQ(three[drift].at("fro_norms")[chain], five[drift].at("fro_norms")[chain])
          << three[drift].at("drift") << ", chain " << chain;
    }
  }
}

TEST(Determinism, ScoreMatchingDoesNotDependOnThreads) {
  const std::string arguments = std::string(kMse) + "--t 20";
  const json expected = results(arguments + " --threads 1");
  EXPECT_EQ(results(arguments + " --threads 2"), expected);
  EXPECT_EQ(results(arguments + " --threads 3"), expected);
}

TEST(Determinism, ScoreMatchingDoesNotDependOnTheGrid) {
  const json alone = results(std::string(kMse) + "--t 20");
  const json grid = results(std::string(kMse) + "--t-grid 10:30:5");
  ASSERT_EQ(grid.size(), 5 * alone.size());
  for (std::size_t drift = 0; drift < alone.size(); ++drift) EXPECT_EQ(grid[5 * drift + 2], alone[drift]);
}

TEST(Determinism, DriftsDoNotDependOnEachOther) {
  const json all = results(std::string(kSample) + "--drift all");
  for (const json& result : all) {
    const json alone = results(std::string(kSample) + "--drift " + result.at("drift").get<std::string>());
    EXPECT_EQ(alone.at(0), result);
  }
}

TEST(Determinism, SeedsDiffer) {
  EXPECT_NE(results(std::string(kMse) + "--t 20 --seed 1").at(1).at("mse"),
            results(std::string(kMse) + "--t 20 --seed 2").at(1).at("mse"));
  const std::string soft = "sample --n 32 --k 4 --t-end 1n --drift power --chains 64 ";
  EXPECT_NE(results(soft + "--seed 1").at(0).at("fro_norms"), results(soft + "--seed 2").at(0).at("fro_norms"));
}

// The drift has no gate: it always returns a matrix p p^T with ||p|| = 1.
TEST(Samples, UngatedAlwaysHasNormOne) {
  const json result = results("sample --drift ungated --target-w 1 --n 32 --k 4 --t-end 1n --chains 20").at(0);
  for (const json& norm : result.at("fro_norms")) EXPECT_NEAR(norm.get<double>(), 1.0, 1e-4);
  EXPECT_NEAR(result.at("w1_norm").get<double>(), 0.0, 1e-4);
}

TEST(Samples, ZeroAlwaysHasNormZero) {
  const json result = results("sample --drift zero --target-w 0.25 --n 32 --k 4 --t-end 1n --chains 20").at(0);
  for (const json& norm : result.at("fro_norms")) EXPECT_EQ(norm, 0.0);
  EXPECT_NEAR(result.at("w1_norm").get<double>(), 0.25, 1e-12);
}

}  // namespace
}  // namespace driftbench
