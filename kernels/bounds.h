// Every error bound that a comment states stands here once. Comments name these constants and tests import them, so
// that document and test cannot drift apart.
#pragma once

namespace driftbench {

/// The unit roundoff u of float: the relative error of one rounding.
inline constexpr float kUnitRoundoff = 0x1p-24f;

/// The relative error of a sum whose terms pass at most so many roundings each: the error is at most this times the sum
/// of the terms' magnitudes, to first order (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section
/// 3.1). The bounds below count roundings on one lane without a fused multiply-add, where a product has a rounding of
/// its own; W lanes divide most counts by W and add log2 W.
constexpr float rounding_error(int roundings) { return kUnitRoundoff * static_cast<float>(roundings); }

/// Bound of `multiply`: |y_i - (A x)_i| <= multiply_error(padded(N)) * sum_j |A_ij| |x_j|. An element of y is a row sum
/// over the tiles up to the diagonal and a column sum over the tiles below, which together have padded(N) terms. A term
/// is multiplied, and passes at most padded(N) additions and a few more where lanes and partial sums meet.
constexpr float multiply_error(int padded_n) { return rounding_error(padded_n + 8); }

/// Bound of quadratic_form, relative to the sum of its terms' magnitudes. In addition to a term of `multiply` a term is
/// multiplied by x_i, and then passes one addition for each row.
constexpr float quadratic_form_error(int padded_n) { return rounding_error(2 * padded_n + 16); }

/// Bound of round_to_bfloat16: the relative error of an element, half the distance between two bfloat16 numbers.
inline constexpr float kBFloat16Roundoff = 0x1p-8f;

/// Bound of `dot`, relative to the sum of its terms' magnitudes. A term is multiplied and added to one of 16 partial
/// sums of padded(N) / 16 terms, which meet in four additions.
constexpr float dot_error(int padded_n) { return rounding_error(padded_n / 16 + 5); }

/// Bound of `dot` of a LaneVec, relative to the sum of its terms' magnitudes: there are four partial sums.
constexpr float lane_dot_error(int padded_n) { return rounding_error(padded_n / 4 + 3); }

/// Bound of squared_distance between rank-one matrices a and b: the absolute error is at most
/// squared_distance_error(padded(N)) * (||a||_F^2 + ||b||_F^2). With d the roundings of a dot product, a squared norm
/// has 2 (d + 1) + 1, and the cross term, which can be as large as both together, 2 d + 3. Two additions follow.
constexpr float squared_distance_error(int padded_n) { return 4 * dot_error(padded_n) + rounding_error(10); }

/// Bounds of exp and log. They cover the errors of the polynomial and of the argument's reduction, and the last
/// operation's rounding. Measured on the one-lane target, which rounds a multiply-add twice: 1.14 and 1.06.
inline constexpr double kExpMaxUlp = 2.0;
inline constexpr double kLogMaxUlp = 2.0;

/// Relative error of frobenius_norm of a SymMatrix. A square passes at most 1 rounding when it is made, 256 additions
/// within its tile, padded(N) / 16 of tiles, one at the diagonal and padded(N) / 16 of rows of tiles: padded(N) / 8 +
/// 258. The root halves the error and adds a rounding.
constexpr float sym_matrix_norm_error(int padded_n) { return rounding_error(padded_n / 16 + 130); }
/// Bound of squared_distance between a SymMatrix A and a rank-one b, over ||A||_F^2 + ||b||_F^2. The squares sum to at
/// most twice that, with the roundings of the norm: hence 2 (padded(N) / 8 + 258). A difference d errs by 2 u |b_ij| +
/// u |d|, and so all squares by another 10 u.
constexpr float sym_matrix_distance_error(int padded_n) { return rounding_error(padded_n / 4 + 526); }

/// Bound of `resolvent`: ||R - A^-1||_F over kappa(A) ||A^-1||_F, where A = z I - Y. An element of A is rounded once
/// when z is subtracted and once by each of padded(N) updates, none of which exceeds ||A||. To first order, an error E
/// of A moves the inverse by A^-1 E A^-1. Roundings that are independent grow with the root of their number, at most.
/// Measured at n = 16 to 350 and kappa from 10 to 1e5, 100 matrices each: 1.3 u at most, at n = 350.
constexpr float resolvent_error(int padded_n) { return rounding_error(padded_n / 64 + 4); }

/// Bound of log_determinant over sum |log(factor d_i)| + trace(A^-1) ||A||_2. The same errors E move log det A by
/// trace(A^-1 E). A factor's product with a pivot and the logarithm have up to 5 roundings, and a term passes
/// padded(N) / 16 + 4 additions.
constexpr float log_determinant_error(int padded_n) { return rounding_error(padded_n / 16 + 9); }

/// Where SphericalPosterior ends its search for z: |trace (z I - Y)^-1 / 2 - 1| is at most this, or neighbouring floats
/// z come no nearer. It is far below the error of the saddle point.
inline constexpr float kSphericalTraceError = 5e-4f;
/// The relative residual to which it asks for the largest eigenvalue of Y, and the number of products after which it
/// does without. They are where fewer products would begin to cost more resolvents.
inline constexpr float kSphericalTopResidual = 1e-3f;
inline constexpr int kSphericalTopProducts = 32;

/// Bound of SphericalPosterior: the Frobenius distance of m from the saddle point's mean. With e the error of half the
/// trace, z errs by e / f''(z), which moves R / trace R by at most e. The other part is that of the resolvent and of
/// the trace, as ||m||_F <= 1.
constexpr float spherical_mean_error(int padded_n, float kappa) {
  return 2.0f * kSphericalTraceError + 2.0f * resolvent_error(padded_n) * kappa + rounding_error(padded_n);
}
/// Bound of its log evidence against that of the saddle point. `scale` is sum |log(2 d_i / N)| + 2 ||z I - Y||_2 + |z|
/// + N + t, with d_i the pivots; the terms' roundings are relative to it. Besides, f'(z) is 0 at the saddle point and
/// f'' at least 2 / N, so that an error e of half the trace moves f(z) by at most e^2 N / 4. It moves log(f''(z)) / 2
/// by at most e sqrt(N), and sqrt(N) <= (N + 64) / 16.
constexpr float spherical_evidence_error(int padded_n, float scale) {
  const float e = kSphericalTraceError, n = static_cast<float>(padded_n);
  return e * e * n / 4.0f + e * (n + 64.0f) / 16.0f + log_determinant_error(padded_n) * scale;
}

/// The errors of the saddle point's log evidence and of its mean, in Frobenius norm, against the exact ones. Measured
/// at n = 2 to 350 and t from 0 to 4 n. The log evidence is too large by up to (1 - log(2)) / 2 = 0.153 where one
/// eigenvalue dominates: that is Stirling's error for Gamma(1/2). The mean errs most where a few eigenvalues do, near t
/// = n / 2: by up to 0.135 at n = 2 and 3, 0.09 at 32, 0.07 at 100 and 0.04 at 350. At t = n / 10 the errors at n = 100
/// and 350 are 0.005 and 0.0012 in the log evidence, and 0.003 and 0.0004 in the mean.
inline constexpr float kSaddlePointEvidenceError = 0.16f;
inline constexpr float kSaddlePointMeanError = 0.15f;

/// Bound of gaussian_group against the exact Box-Muller transform of the same words. It adds up the polynomials' errors
/// (below 0.8 ulp each), the angle's rounding to float (0.5), and one rounding each of root, product and select.
/// Measured over 6e5 normals: 3.74.
inline constexpr double kGaussianMaxUlp = 6.0;
/// The largest magnitude that a normal can have: sqrt(64 log 2), as the smallest uniform number is 2^-32, and its
/// rounding. Of true normals one in 3.6e10 lies beyond.
inline constexpr float kGaussianTail = 6.6605f;

/// Bound of euler_maruyama: the error of an element of y over |y| + |dt m| + |noise|. The normal has an error of
/// kGaussianMaxUlp ulp, each at most 2 u, and u more for each of its factors sqrt(dt / 2) and sqrt(2). The drift's term
/// has three roundings, and two sums follow.
inline constexpr double kEulerMaruyamaError = (2 * kGaussianMaxUlp + 5) * double{kUnitRoundoff};

/// Bound of probability_flow: the error of an element of y over |sqrt(t_next / t) y| + |t_next m|. The growth
/// sqrt(t_next / t) has two roundings and its product with y one. The drift's factor, a difference of numbers below
/// t_next, has three roundings, and the products with it three more. One sum follows.
inline constexpr double kProbabilityFlowError = 8 * kUnitRoundoff;

/// Relative residuals of leading_eigenvector: the one that drifts ask for, and the smallest that single precision
/// reaches at n = 1024.
inline constexpr float kEigenResidual = 1e-5f;
inline constexpr float kEigenResidualFloor = 1e-6f;

/// Bound of Exact: the largest error of an element of the estimate, for exponents whose partial sums do not exceed
/// `exponent`. An exponent is a sum of k fields, themselves sums, and so errs by at most d = (2 k + 4) u exponent.
/// Moving every exponent by up to d moves the mean of a variable in [-1/k, 1/k] by at most d / k to first order. 64 u
/// is for the sums and the exponentials.
constexpr float exact_error(int k, float exponent) {
  return kUnitRoundoff * (static_cast<float>(2 * k + 4) / static_cast<float>(k) * exponent + 64.0f);
}
/// What exact_error comes to for observations of x at any t. Measured at (n, k) from (12, 3) to (24, 4) and t from 0.01
/// to 2000: 1.6e-7.
inline constexpr float kExactError = 1e-6f;

/// Bound of aggregate_messages, relative to the mean over j of
///
///   |b2| + sum_h |w2_h| (|w1_h| . |(v_i, v_j, A_ij)| + |b1_h|),
///
/// with w1, b1 and w2, b2 the weights and biases of the first and the second layer. A term passes some ten roundings
/// until it is part of a message, and until that is part of the mean as many more as there are hidden units and tiles'
/// sums to add.
constexpr float message_error(int padded_n) { return rounding_error(padded_n / 8 + 128); }

}  // namespace driftbench
