// Known answers of the values that are read from the command line's text. What is refused is tested from the shell.
#include "tools/command_line/values.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace driftbench {
namespace {

TEST(ParseDuration, EachUnitIsItsOwn) {
  EXPECT_EQ(parse_duration_ns("--period", "7ns"), 7);
  EXPECT_EQ(parse_duration_ns("--period", "200us"), 200e3);
  EXPECT_EQ(parse_duration_ns("--period", "1.5ms"), 1.5e6);
  EXPECT_EQ(parse_duration_ns("--period", "2s"), 2e9);
}

TEST(ParseTime, IsANumberOrAMultipleOfN) {
  EXPECT_EQ(parse_time("--t", "280", 350), 280);
  EXPECT_EQ(parse_time("--t", "0.8n", 350), 280);
  EXPECT_EQ(parse_times("--t", "140,1n", 350), (std::vector<double>{140, 350}));
  EXPECT_EQ(parse_grid("--t-grid", "100:350:50", 350), (std::vector<double>{100, 150, 200, 250, 300, 350}));
  EXPECT_EQ(parse_grid("--t-grid", "100:180:50", 350), (std::vector<double>{100, 150}));
}

TEST(ParseReal, HasNoNegativeZero) {
  EXPECT_EQ(parse_real("--target-w", "0.25", {0, 1}), 0.25);
  EXPECT_FALSE(std::signbit(parse_real("--target-w", "-0", {0, 1})));
}

TEST(ParseSeed, ReadsEveryBit) {
  EXPECT_EQ(parse_seed("18446744073709551615"), 18446744073709551615U);
  EXPECT_EQ(parse_seed("9007199254740993"), 9007199254740993U);
}

}  // namespace
}  // namespace driftbench
