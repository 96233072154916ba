// Checks what the C interface says of drifts where it was compiled for a large size alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "c/driftbench.h"

namespace {

TEST(LargeSizes, EveryDriftIsListed) {
  const char* target = nullptr;
  int n = 0, k = 0;
  ASSERT_EQ(driftbench_size(0, &target, &n, &k), DRIFTBENCH_OK);
  EXPECT_EQ(n, 64);
  EXPECT_STREQ(target, "sparse-signs");
  EXPECT_EQ(driftbench_size(1, &target, &n, &k), DRIFTBENCH_UNKNOWN_SIZE);
  std::vector<std::string> drifts;
  while (driftbench_drift(drifts.size()) != nullptr) drifts.emplace_back(driftbench_drift(drifts.size()));
  for (const char* drift : {"zero", "amp", "gnn", "exact", "callback"}) {
    EXPECT_EQ(std::count(drifts.begin(), drifts.end(), drift), 1) << drift;
  }
}

TEST(LargeSizes, ADriftThatIsPossibleAtNoneOfThemIsTooCostlyAndNotUnknown) {
  std::size_t bytes = 0, alignment = 0;
  EXPECT_EQ(driftbench_workspace("sparse-signs", 64, 6, "exact", &bytes, &alignment), DRIFTBENCH_DRIFT_TOO_COSTLY);
  EXPECT_EQ(driftbench_workspace("sparse-signs", 16, 3, "exact", &bytes, &alignment), DRIFTBENCH_UNKNOWN_SIZE);
  EXPECT_EQ(driftbench_workspace("sparse-signs", 64, 6, "exactly", &bytes, &alignment), DRIFTBENCH_UNKNOWN_DRIFT);
  alignas(64) unsigned char memory[64];
  driftbench_sampler* sampler = nullptr;
  EXPECT_EQ(driftbench_init(memory, sizeof memory, "sparse-signs", 64, 6, "exact", &sampler),
            DRIFTBENCH_DRIFT_TOO_COSTLY);
  EXPECT_EQ(sampler, nullptr);
  EXPECT_EQ(driftbench_workspace("sparse-signs", 64, 6, "amp", &bytes, &alignment), DRIFTBENCH_OK);
  EXPECT_GT(bytes, 0U);
}

}  // namespace
