#pragma once

#include "kernels/assertions.h"
#include "kernels/log.h"
#include "kernels/simd.h"

namespace driftbench {

/// Returns log C(n, k), 0 <= k <= n, in k logarithms. Error: a few roundings of the result for each of its k terms.
inline float log_binomial(int n, int k) {
  DRIFTBENCH_ASSERT(0 <= k && k <= n);
  float sum = 0.0f;
  for (int i = 0; i < k; ++i) sum += log<OneLane>(static_cast<float>(n - i) / static_cast<float>(i + 1));
  return sum;
}

}  // namespace driftbench
