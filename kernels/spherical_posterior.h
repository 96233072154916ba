// The posterior of a matrix x = s u u^T with u uniform on the unit sphere, by the saddle-point method.
#pragma once

#include <cmath>
#include <limits>

#include "kernels/assertions.h"
#include "kernels/bounds.h"
#include "kernels/exp.h"
#include "kernels/gaussian.h"
#include "kernels/leading_eigenvector.h"
#include "kernels/log.h"
#include "kernels/resolvent.h"
#include "kernels/simd.h"
#include "kernels/status.h"
#include "kernels/sym_matrix.h"
#include "kernels/vec.h"

namespace driftbench {

/// What SphericalPosterior finds besides the posterior mean.
struct SphericalResult {
  Status status;
  float z;             ///< the saddle point, above the spectrum of Y
  float log_evidence;  ///< the logarithm of the likelihood ratio of s = 1 against s = 0
  float probability;   ///< P(s = 1 | Y)
  int resolvents;      ///< the number of resolvents that were computed, or attempted at a z below the spectrum
  int products;        ///< the number of products with Y
};

/// The largest number of resolvents that SphericalPosterior tries. Over diffusions at n = 32 to 350, 1 to 4 were
/// needed.
inline constexpr int kSphericalMaxResolvents = 40;

/// The posterior of x = s u u^T, with u uniform on the unit sphere of R^N and P(s = 1) = w, for the observation Y of x
/// at time t: Y = t x + W_t, where the noise W_t has variance t / 2 off the diagonal and t on it.
///
/// Given s = 1, the density of u is proportional to exp(u^T Y u): u has a Bingham distribution. Its normalization Z is
/// an inverse Laplace transform of det(z I - Y)^(-1/2) along a path to the right of the spectrum. With
///
///   f(z) = z - log det(z I - Y) / 2
///
/// the method of steepest descent puts that path through the z above the spectrum at which f'(z) = 0, which is where
/// trace (z I - Y)^-1 = 2. It gives (Kume and Wood, Biometrika 92 (2005))
///
///   E[u u^T | Y] = (z I - Y)^-1 / 2  and  log Z = f(z) - f_0 - log(f''(z) / f_0'') / 2,  f''(z) = ||(z I - Y)^-1||_F^2
///   / 2,
///
/// where f_0 = N / 2 - (N / 2) log(N / 2) and f_0'' = 2 / N are those of Y = 0, at which both results are exact. The
/// log evidence of s = 1 is log Z - t / 2.
///
/// Errors of the method itself, measured against integrals in double precision: kSaddlePointEvidenceError in the log
/// evidence, and kSaddlePointMeanError in the mean. Where no few eigenvalues dominate, both are of order 1 / N.
///
/// An object remembers from one call to the next what helps to guess z, so that calls for a slowly changing Y take
/// fewer products and resolvents. The memory is that of a column of tiles and eight vectors; a call allocates nothing.
template <int N, class Arch = DefaultArch>
class SphericalPosterior {
 public:
  /// m <- E[x | Y]; Y, m and the object do not overlap. t >= 0, and w is in [0, 1].
  ///
  /// The work is that of one to three resolvents, N^3 / 2 multiply-adds each, of up to kSphericalTopProducts + 1
  /// products with Y, and of some four passes over a matrix. Each resolvent is a step of Newton's method, from a guess
  /// that is mostly so good that one or two of them suffice. A reduction of Y to tridiagonal form, after which any z
  /// costs N operations, would take 2 N^3 / 3 multiply-adds of which half wait for memory, and a resolvent in addition.
  ///
  /// Error: m differs from the saddle point's mean by at most spherical_mean_error(padded(N), kappa) in Frobenius norm,
  /// where kappa is the condition number of z I - Y, and the log evidence by at most what spherical_evidence_error
  /// says. The probability follows from the log evidence, which is clamped to [-87, 87] for it.
  ///
  /// Where t or an element of Y is not finite, or one is so large that a sum of squares overflows, as it may beyond
  /// 1e17, the status is kNotFinite. Where kSphericalMaxResolvents steps do not find z it is kNotConverged. In both
  /// cases m and the numbers in the result are 0, and the next call starts afresh.
  SphericalResult estimate(const SymMatrix<N>& y, float t, float w, SymMatrix<N>& m) {
    DRIFTBENCH_ASSERT(is_apart(y, m) && is_apart(y, *this) && is_apart(m, *this));
    DRIFTBENCH_ASSERT(!(t < 0.0f) && 0.0f <= w && w <= 1.0f);
    result_ = {};
    result_.status = std::isfinite(t) && find_spectrum(y) ? find_saddle_point(y, m) : Status::kNotFinite;
    if (result_.status == Status::kOk) find_probability(t, w);
    if (result_.status != Status::kOk) {
      m.set_zero();
      forget();
      return {result_.status, 0.0f, 0.0f, 0.0f, result_.resolvents, result_.products};
    }
    const auto factor = S::broadcast(result_.probability / trace_);
    for (int i = 0; i < SymMatrix<N>::kSize; i += S::kLanes) S::store(m.data + i, factor * S::load(m.data + i));
    return result_;
  }

  /// Forgets the calls so far: the next one gives the same bits as that of a new object.
  void forget() {
    top_vector_ = Vec<N>{};
    correction_ = 1.0f;
  }

 private:
  using S = Simd<Arch>;
  static constexpr float kInfinity = std::numeric_limits<float>::infinity();
  static constexpr float kHalf = 0.5f * N;

  /// Finds the largest eigenvalue, and the mean and variance of the others. Returns whether all is finite.
  bool find_spectrum(const SymMatrix<N>& y) {
    if (dot<Arch>(top_vector_, top_vector_) == 0.0f) fill_gaussian<Arch>({0, Stream::kDrift, 0, 0}, top_vector_);
    const EigenResult top =
        leading_eigenvector<Arch>(y, kSphericalTopResidual, kSphericalTopProducts, top_vector_, eigen_workspace_);
    result_.products = top.products;
    if (top.status == Status::kNotFinite) return false;
    constexpr float kOthers = N > 1 ? N - 1 : 1;
    const float norm = frobenius_norm<Arch>(y);
    top_ = top.value;
    mean_ = (trace(y) - top_) / kOthers;
    variance_ = std::fmax((norm * norm - top_ * top_) / kOthers - mean_ * mean_, 0.0f);
    return std::isfinite(norm * norm);
  }

  /// What eigenvalues that follow a semicircle with the mean and the variance of all but the largest add to the trace
  /// of the resolvent at z, and the slope of that.
  struct Others {
    float trace, slope;
  };
  Others semicircle(float z) const {
    const float x = z - mean_, root = std::sqrt(std::fmax(x * x - 4.0f * variance_, 0.0f));
    const float sum = 2.0f * (N - 1) / (x + root);
    return {sum, -sum / (root > 0.0f ? root : x)};
  }

  /// Returns a guess of z: where the trace would be 2, if those eigenvalues added correction_ times what a semicircle
  /// does. The distance from the largest eigenvalue is at least 1/2, since that one alone adds its reciprocal.
  float guess() const {
    float distance = 0.5f;
    for (int i = 0; i < 20; ++i) {
      const Others others = semicircle(top_ + distance);
      const float pole = 1.0f / distance;
      const float next = std::fmax(
          0.5f, distance + newton_step(pole + correction_ * others.trace, correction_ * others.slope - pole * pole));
      const bool is_found = std::fabs(next - distance) <= 1e-6f * distance;
      distance = next;
      if (is_found) break;
    }
    return top_ + distance;
  }

  /// The step of Newton's method towards a trace of 2. It is taken for the trace's reciprocal, which is a concave
  /// function of z and nearly a straight line: the trace itself has a pole at the largest eigenvalue.
  static float newton_step(float trace, float slope) { return trace * (1.0f - 0.5f * trace) / slope; }

  /// m <- (z I - Y)^-1 at the z where its trace is 2.
  Status find_saddle_point(const SymMatrix<N>& y, SymMatrix<N>& m) {
    float& z = result_.z;
    z = guess();
    float low = top_, high = kInfinity;  // what is known to be below the saddle point, and above it
    while (result_.resolvents < kSphericalMaxResolvents) {
      ++result_.resolvents;
      const ResolventStatus status = resolvent<Arch>(y, z, m, workspace_);
      if (status == ResolventStatus::kNotFinite) return Status::kNotFinite;
      float next = kInfinity;
      if (status == ResolventStatus::kOk) {
        const float norm = frobenius_norm<Arch>(m);
        trace_ = trace(m);
        squares_ = norm * norm;
        if (N > 1) correction_ = std::fmax(trace_ - 1.0f / (z - top_), 0.0f) / semicircle(z).trace;
        if (std::fabs(0.5f * trace_ - 1.0f) <= kSphericalTraceError) return Status::kOk;
        next = z + newton_step(trace_, -squares_);
      }
      const float resolution = 4.0f * kUnitRoundoff * std::fabs(z);
      (status == ResolventStatus::kOk && trace_ < 2.0f ? high : low) = z;
      if (!(low < next && next < high)) {
        next = high < kInfinity ? 0.5f * (low + high) : z + std::fmax(z - top_, resolution);
      }
      if (status == ResolventStatus::kOk && std::fabs(next - z) <= resolution) return Status::kOk;
      z = next;
    }
    return Status::kNotConverged;
  }

  /// Finds the log evidence and P(s = 1 | Y) from the resolvent at z, its norm and its pivots.
  void find_probability(float t, float w) {
    const float log_curvature = log<OneLane>(0.5f * kHalf * squares_);
    result_.log_evidence =
        (result_.z - kHalf) - 0.5f * (log_determinant<Arch>(1.0f / kHalf, workspace_) + log_curvature) - 0.5f * t;
    const float null = exp<OneLane>(-std::fmin(std::fmax(result_.log_evidence, -87.0f), 87.0f));
    result_.probability = w / (w + (1.0f - w) * null);
    if (!std::isfinite(result_.log_evidence)) result_.status = Status::kNotFinite;
  }

  Vec<N> top_vector_;         ///< an eigenvector of the largest eigenvalue, or 0 before the first call
  float correction_ = 1.0f;   ///< what the other eigenvalues add to the trace, over what a semicircle would
  float top_ = 0.0f;          ///< the largest eigenvalue, as far as it is known
  float mean_ = 0.0f;         ///< the mean of the other eigenvalues
  float variance_ = 0.0f;     ///< and their variance
  float trace_ = 0.0f;        ///< the trace of the resolvent at z
  float squares_ = 0.0f;      ///< and its squared Frobenius norm
  SphericalResult result_{};  ///< what the call found so far
  EigenWorkspace<N> eigen_workspace_;
  ResolventWorkspace<N> workspace_;
};

}  // namespace driftbench
