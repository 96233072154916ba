// The settings that drifts have unless they are given others, and the constants that several drifts share.
#pragma once

namespace driftbench {

/// The constant C of drifts whose Lipschitz constant in Y is C / t. A denoiser that is nearly as good as Bayes cannot
/// have a small one. The posterior mean's derivative is the posterior's covariance, and where Y leaves open whether
/// there is a signal, that has an eigenvalue 1/4; so C >= t / 4 at the t where that occurs.
inline constexpr float kLipschitzConstant = 100.0f;

/// The least <Y / t, p p^T> of a sign pattern p that spectral drifts take for a signal. The pattern of the signal has
/// mean 1.
inline constexpr float kSpectralGate = 0.8f;

/// The limit of products with a matrix that find its leading eigenvector. Beyond it, the gap to the next eigenvalue is
/// smaller than a residual can tell.
inline constexpr int kMaxEigenProducts = 1000;

/// The relative residual of a leading eigenvector that approximate message passing starts from. It need not be smaller.
inline constexpr float kStartResidual = 1e-4f;

}  // namespace driftbench
