// Tests the cells of tables.
#include "tools/base/table.h"

#include <gtest/gtest.h>

#include <cmath>

namespace driftbench {
namespace {

TEST(Cells, NumbersToSomeDigits) {
  EXPECT_EQ(fixed(1.25, 1), "1.2");
  EXPECT_EQ(fixed(-3, 2), "-3.00");
  EXPECT_EQ(general(1234567, 3), "1.23e+06");
  EXPECT_EQ(general(0.5, 3), "0.5");
  EXPECT_EQ(microseconds(1500), "1.50");
  EXPECT_EQ(kibibytes(1536), "1.5");
}

TEST(Cells, WhatIsNoNumberIsADash) {
  for (const double value : {std::nan(""), -std::nan(""), HUGE_VAL, -HUGE_VAL}) {
    EXPECT_EQ(fixed(value, 3), "-");
    EXPECT_EQ(general(value, 3), "-");
    EXPECT_EQ(microseconds(value), "-");
  }
}

}  // namespace
}  // namespace driftbench
