#pragma once

#include <cmath>

#include "kernels/assertions.h"
#include "kernels/bounds.h"
#include "kernels/drift.h"
#include "kernels/drifts/defaults.h"
#include "kernels/gaussian.h"
#include "kernels/leading_eigenvector.h"
#include "kernels/rank_one.h"
#include "kernels/soft_threshold.h"
#include "kernels/sym_matrix.h"
#include "kernels/target.h"

namespace driftbench {

/// Spectral with each of its jumps replaced, so that its Lipschitz constant in Y is at most C / t at every Y, from
/// Frobenius norm to Frobenius norm. The wrapper Lipschitz, which knows nothing of its drift, has that only in the mean
/// and for 16 times the cost. With v the leading unit eigenvector of A = Y / t and l1 >= l2 its largest eigenvalues,
///
///   m = min(1, c min(l1 - max(l2, 0), l1 - tau)_+) r r^T,   r = s min(b, 1 / ||s||),   s = v soft-thresholded at h.
///
/// The threshold tau, a little above the noise's edge sqrt(2 N / t), replaces the gate, and s replaces the top k. The
/// eigenvector jumps where l1 = l2, and there the factor's gap l1 - l2 is 0.
///
/// The Lipschitz constant in A follows in steps. v moves by at most ||dA|| / (sqrt(2) (l1 - l2)). s and r move by no
/// more than b times that, as clipping the norm is a projection, and r r^T by twice that, as ||r|| <= 1. The factor is
/// at most c (l1 - l2) and itself moves by at most sqrt(2) c ||dA||. The first motion comes from the entries (1, j > 1)
/// of dA in A's eigenvectors and the second from its diagonal, so their squares add up: the constant is
/// sqrt(2) c sqrt(1 + b^2). c is chosen to make that C.
///
/// The cost is that of Spectral, and where l1 > tau as much again for l2. Where the iteration for l1 or l2 runs out of
/// products, its last iterate is used and the status is kNotConverged.
template <SparseTarget T, class Arch = DefaultArch>
class LipschitzSpectral {
  static constexpr int N = T::kN, K = T::kK;

 public:
  using Estimate = RankOne<N>;
  static constexpr char kName[] = "lipschitz(spectral)";
  static constexpr char kVariantOf[] = "lipschitz(D)";
  static constexpr char kSummary[] = "spectral without jumps, at every Y and in one evaluation";
  static constexpr Phase kPhases[] = {kProductPhase, {"iterate"}, {"gap"}, {"shrink"}};
  /// tau over the noise's edge. The largest eigenvalue of pure noise seldom exceeds the edge by 3 % at n = 350.
  static constexpr float kEdge = 1.03f;
  /// The factor b. With 2 the estimate of a known u has norm 1, as h is at most half of an entry of u.
  static constexpr float kLift = 2.0f;

  /// The constant C > 0. At (350, 20) the score-matching error at t = 1.2 n, 1.5 n, 2 n is 0.25, 0.10, 0.05 with 20 and
  /// 0.43, 0.35, 0.24 with 5. That of spectral, whose constant has no bound, is 0.06, 0.01, 0.
  float lipschitz_constant = kLipschitzConstant;

  void randomize(const RandomAddress& at) { address_ = at; }

  template <class Probe = NoProbe>
  Status operator()(const SymMatrix<N>& y, float t, Estimate& m, Probe&& probe = {}) {
    DRIFTBENCH_ASSERT(lipschitz_constant > 0.0f);
    fill_gaussian<Arch>(address_, m.v);
    const EigenResult first = leading_eigenvector<Arch>(y, kEigenResidual, kMaxEigenProducts, m.v, workspace_, probe);
    const float excess = first.value - kEdge * std::sqrt(2.0f * static_cast<float>(N) * t);
    if (first.status == Status::kNotFinite || !(excess > 0.0f)) {
      m.set_zero();
      return first.status;
    }

    fill_gaussian<Arch>(address_, second_);
    const auto deflated = [&](const Vec<N>& x, Vec<N>& yx) {
      probe(2);
      multiply<Arch>(y, x, yx);
      probe(0);
      axpby<Arch>(-first.value * dot<Arch>(m.v, x), m.v, 1.0f, yx);
    };
    const EigenResult second =
        leading_eigenvector<Arch>(deflated, kGapResidual, kMaxEigenProducts, second_, workspace_);
    probe(2);
    if (second.status == Status::kNotFinite) {
      m.set_zero();
      return second.status;
    }
    const float gap = first.value - std::fmax(0.0f, second.value);
    const float slope = lipschitz_constant / std::sqrt(2.0f * (1.0f + kLift * kLift)) / t;
    m.scale = std::fmin(1.0f, slope * std::fmax(0.0f, std::fmin(gap, excess)));

    soft_threshold<Arch>(threshold(), m.v);
    const float norm = std::sqrt(dot<Arch>(m.v, m.v));
    scale<Arch>(norm * kLift > 1.0f ? 1.0f / norm : kLift, m.v);
    probe(3);
    return first.status == Status::kOk ? second.status : first.status;
  }

 private:
  /// The residual of l2, relative to l2. It makes an error of the factor of at most 1e-4 c l2.
  static constexpr float kGapResidual = 1e-4f;

  /// Returns h: one and a half deviations of an entry of a random unit vector, and at most half of an entry of u.
  static float threshold() {
    return std::fmin(1.5f / std::sqrt(static_cast<float>(N)), 0.5f / std::sqrt(static_cast<float>(K)));
  }

  RandomAddress address_;
  Vec<N> second_;
  EigenWorkspace<N> workspace_;
};

}  // namespace driftbench
