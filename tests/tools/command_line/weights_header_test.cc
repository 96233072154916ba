// Checks that a header made of a file of weights holds the same weights, known to the compiler.

#include <gtest/gtest.h>

#include <cstring>
#include <iterator>

#include "c/driftbench.h"
#include "tests/kernels/safetensors.h"
#include "tests/tools/command_line/random_weights.h"
#include "tests/tools/command_line/random_weights_of_c.h"

namespace driftbench {
namespace {

static_assert(kRandomWeights.logit_alpha[3] >= -1.0f && kRandomWeights.logit_alpha[3] <= 1.0f);

TEST(WeightsHeaderTest, EveryBitIsThere) {
  const MessagePassingWeights weights = random_weights(11);
  EXPECT_EQ(std::memcmp(&kRandomWeights, &weights, sizeof weights), 0);
  static_assert(std::size(random_weights_of_c) == DRIFTBENCH_WEIGHTS);
  EXPECT_EQ(std::memcmp(random_weights_of_c, &weights, sizeof weights), 0);
}

}  // namespace
}  // namespace driftbench
