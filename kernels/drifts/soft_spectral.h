#pragma once

#include <cmath>

#include "kernels/assertions.h"
#include "kernels/drift.h"
#include "kernels/drifts/defaults.h"
#include "kernels/drifts/pattern.h"
#include "kernels/euler_maruyama.h"
#include "kernels/gaussian.h"
#include "kernels/leading_eigenvector.h"
#include "kernels/log.h"
#include "kernels/simd.h"
#include "kernels/soft_threshold.h"
#include "kernels/target.h"
#include "kernels/work.h"

namespace driftbench {

/// A drift for k << sqrt(n). Entrywise soft thresholding leaves little but the k x k block of the signal, whose leading
/// eigenvector then points to the support (Montanari and Vu, arXiv 2503.08028, the estimator for k << sqrt(n);
/// Deshpande and Montanari, "Sparse PCA via covariance thresholding", 2014). With noise splitting by epsilon, let
///
///   Y+ = Y + sqrt(epsilon) W',   Y- = Y - W' / sqrt(epsilon),
///
/// where W' is a fresh copy of the noise at time t, so that Y+ and Y- are independent given x. v is the leading
/// eigenvector of eta(Y+ / t; theta), and the estimate is the target's pattern nearest to Y- v, behind a gate. With
/// epsilon = 0, Y takes the place of both.
///
/// It keeps a second matrix, so a chain takes twice the memory that it takes with the other drifts. It makes at most
/// kMaxEigenProducts + 1 products of N^2 multiply-adds for v and one more with Y; splitting adds another and twice the
/// noise of a step. Where the iteration runs out of products, its last iterate is used and the status is kNotConverged.
template <SparseTarget T, class Arch = DefaultArch>
requires RoundedTarget<T>
class SoftSpectral {
  static constexpr int N = T::kN, K = T::kK;

 public:
  using Estimate = RankOne<N>;
  static constexpr char kName[] = "soft-spectral";
  static constexpr char kSummary[] = "entrywise soft thresholding, then as spectral; for k below sqrt(n)";
  static constexpr Phase kPhases[] = {{"threshold"}, kProductPhase, {"iterate"}, {"top_k"}, {"gate"}};

  T target;
  /// The parameter of noise splitting, not below 0; 0 means none.
  float epsilon = 0.0f;
  /// The threshold theta in units of sqrt((1 + epsilon) log(1 + n / k^2) / t). 1 is within the flat optimum at
  /// n = 1024, k = 8.
  float threshold = 1.0f;
  float gate_threshold = kSpectralGate;

  void randomize(const RandomAddress& at) { address_ = at; }

  template <class Probe = NoProbe>
  Status operator()(const SymMatrix<N>& y, float t, Estimate& m, Probe&& probe = {}) {
    DRIFTBENCH_ASSERT(epsilon >= 0.0f && threshold >= 0.0f);
    // For k << sqrt(n) the logarithm is the paper's log(n / k^2). For larger k, where no threshold helps, it falls
    // to 0.
    const float level = std::sqrt((1 + epsilon) * log<OneLane>(1.0f + static_cast<float>(N) / (K * K)) / t);
    split(y, t);
    soft_threshold<Arch>(threshold * level * t, y_plus_);
    probe(0);
    fill_gaussian<Arch>(address_, v_);
    const auto in_iteration = [&](int part) { probe(1 + part); };
    const Status status =
        leading_eigenvector<Arch>(y_plus_, kEigenResidual, kMaxEigenProducts, v_, workspace_, in_iteration).status;
    if (status == Status::kNotFinite) {
      m.set_zero();
      return status;
    }
    multiply<Arch>(y, v_, workspace_.ax);
    probe(1);
    if (epsilon > 0) {
      split(y, t);
      probe(0);
      multiply<Arch>(y_plus_, v_, workspace_.aw);
      probe(1);
      axpby<Arch>(-1 / epsilon, workspace_.aw, 1 + 1 / epsilon, workspace_.ax);
    }
    probe(2);
    // Thresholding turns NaN into 0; the product with Y itself does not.
    if (!std::isfinite(dot<Arch>(workspace_.ax, workspace_.ax))) {
      m.set_zero();
      return Status::kNotFinite;
    }
    round_to_pattern<Arch>(target, workspace_.ax, m);
    probe(3);
    gate<Arch>(y, t, gate_threshold, m);
    probe(4);
    return status;
  }

  /// The threshold takes seven operations on each of N^2 / 2 elements.
  constexpr DriftWork work() const {
    constexpr double kElements = 0.5 * N * N;
    constexpr MatrixWork kCopy = kPass<N> * 2, kThreshold = kPass<N> * 2 + MatrixWork{0, 0, 7 * kElements};
    constexpr MatrixWork kNoise = kPass<N> * 2 + MatrixWork{0, kElements, 0};
    return {kProduct<N>, epsilon > 0 ? (kCopy + kNoise) * 2 + kThreshold : kCopy + kThreshold};
  }

 private:
  /// y_plus_ <- Y + sqrt(epsilon) W'.
  void split(const SymMatrix<N>& y, float t) {
    y_plus_ = y;
    if (epsilon > 0) euler_maruyama<Arch>(RankOne<N>{}, epsilon * t, address_, y_plus_);
  }

  RandomAddress address_;
  SymMatrix<N> y_plus_;
  Vec<N> v_;
  EigenWorkspace<N> workspace_;
};

/// SoftSpectral with noise splitting by 1/4. It has the independence that the proof needs, at the price of a weaker
/// signal in both halves.
template <SparseTarget T, class Arch = DefaultArch>
class SplitSoftSpectral : public SoftSpectral<T, Arch> {
 public:
  static constexpr char kName[] = "soft-spectral-split";
  static constexpr char kVariantOf[] = "soft-spectral";
  static constexpr char kSummary[] = "soft-spectral with noise splitting";

  SplitSoftSpectral() { this->epsilon = 0.25f; }
};

}  // namespace driftbench
