// Tests the distributions that a profile writes to files: each drift's steps and responses must be in the file that is
// named after them.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/tools/command_line/run.h"

namespace driftbench {
namespace {

TEST(HgrmFiles, HaveTheDistributionOfTheirNames) {
  const auto document = run_json("profile --n 12 --k 3 --steps 200 --drift zero,power --period 50us --hgrm \"$T/p\"");
  int files = 0;
  for (const auto& result : document.at("results")) {
    const auto phase = result.at("phase").get<std::string>();
    if (phase != "step" && phase != "response") continue;
    ++files;
    const std::string name = fmt::format("p.{}.{}.hgrm", result.at("drift").get<std::string>(), phase);
    const std::string text = read_file(test_folder() + name);
    const std::string mean = fmt::format("#[Mean    = {:12.3f},", result.at("mean_ns").get<double>() / 1000);
    const std::string max =
        fmt::format("#[Max     = {:12.3f}, Total count    = {:12}]", result.at("max_ns").get<double>() / 1000, 200);
    EXPECT_NE(text.find(mean), std::string::npos) << mean << " is not in " << name << ":\n" << text;
    EXPECT_NE(text.find(max), std::string::npos) << max << " is not in " << name << ":\n" << text;
  }
  EXPECT_EQ(files, 4);
}

}  // namespace
}  // namespace driftbench
