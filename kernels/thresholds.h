// The signal-to-noise ratios between which estimation is possible and hard.
#pragma once

#include <cmath>

#include "kernels/log.h"
#include "kernels/simd.h"

namespace driftbench {

/// Above it the best estimate of x beats 0 (Montanari and Vu, arXiv 2503.08028, section 1): 2 k log(n / k).
inline float bayes_threshold(int n, int k) {
  const auto nn = static_cast<float>(n), kk = static_cast<float>(k);
  return 2 * kk * log<OneLane>(nn / kk);
}

/// Above it polynomial-time estimates do, and below it none is known to (there): n / 2 for k >= sqrt(n), min(n / 2, k^2
/// log(n / k^2)) for k < sqrt(n).
inline float algorithmic_threshold(int n, int k) {
  const auto nn = static_cast<float>(n), k2 = static_cast<float>(k) * static_cast<float>(k);
  return k2 >= nn ? nn / 2 : std::fmin(nn / 2, k2 * log<OneLane>(nn / k2));
}

}  // namespace driftbench
