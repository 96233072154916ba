// Every bound that a comment states, once. The comments name these constants and the tests import them, so that neither
// can say what the other does not.
#pragma once

namespace driftbench {

/// Unit roundoff of float.
inline constexpr float kUnitRoundoff = 0x1p-24f;

/// multiply: |y_i - (A x)_i| <= kMultiplyRelativeError * (padded(N) / 2 + 32) * sum_j |A_ij| |x_j|.
/// A sum of m terms errs by at most m u to first order, each of its terms passing m roundings (Higham, Accuracy and
/// Stability of Numerical Algorithms, 2nd ed., section 3.1). An element of y is one row sum of at most
/// padded(N) / W terms a lane and log2 W additions across lanes, and one column sum over the tiles below. On one lane
/// without a fused multiply-add every term is rounded twice: hence 2 u.
inline constexpr float kMultiplyRelativeError = 2 * kUnitRoundoff;
constexpr float multiply_error(int padded_n) { return kMultiplyRelativeError * static_cast<float>(padded_n + 8); }

/// dot and quadratic_form: the same argument, relative to the sum of the terms' magnitudes.
constexpr float dot_error(int padded_n) { return kMultiplyRelativeError * static_cast<float>(padded_n / 16 + 8); }

/// squared_distance of rank-one matrices: absolute error over ||a||_F^2 + ||b||_F^2, per element of the vectors.
inline constexpr float kSquaredDistanceError = 8 * kUnitRoundoff;

/// gaussian_group against the exact Box-Muller transform of the same words: the polynomials' errors (below 0.8 ulp
/// each), the angle's rounding to float (0.5), and one rounding each of root, product and select. Measured 3.74 over
/// 6e5.
inline constexpr double kGaussianMaxUlp = 6.0;
/// Largest magnitude a normal can have, sqrt(64 log 2) and its rounding: the smallest uniform is 2^-32. Of true normals
/// one in 3.6e10 lies beyond.
inline constexpr float kGaussianTail = 6.6605f;

/// leading_eigenvector: the relative residual that drifts ask for, and the smallest that single precision reaches at
/// n = 1024.
inline constexpr float kEigenResidual = 1e-5f;
inline constexpr float kEigenResidualFloor = 1e-6f;

/// aggregate_messages, relative to the mean over j of |b2| + sum_h |w2_h| (|w1_h| . |(v_i, v_j, A_ij)| + |b1_h|): a
/// term passes some ten roundings until it is a message's, and as many as its tile has units and tiles' sums are added
/// until it is part of the mean.
constexpr float message_error(int padded_n) { return kMultiplyRelativeError * static_cast<float>(padded_n / 16 + 64); }

}  // namespace driftbench
