#pragma once

#include <cmath>
#include <concepts>
#include <numbers>
#include <utility>

#include "kernels/drift.h"
#include "kernels/log.h"
#include "kernels/rank_one.h"
#include "kernels/simd.h"
#include "kernels/sym_matrix.h"
#include "kernels/target.h"

namespace driftbench {

/// A drift that denoises as D does and samples nothing but 0: the construction behind Theorem 1 of Montanari and Vu
/// (arXiv 2503.08028). With t_alg the target's, where polynomial time begins to denoise, it is
///
///   below (1 - g) t_alg   D's estimate where its norm is at most e, else 0: it hardly differs from 0 there anyway;
///   above                 D's estimate where a test phi(Y, t) finds a signal in Y, else 0.
///
/// A diffusion from Y = 0 is pure noise up to (1 - g) t_alg, but for a drift of norm e at most. From there on phi keeps
/// it so, and its last estimate is 0. Observations of a signal pass phi above (1 + d) t_alg; in between, those pass in
/// which phi can tell the signal.
///
/// phi is the test <Y, p p^T> >= z sqrt(t), with p the pattern nearest to D's estimate. In pure noise
/// <Y, p p^T> / sqrt(t) is standard normal for each p, and there are M of them, the target's patterns. Whatever D does,
/// phi passes noise with probability at most M P(normal >= z - e sqrt((1 - g) t_alg)) = kFalseAlarms; the shift is the
/// most that the drift below (1 - g) t_alg can have added. Given p = u, <Y, p p^T> / sqrt(t) has mean sqrt(t) and
/// deviation 1, so (1 + d) t_alg is where sqrt(t) = z + 2.65: phi then misses 0.4 % of the signals that D finds.
///
/// The cost is that of D, of rounding to a pattern, and of a product with Y. The status is that of D.
template <PatternTarget T, class D, class Arch = DefaultArch>
requires Drift<D, T::kN> && std::same_as<typename D::Estimate, RankOne<T::kN>>
class Gated {
  static constexpr int N = T::kN;

 public:
  using Estimate = RankOne<N>;
  static constexpr char kName[] = "gated";
  static constexpr char kSummary[] = "denoises as D does, samples nothing but 0 (Theorem 1)";
  /// The phases that follow those of D.
  static constexpr Phase kOwnPhases[] = {{"test"}};
  /// g and e. At (350, 20) the score-matching errors of AMP and of its gated form differ by less than 0.0005 up to 0.5
  /// t_alg, and by 0.002 at 0.6 t_alg, where at finite sizes denoising begins.
  static constexpr float kBelow = 0.45f, kMaxNorm = 0.01f;
  /// A bound of the probability that phi passes pure noise in one call. The calls of a diffusion are far from
  /// independent, so for a whole run it is a few times that.
  static constexpr float kFalseAlarms = 1e-9f;

  T target;

  Gated() requires std::default_initializable<D> : Gated(D{}) {}
  explicit Gated(D inner) : inner_(std::move(inner)) {}

  /// (1 - g) t_alg and (1 + d) t_alg: between the two, phi may miss a signal.
  float window_begin() const { return (1 - kBelow) * target.t_alg(); }
  float window_end() const {
    const float deviations = threshold() + 2.65f;
    return std::fmax(window_begin(), deviations * deviations);
  }

  void randomize(const RandomAddress& at) requires RandomizedDrift<D> { inner_.randomize(at); }

  template <class Probe = NoProbe>
  Status operator()(const SymMatrix<N>& y, float t, Estimate& m, Probe&& probe = {}) {
    const Status status = call_drift<N>(inner_, y, t, m, probe);
    if (!(t < window_begin() ? frobenius_norm<Arch>(m) <= kMaxNorm : finds_signal(y, t, m))) m.scale = 0.0f;
    probe(phase_count(inner_));
    return status;
  }

  D& inner() { return inner_; }
  const D& inner() const { return inner_; }

 private:
  /// The test phi.
  bool finds_signal(const SymMatrix<N>& y, float t, const Estimate& m) {
    if (m.scale == 0.0f) return false;
    target.template round<Arch>(m.v, pattern_);
    return quadratic_form<Arch>(y, pattern_) >= threshold() * std::sqrt(t);
  }

  /// Returns z. Some tens of logarithms.
  float threshold() const {
    // P(normal >= z) <= exp(-z^2 / 2) / (z sqrt(2 pi)). The iteration solves this for z and contracts by 1 / z^2.
    const float exponent =
        target.log_patterns() - log<OneLane>(kFalseAlarms) - 0.5f * log<OneLane>(2 * std::numbers::pi_v<float>);
    float z = std::sqrt(2 * exponent);
    for (int i = 0; i < 20; ++i) z = std::sqrt(2 * (exponent - log<OneLane>(z)));
    return z + kMaxNorm * std::sqrt(window_begin());
  }

  D inner_;
  Vec<N> pattern_;
};

}  // namespace driftbench
