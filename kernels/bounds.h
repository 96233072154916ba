// Every bound that a comment states, once. The comments name these constants and the tests import them, so that neither
// can say what the other does not.
#pragma once

namespace driftbench {

/// Unit roundoff of float.
inline constexpr float kUnitRoundoff = 0x1p-24f;

/// multiply: |y_i - (A x)_i| <= multiply_error(padded(N)) * sum_j |A_ij| |x_j|; quadratic_form likewise.
/// A sum of m terms errs by at most m u to first order, each of its terms passing m roundings (Higham, Accuracy and
/// Stability of Numerical Algorithms, 2nd ed., section 3.1). An element of y is one row sum of at most
/// padded(N) / W terms a lane and log2 W additions across lanes, and one column sum over the tiles below. On one lane
/// without a fused multiply-add every term is rounded twice: hence 2 u.
inline constexpr float kMultiplyRelativeError = 2 * kUnitRoundoff;
constexpr float multiply_error(int padded_n) { return kMultiplyRelativeError * static_cast<float>(padded_n + 8); }

/// round_to_bfloat16: half the distance of two bfloat16 numbers, relative.
inline constexpr float kBFloat16Roundoff = 0x1p-8f;

/// dot: the same argument, relative to the sum of the terms' magnitudes.
constexpr float dot_error(int padded_n) { return kMultiplyRelativeError * (static_cast<float>(padded_n) / 16 + 8); }

/// squared_distance of rank-one matrices: absolute error over ||a||_F^2 + ||b||_F^2, per element of the vectors. A dot
/// product of N elements has N roundings; its square, scaled and summed, 2 N + 5 to first order, and the cross term of
/// 2 N + 4 is as large as the others: 4 N + 9 <= 13 N.
inline constexpr float kSquaredDistanceError = 13 * kUnitRoundoff;

/// exp and log: polynomial, reduction and rounding of the last operation. Measured 1.14 and 1.06 on the one-lane
/// target, which rounds a multiply-add twice.
inline constexpr double kExpMaxUlp = 2.0;
inline constexpr double kLogMaxUlp = 2.0;

/// frobenius_norm and squared_distance of a SymMatrix: the argument of multiply; a lane adds at most padded(N)^2 / 2
/// squares, or all of them where there is one.
constexpr float sym_matrix_norm_error(int padded_n) {
  return kMultiplyRelativeError * static_cast<float>(padded_n * padded_n + 8);
}

/// gaussian_group against the exact Box-Muller transform of the same words: the polynomials' errors (below 0.8 ulp
/// each), the angle's rounding to float (0.5), and one rounding each of root, product and select. Measured 3.74 over
/// 6e5.
inline constexpr double kGaussianMaxUlp = 6.0;
/// Largest magnitude a normal can have, sqrt(64 log 2) and its rounding: the smallest uniform is 2^-32. Of true normals
/// one in 3.6e10 lies beyond.
inline constexpr float kGaussianTail = 6.6605f;

/// euler_maruyama: error of an element of y over |y| + |dt m| + |noise|. The normal has kGaussianMaxUlp of 2 u each,
/// and u each for its factors sqrt(dt / 2) and sqrt(2); the drift's term has three roundings, and two sums follow.
inline constexpr double kEulerMaruyamaError = (2 * kGaussianMaxUlp + 5) * double{kUnitRoundoff};

/// probability_flow: error of an element of y over |sqrt(t_next / t) y| + |t_next m|. The growth has two roundings and
/// its product one; the drift's factor, a difference of numbers below t_next, three of those, its products three; one
/// sum.
inline constexpr double kProbabilityFlowError = 8 * kUnitRoundoff;

/// leading_eigenvector: the relative residual that drifts ask for, and the smallest that single precision reaches at
/// n = 1024.
inline constexpr float kEigenResidual = 1e-5f;
inline constexpr float kEigenResidualFloor = 1e-6f;

/// Exact: largest error of an element, for exponents whose partial sums do not exceed `exponent`. An exponent is a sum
/// of k fields, themselves sums, and so errs by at most d = (2 k + 4) u exponent; moving every exponent by up to d
/// moves the mean of a variable in [-1/k, 1/k] by at most d / k to first order. 64 u is for the sums and the
/// exponentials.
constexpr float exact_error(int k, float exponent) {
  return kUnitRoundoff * (static_cast<float>(2 * k + 4) / static_cast<float>(k) * exponent + 64.0f);
}
/// What that comes to for observations of x at any t: measured 1.6e-7 at (12, 3) to (24, 4) and t from 0.01 to 2000.
inline constexpr float kExactError = 1e-5f;

/// aggregate_messages, relative to the mean over j of |b2| + sum_h |w2_h| (|w1_h| . |(v_i, v_j, A_ij)| + |b1_h|): a
/// term passes some ten roundings until it is a message's, and as many as its tile has units and tiles' sums are added
/// until it is part of the mean.
constexpr float message_error(int padded_n) { return kMultiplyRelativeError * static_cast<float>(padded_n / 16 + 64); }

}  // namespace driftbench
