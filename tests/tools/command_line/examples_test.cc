// Runs the example that --help shows of each command, as a user would who copies it into a shell.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/tools/base/npy_bytes.h"
#include "tests/tools/command_line/run.h"

namespace driftbench {
namespace {

/// Returns the line after "Example:" of what `$D command --help` prints, without the program's name.
std::string example_of(const std::string& command) {
  std::istringstream lines(run("$D " + command + " --help").out);
  const std::string program = "  driftbench ";
  std::string line;
  while (std::getline(lines, line) && line != "Example:") continue;
  std::getline(lines, line);
  EXPECT_TRUE(line.starts_with(program + command)) << line;
  return line.substr(std::min(program.size(), line.size()));
}

TEST(Examples, Run) {
  std::ofstream(test_folder() + "y.npy", std::ios::binary) << npy_bytes(32, std::vector<float>(32 * 32));
  const std::string profile = "$D profile --n 12 --k 3 --drift zero --steps 20 --json ";
  ASSERT_EQ(run(profile + "\"$T/a.json\"; " + profile + "\"$T/b.json\"").status, 0);
  for (const std::string command : {"", "list", "sample", "mse", "profile", "reduce", "lipschitz", "convergence",
                                    "scaling", "compare", "draw", "denoise", "report"}) {
    const std::string example = example_of(command);
    SCOPED_TRACE(example);
    const Outcome outcome = run("D=$PWD/$D; cd \"$T\"; $D " + example);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    if (command != "draw" && command != "denoise") {
      EXPECT_NE(outcome.out, "");
    }
  }
}

/// Rows are printed as they are known, and where they cannot be, the results are written all the same.
TEST(Overview, RowsComeBeforeTheEnd) {
  const std::string overview = "$D --n 12 --k 3 --drift zero,exact";
  const Outcome whole = run(overview);
  EXPECT_EQ(whole.status, 0);
  const std::size_t row = whole.out.find("\nzero ");
  ASSERT_NE(row, std::string::npos);
  EXPECT_EQ(whole.out.find("\nzero ", row + 1), std::string::npos) << "each row is printed once: " << whole.out;
  // The first reader takes the table's head and first row and ends, long before the last drift is measured.
  const Outcome early = run("mkfifo \"$T/rows\"; " + overview +
                            " --json \"$T/early\" > \"$T/rows\" & head -n 4 \"$T/rows\"; wait $!; echo $?");
  std::istringstream lines(early.out);
  std::vector<std::string> read;
  for (std::string line; std::getline(lines, line);) read.push_back(line);
  ASSERT_EQ(read.size(), 5U) << early.out;
  EXPECT_TRUE(read[2].starts_with("drift ")) << read[2];
  EXPECT_TRUE(read[3].starts_with("zero ")) << read[3];
  EXPECT_EQ(read[4], "1");
  EXPECT_EQ(early.err, "driftbench: standard output: Broken pipe\n");
  const auto document = nlohmann::json::parse(read_file(test_folder() + "early"), nullptr, /*allow_exceptions=*/false);
  ASSERT_TRUE(document.contains("results"));
  EXPECT_EQ(document["results"].back().at("drift"), "exact");
}

TEST(Overview, OfAFullDiskIsMeasuredToTheEnd) {
  const Outcome outcome = run("$D --n 12 --k 3 --drift zero --json \"$T/full\" > /dev/full");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.err, "driftbench: standard output: No space left on device\n");
  EXPECT_TRUE(nlohmann::json::accept(read_file(test_folder() + "full")));
}

}  // namespace
}  // namespace driftbench
