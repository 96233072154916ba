#include <gtest/gtest.h>

#include <cstdlib>

#include "kernels/simd.h"
#include "kernels/vec.h"

namespace driftbench {
namespace {

TEST(Isa, IsWhatTheBuildAskedFor) {
  const char* expected = std::getenv("DRIFTBENCH_EXPECT_ISA");
  if (expected == nullptr) GTEST_SKIP() << "this build takes what the CPU has: " << DefaultArch::name();
  EXPECT_STREQ(DefaultArch::name(), expected);
}

TEST(Isa, LanesDivideATile) {
  EXPECT_EQ(kTile % Simd<DefaultArch>::kLanes, 0);
  EXPECT_EQ(Simd<DefaultArch>::kLanes == 1, (std::is_same_v<DefaultArch, OneLane>));
}

}  // namespace
}  // namespace driftbench
