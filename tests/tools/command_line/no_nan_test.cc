// Checks that no command prints or writes nan or inf, whatever it is given, and that a command that lacks estimates
// fails and says why.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <regex>
#include <string>

#include "tests/files.h"
#include "tests/tools/command_line/run.h"

namespace driftbench {
namespace {

using nlohmann::json;

void expect_only_numbers(const std::string& text, const std::string& where) {
  const std::regex not_a_number("(^|[^A-Za-z])(nan|inf|infinity)([^A-Za-z]|$)", std::regex::icase);
  std::smatch found;
  if (std::regex_search(text, found, not_a_number)) {
    ADD_FAILURE() << where << " has ..."
                  << found.prefix().str().substr(std::max<std::int64_t>(0, found.position() - 80)) << found.str();
  }
}

/// Returns how many estimates the result counts as missing; `scaling` counts them for each size.
std::int64_t missing_in(const json& result) {
  const json& count = result.at("not_finite");
  if (!count.is_array()) return count.get<std::int64_t>();
  std::int64_t sum = 0;
  for (const json& part : count) sum += part.get<std::int64_t>();
  return sum;
}

/// Runs the command with a table and with JSON.
void expect_numbers_or_a_failure(const std::string& arguments) {
  SCOPED_TRACE(arguments);
  const Outcome outcome = run("timeout 60 $D " + arguments + " --quiet --json \"$T/out.json\"");
  const std::string text = read_file(test_folder() + "out.json");
  expect_only_numbers(outcome.out, "the table");
  expect_only_numbers(outcome.err, "the error");
  expect_only_numbers(text, "JSON");
  const json document = json::parse(text, nullptr, /*allow_exceptions=*/false);
  ASSERT_TRUE(document.is_object()) << outcome.err;
  std::int64_t missing = 0;
  for (const json& result : document.at("results")) missing += missing_in(result);
  EXPECT_EQ(outcome.status, missing > 0 ? 1 : 0) << outcome.err;
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), missing > 0 ? 1 : 0) << outcome.err;
  EXPECT_EQ(outcome.err.find("no finite estimate") != std::string::npos, missing > 0) << outcome.err;
}

// At these times single precision has met its limits, and nothing is left to be known of the target.
constexpr char kFarTimes[] = " --n 12 --k 3 --drift all --t 1e6,7e8,1e9";

TEST(NoNan, AtFarTimes) {
  for (const std::string w : {" --target-w 0", " --target-w 1"}) {
    expect_numbers_or_a_failure("mse --samples 20" + std::string(kFarTimes) + w);
    expect_numbers_or_a_failure("lipschitz --samples 3" + std::string(kFarTimes) + w);
    expect_numbers_or_a_failure(
        "reduce --samples 2 --copies 2 --n 12 --k 3 --drift all --t 1e6,7e8 --schedule grid:1e9" + w);
    expect_numbers_or_a_failure("sample --chains 4 --schedule grid:1,10,100,1e9 --n 12 --k 3 --drift all" + w);
    expect_numbers_or_a_failure("convergence --chains 3 --levels 2 --dt 5e8 --t-end 1e9 --n 12 --k 3 --drift all" + w);
    expect_numbers_or_a_failure("profile --steps 20 --dt 5e8 --t-end 1e9 --n 12 --k 3 --drift all" + w);
  }
}

TEST(NoNan, WithTheLeastThatCanBeMeasured) {
  const std::string at = " --n 12 --k 3 --drift zero,exact --t-end 1e-6 --dt 1e-6";
  for (const std::string w : {" --target-w 0", " --target-w 1"}) {
    expect_numbers_or_a_failure("mse --samples 2 --n 12 --k 3 --drift zero,exact --t 1e-6" + w);
    expect_numbers_or_a_failure("sample --chains 1" + at + w);
    expect_numbers_or_a_failure("convergence --chains 1 --levels 1" + at + w);
    expect_numbers_or_a_failure("lipschitz --samples 2 --n 12 --k 3 --drift zero,exact --t 1e-6" + w);
    expect_numbers_or_a_failure("profile --steps 1 --n 12 --k 3 --drift zero" + w);
    expect_numbers_or_a_failure("profile --steps 1 --period 1ms --n 12 --k 3 --drift zero" + w);
  }
  expect_numbers_or_a_failure("scaling --steps 20 --k 4 --drift zero,power");
}

TEST(NoNan, InFilesOfAProfile) {
  const Outcome outcome = run(
      "cd \"$T\" && rm -f files.* && \"$OLDPWD\"/$D profile --n 12 --k 3 --drift amp --target-w 0 --steps 20 --dt 5e8 "
      "--t-end 1e9 --hgrm files --trace files.trace --stream files.stream");
  expect_only_numbers(outcome.out + outcome.err, "the table");
  for (const std::string name : {"files.amp.step.hgrm", "files.trace", "files.stream"}) {
    const std::string text = read_file(test_folder() + name);
    EXPECT_NE(text, "") << name;
    expect_only_numbers(text, name);
  }
}

/// A seed comes back as it was given, even through a reader that has no whole numbers.
TEST(Seeds, SurviveReadersOfDoubles) {
  const auto seed = [](const std::string& given) {
    return run_json("mse --n 12 --k 3 --drift zero --t 4 --samples 2 --seed " + given).at("results")[0].at("seed");
  };
  EXPECT_EQ(seed("9007199254740991"), 9007199254740991);
  EXPECT_EQ(seed("9007199254740993"), "9007199254740993");
  EXPECT_EQ(seed("18446744073709551615"), "18446744073709551615");
}

}  // namespace
}  // namespace driftbench
