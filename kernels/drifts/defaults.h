// The settings that drifts have unless they are given others.
#pragma once

namespace driftbench {

/// P(s = 1).
inline constexpr float kTargetW = 0.5f;

/// The constant C of drifts whose Lipschitz constant in Y is C / t. A denoiser that is nearly as good as Bayes cannot
/// have a small one. The posterior mean's derivative is the posterior's covariance, and where Y leaves open whether
/// there is a signal, that has an eigenvalue 1/4; so C >= t / 4 at the t where that occurs.
inline constexpr float kLipschitzConstant = 100.0f;

}  // namespace driftbench
