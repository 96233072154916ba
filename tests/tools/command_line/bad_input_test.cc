// Checks that every argument that cannot be used is refused, with exit status 2 and one line that says what is
// possible.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/tools/command_line/run.h"

namespace driftbench {
namespace {

/// Checks `command option value` for each of the values, which are written as the shell takes them. Messages show them
/// without quotes.
void expect_all_refused(const std::string& command, const std::string& option, const std::string& possible,
                        const std::vector<std::string>& values) {
  for (const std::string& value : values) {
    std::string given = value;
    std::erase(given, '\'');
    expect_refused(command + " " + option + " " + value, {option, "\"" + given + "\"", possible});
    expect_refused(command + " " + option + "=" + value, {option, "\"" + given + "\"", possible});
  }
}

const std::vector<std::string> kNotPositiveIntegers = {"0",  "-1", "-0", "1.5",  "1e3", "nan",
                                                       "''", "x",  "3x", "' 3'", "0x4", "99999999999999999999"};
const std::vector<std::string> kNotTimes = {"0", "-1", "-0.5", "nan", "-nan", "inf",  "-inf",  "''",
                                            "n", "x",  "3x",   "0n",  "-1n",  "1e30", "1e-30", "' 3'"};

TEST(BadInput, Subcommands) {
  expect_refused("generate", {"generate", "list, sample, mse, profile"});
  expect_refused("''", {"list, sample, mse, profile"});
  expect_refused("SAMPLE", {"SAMPLE", "list, sample, mse, profile"});
  expect_refused("mse sample", {"sample", "driftbench mse", "--t-grid"});
  expect_refused("sample 32 4", {"32", "driftbench sample", "--n"});
}

TEST(BadInput, Options) {
  expect_refused("--chain 3", {"--chain", "--n", "--k", "--json"});
  expect_refused("sample --sizes 3", {"--sizes", "driftbench sample", "--n", "--chains"});
  expect_refused("mse --chains 3", {"--chains", "driftbench mse", "--samples"});
  expect_refused("list --n 32", {"--n", "driftbench list", "--json"});
  expect_refused("--n 32 list", {"--n", "driftbench list", "--json"});
  expect_refused("sample -n 32", {"-n", "driftbench sample", "--n"});
  expect_refused("sample --quiet=3", {"--quiet", "3"});
}

TEST(BadInput, MissingValues) {
  expect_refused("sample --n", {"--n", "\"\"", "a whole number from 1"});
  expect_refused("sample --n=", {"--n", "\"\"", "a whole number from 1"});
  expect_refused("sample --drift", {"--drift", "\"\"", "all, or some of zero,power"});
  expect_refused("sample --dt= --t-end 4", {"--dt", "\"\"", "multiple of n"});
  expect_refused("mse --t", {"--t", "\"\"", "multiple of n"});
  expect_refused("mse --t-grid", {"--t-grid", "\"\"", "first:last:step"});
  expect_refused("list --json", {"--json", "\"\"", "a file or a pipe that can be written, or - for stdout"});
  expect_refused("sample --n --k 4", {"--n", "\"--k\"", "a value"});
}

TEST(BadInput, DuplicateOptions) {
  expect_refused("sample --n 32 --k 4 --n 64", {"--n", "\"32\", \"64\"", "once"});
  expect_refused("--n 32 sample --n 64", {"--n", "\"32\", \"64\"", "once"});
  expect_refused("mse --t 3 --t 4", {"--t", "\"3\", \"4\"", "once"});
  expect_refused("list --json a --json b", {"--json", "\"a\", \"b\"", "once"});
  expect_refused("mse --t 3 --t-grid 3:4:1", {"--t", "--t-grid", "\"3\"", "\"3:4:1\"", "give one"});
}

TEST(BadInput, Sizes) {
  expect_all_refused("sample", "--n", "a whole number from 1", kNotPositiveIntegers);
  expect_all_refused("sample --n 32", "--k", "a whole number from 1 to 32", kNotPositiveIntegers);
  expect_refused("sample --n 32 --k 33", {"--k", "\"33\"", "from 1 to 32"});
  expect_refused("sample --n 5", {"--k: missing beside --n 5; give both, of n,k = 32,4"});
  expect_refused("report --n 12", {"--k: missing beside --n 12"});
  expect_refused("scaling --drift zero,all", {"--drift", "zero,all", "all alone"});
  expect_refused("sample --n 33 --k 4", {"--n 33 --k 4", "32,4", "350,20", "sizes.bzl"});
  expect_refused("--n 32 --k 5", {"--n 32 --k 5", "32,4", "350,20", "sizes.bzl"});
}

TEST(BadInput, Drifts) {
  const std::string possible = "all, or some of zero,power";
  expect_all_refused("sample", "--drift", possible, {"nonsense", "''", "Zero", "'zero '"});
  expect_refused("mse --drift zero,nonsense", {"--drift", "\"nonsense\"", possible});
  expect_refused("profile --drift zero,", {"--drift", "\"\"", possible});
  expect_refused("--drift zero,all", {"--drift", "\"zero,all\"", "all alone, or some drifts"});
}

TEST(BadInput, Times) {
  expect_all_refused("sample", "--dt", "a multiple of n", kNotTimes);
  expect_all_refused("profile", "--t-end", "a multiple of n", kNotTimes);
  expect_all_refused("mse", "--t", "a multiple of n", kNotTimes);
  expect_refused("mse --t 3,,4", {"--t", "\"\"", "a multiple of n"});
  expect_refused("mse --t 3,0", {"--t", "\"0\"", "a multiple of n"});
  expect_refused("sample --dt 5 --t-end 4", {"--dt", "\"5\"", "--t-end 4"});
  expect_refused("sample --dt 1n --t-end 0.5n --n 32 --k 4", {"--dt", "\"32\"", "--t-end 16"});
  expect_refused("sample --dt 1e-6 --t-end 4n", {"--dt", "\"1e-06\"", "--t-end 1400"});
  expect_refused("profile --dt 4 --t-end 4", {"--dt", "\"4\"", "--t-end 4"});
}

TEST(BadInput, Grids) {
  expect_all_refused("mse", "--t-grid", "first:last:step", {"3", "3:4", "3:4:5:6", "4:3:1", "''", "x"});
  expect_refused("mse --t-grid 3:4:0", {"--t-grid", "\"0\"", "a number from"});
  expect_refused("mse --t-grid 3:4:-1", {"--t-grid", "\"-1\"", "a number from"});
  expect_refused("mse --t-grid 0:4:1", {"--t-grid", "\"0\"", "a number from"});
  expect_refused("mse --t-grid 3:nan:1", {"--t-grid", "\"nan\"", "a number from"});
  expect_refused("mse --t-grid 3::1", {"--t-grid", "\"\"", "a number from"});
  expect_refused("mse --t-grid 1:1000:0.001", {"--t-grid", "\"1:1000:0.001\"", "at most 100000 points"});
  expect_refused("mse --t-grid 1e-6:1e9:1e-6", {"--t-grid", "at most 100000 points"});
}

TEST(BadInput, Counts) {
  expect_all_refused("sample", "--chains", "a whole number from 1 to", kNotPositiveIntegers);
  expect_all_refused("mse", "--samples", "a whole number from 2 to", kNotPositiveIntegers);
  expect_refused("mse --samples 1", {"--samples", "\"1\"", "a whole number from 2 to"});
  expect_all_refused("profile", "--steps", "a whole number from 1 to", kNotPositiveIntegers);
  expect_all_refused("--n 32 --k 4", "--threads", "a whole number from 1 to 1024", kNotPositiveIntegers);
  expect_refused("--threads 1025", {"--threads", "\"1025\"", "a whole number from 1 to 1024"});
}

TEST(BadInput, SeedsAndWeights) {
  const std::string seeds = "a whole number from 0 to 2^64 - 1";
  expect_all_refused("sample", "--seed", seeds, {"-1", "18446744073709551616", "1.5", "''", "x", "+1", "nan"});
  expect_all_refused("mse", "--target-w", "a number from 0 to 1",
                     {"-0.1", "1.1", "nan", "inf", "''", "x", "0.5x", "50%"});
}

TEST(BadInput, OneLineWhateverTheArgument) {
  expect_refused("sample --n '3\n4'", {"--n", "a whole number from 1"});
  expect_refused("'some\nthing'", {"list, sample, mse, profile"});
}

/// Long arguments are cut in messages, whatever the option, and where there is no such option.
TEST(BadInput, LongArgumentsAreCut) {
  const std::string x(10'000, 'x');
  const std::vector<std::string> commands = {
      x,
      "--" + x,
      "sample --" + x + "=3",
      "sample " + x,
      "sample --quiet=" + x,
      "sample --n --" + x,
      "sample --n 1" + x + " --n 2" + x,
      "mse --t " + x + " --t-grid " + x,
      "sample --drift zero," + x,
      "sample --drift 'gated(" + x + ")'",
      "sample --drift '" + x + "(zero)'",
      "profile --isa " + x,
      "profile --stream-format " + x,
      "sample --schedule " + x,
      "sample --schedule geometric:" + x,
      "sample --schedule grid:1," + x,
      "sample --schedule grid:3,2," + std::string(5'000, '1'),
      "report --out r.json --json " + x + " --reference " + x,
      "sample --weights " + x,
      "profile --period " + x,
      "mse --t-grid " + x,
      "mse --t-grid 1:2:" + x,
      "sample --seed " + x,
      "mse --target-w " + x,
      "sample --threads " + x,
      "sample --dt " + x,
      "sample --sampler " + x,
      "sample --n " + x,
      "scaling --k " + x,
  };
  for (const std::string& command : commands) {
    const Outcome outcome = run("$D " + command);
    EXPECT_EQ(outcome.status, 2) << command.substr(0, 60);
    EXPECT_EQ(outcome.err.find(std::string(250, 'x')), std::string::npos) << command.substr(0, 60);
    EXPECT_LT(outcome.err.size(), 1500U) << outcome.err;
  }
}

TEST(BadInput, NoArgumentSteersTheTerminal) {
  const std::string evil = "\"$(printf 'a\\033[31m\\302\\233b\\377')\"";
  for (const std::string command :
       {"", "sample --n ", "sample --drift ", "sample --schedule ", "sample --weights ", "report --reference ", "--"}) {
    expect_refused(command + evil, {"a\\x1b[31m\\xc2\\x9bb\\xff"});
  }
  expect_refused("compare " + evil + " b.json", {"a\\x1b[31m\\xc2\\x9bb\\xff"});
}

TEST(BadInput, PlacesThatCannotBeWritten) {
  const std::string possible = "a file or a pipe that can be written, or - for stdout";
  expect_refused("--json \"$T/no/such/folder/f\"", {"--json", "no/such/folder/f", possible});
  expect_refused("--json \"$T\"", {"--json", possible});
  expect_refused("--json ''", {"--json", "\"\"", possible});
}

TEST(BadInput, ReadOnlyFile) {
  if (run("touch \"$T/read_only\"; chmod 444 \"$T/read_only\"; test -w \"$T/read_only\"").status == 0) {
    GTEST_SKIP() << "this user may write to read-only files";
  }
  expect_refused("--json \"$T/read_only\"", {"--json", "read_only", "Permission denied"});
}

}  // namespace
}  // namespace driftbench
