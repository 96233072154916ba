// The signal-to-noise ratios above which x can be estimated, at all and in polynomial time.
#pragma once

#include <cmath>

#include "kernels/assertions.h"
#include "kernels/log.h"
#include "kernels/simd.h"

namespace driftbench {

/// Returns t_bayes = 2 k log(n / k), above which the best estimate of x beats 0 (Montanari and Vu, arXiv 2503.08028,
/// section 1); 1 <= k <= n.
inline float bayes_threshold(int n, int k) {
  DRIFTBENCH_ASSERT(1 <= k && k <= n);
  const auto nn = static_cast<float>(n), kk = static_cast<float>(k);
  return 2 * kk * log<OneLane>(nn / kk);
}

/// Returns t_alg, above which polynomial-time estimates beat 0 and below which none is known to (Montanari and Vu,
/// section 1): n / 2 for k >= sqrt(n), and min(n / 2, k^2 log(n / k^2)) for k < sqrt(n);
/// 1 <= k <= n.
inline float algorithmic_threshold(int n, int k) {
  DRIFTBENCH_ASSERT(1 <= k && k <= n);
  const auto nn = static_cast<float>(n), k2 = static_cast<float>(k) * static_cast<float>(k);
  return k2 >= nn ? nn / 2 : std::fmin(nn / 2, k2 * log<OneLane>(nn / k2));
}

}  // namespace driftbench
