// The posterior of a sparse entry, v in {0, +a, -a} or {0, +a}, observed through a Gaussian channel.
#pragma once

#include <cmath>

#include "kernels/assertions.h"
#include "kernels/exp.h"
#include "kernels/log.h"
#include "kernels/simd.h"
#include "kernels/vec.h"

namespace driftbench {

/// The likelihood ratios L(+-a) = exp(+-a B - q a^2 / 2) of v = +-a against v = 0, for N entries with fields B_i and a
/// common precision q >= 0; a > 0.
template <int N>
struct SignLikelihood {
  Vec<N> ratio;       ///< (L(+a) + L(-a)) / 2, at most e^kMaxExponent
  Vec<N> difference;  ///< (L(+a) - L(-a)) / 2, scaled down with the ratio where that is capped
  float excess;       ///< what the caps took off the sum of log ratio_i
};

/// Sums over the entries of v of their posteriors' first two moments.
struct PosteriorMoments {
  float mean_squares;    ///< the sum of E[v_i]^2
  float second_moments;  ///< the sum of E[v_i^2]
};

/// Sums over the entries of their posteriors' moments.
struct PosteriorSums {
  float mean_squares;      ///< the sum of m_i^2
  float support;           ///< the sum of P(v_i != 0); a^2 times it is the sum of second moments
  float support_variance;  ///< the sum of P (1 - P) with P = P(v_i != 0)
};

namespace prior_detail {

/// This exponent is large enough that a capped ratio leaves no doubt, and small enough that its reciprocal is a normal
/// float.
inline constexpr float kMaxExponent = 80.0f;

/// Returns 1 in the lanes l with i + l < N, and 0 in the others.
template <class Arch, int N>
typename Simd<Arch>::F32 inside(int i) {
  using S = Simd<Arch>;
  return S::select(S::lane_index() < S::broadcast(static_cast<float>(N - i)), S::broadcast(1.0f), S::broadcast(0.0f));
}

}  // namespace prior_detail

/// likelihood <- the likelihood ratios for the fields B_i in `field`; the two do not overlap. Two exponentials an
/// entry.
template <class Arch = DefaultArch, int N>
void sign_likelihood(float a, float q, const Vec<N>& field, SignLikelihood<N>& likelihood) {
  using S = Simd<Arch>;
  DRIFTBENCH_ASSERT(a > 0.0f && !(q < 0.0f) && is_apart(field, likelihood));
  const auto cap = S::broadcast(prior_detail::kMaxExponent), half = S::broadcast(0.5f), one = S::broadcast(1.0f);
  const auto zero = S::broadcast(0.0f), offset = S::broadcast(-0.5f * q * a * a);
  auto excess = zero;
  for (int i = 0; i < Vec<N>::kPadded; i += S::kLanes) {
    const auto ab = S::broadcast(a) * S::load(field.data + i);
    const auto magnitude = S::abs(ab);
    const auto exponent = magnitude + offset;
    const auto capped = S::select(exponent > cap, cap, exponent);
    excess = excess + (exponent - capped);
    const auto larger = half * exp<Arch>(capped);
    const auto smaller = exp<Arch>(S::broadcast(-2.0f) * magnitude);
    const auto difference = larger * (one - smaller);
    S::store(likelihood.ratio.data + i, larger * (one + smaller));
    S::store(likelihood.difference.data + i, S::select(ab < zero, zero - difference, difference));
  }
  likelihood.excess = S::reduce_add(excess);
}

/// The same of v = a against v = 0, where -a is impossible: ratio and difference are both L(a). One exponential an
/// entry.
template <class Arch = DefaultArch, int N>
void positive_likelihood(float a, float q, const Vec<N>& field, SignLikelihood<N>& likelihood) {
  using S = Simd<Arch>;
  DRIFTBENCH_ASSERT(a > 0.0f && !(q < 0.0f) && is_apart(field, likelihood));
  const auto cap = S::broadcast(prior_detail::kMaxExponent), offset = S::broadcast(-0.5f * q * a * a);
  auto excess = S::broadcast(0.0f);
  for (int i = 0; i < Vec<N>::kPadded; i += S::kLanes) {
    const auto exponent = S::fma(S::broadcast(a), S::load(field.data + i), offset);
    const auto capped = S::select(exponent > cap, cap, exponent);
    excess = excess + (exponent - capped);
    const auto ratio = exp<Arch>(capped);
    S::store(likelihood.ratio.data + i, ratio);
    // The padding's field is 0, and its mean is to be 0 too.
    S::store(likelihood.difference.data + i, ratio * prior_detail::inside<Arch, N>(i));
  }
  likelihood.excess = S::reduce_add(excess);
}

/// m_i <- a difference_i / (ratio_i + odds), the posterior mean E[v_i | B_i, q], and returns its sums; `odds` is
/// P(v = 0) / P(v != 0) of the prior, not negative, and positive where a ratio may vanish; a is that of the likelihood.
/// m does not overlap the likelihood. One division and some ten operations an entry.
template <class Arch = DefaultArch, int N>
PosteriorSums posterior_mean(float a, float odds, const SignLikelihood<N>& likelihood, Vec<N>& m) {
  using S = Simd<Arch>;
  DRIFTBENCH_ASSERT(odds >= 0.0f && is_apart(likelihood, m));
  const auto one = S::broadcast(1.0f);
  auto squares = S::broadcast(0.0f), support = squares, variance = squares;
  for (int i = 0; i < Vec<N>::kPadded; i += S::kLanes) {
    const auto ratio = S::load(likelihood.ratio.data + i);
    const auto reciprocal = S::divide(one, ratio + S::broadcast(odds));
    const auto mean = S::broadcast(a) * S::load(likelihood.difference.data + i) * reciprocal;
    const auto p = ratio * reciprocal * prior_detail::inside<Arch, N>(i);
    S::store(m.data + i, mean);
    squares = S::fma(mean, mean, squares);
    support = support + p;
    variance = S::fma(p, one - p, variance);
  }
  return {S::reduce_add(squares), S::reduce_add(support), S::reduce_add(variance)};
}

/// Returns the odds at which the posterior expects K entries in the support: a prior that knows the number of its
/// non-zero entries, to mean-field accuracy. Newton's method on the odds' logarithm, from `odds`, of at most 20
/// iterations of one division an entry each, until a step is below 1e-4. The result lies in [1e-30, 1e30].
template <int K, class Arch = DefaultArch, int N>
float odds_for_support(const SignLikelihood<N>& likelihood, float odds) {
  static_assert(1 <= K && K < N, "odds_for_support: K is out of range 1 to N - 1");
  using S = Simd<Arch>;
  constexpr int kMaxIterations = 20;
  for (int iteration = 0; iteration < kMaxIterations; ++iteration) {
    auto support = S::broadcast(0.0f), variance = support;
    for (int i = 0; i < Vec<N>::kPadded; i += S::kLanes) {
      const auto ratio = S::load(likelihood.ratio.data + i);
      const auto p = S::divide(ratio, ratio + S::broadcast(odds)) * prior_detail::inside<Arch, N>(i);
      support = support + p;
      variance = S::fma(p, S::broadcast(1.0f) - p, variance);
    }
    // d support / d log odds = -variance. A step is limited to a factor of e^2, and the odds to where nothing
    // overflows.
    const float excess = S::reduce_add(support) - K;
    const float step = excess / std::fmax(S::reduce_add(variance), 1e-3f);
    odds *= exp<OneLane>(std::fmin(2.0f, std::fmax(-2.0f, step)));
    odds = std::fmin(1e30f, std::fmax(1e-30f, odds));
    if (std::fabs(step) < 1e-4f) break;
  }
  return odds;
}

/// Returns the sum over i of log((ratio_i + odds) / (1 + odds)): the log evidence of the fields against v = 0
/// everywhere. One logarithm an entry.
template <class Arch = DefaultArch, int N>
float log_evidence(float odds, const SignLikelihood<N>& likelihood) {
  using S = Simd<Arch>;
  const float normalization = 1.0f / (1.0f + odds);
  auto sum = S::broadcast(0.0f);
  for (int i = 0; i < Vec<N>::kPadded; i += S::kLanes) {
    const auto ratio = S::load(likelihood.ratio.data + i);
    sum = S::fma(log<Arch>((ratio + S::broadcast(odds)) * S::broadcast(normalization)),
                 prior_detail::inside<Arch, N>(i), sum);
  }
  return S::reduce_add(sum) + likelihood.excess;
}

/// A prior of the entries of v = sqrt(N) u, of which K are a = sqrt(N / K) in magnitude and the others 0: all that
/// approximate message passing needs of it but observe(), which fills likelihood_. The entries are independent, until
/// fit() makes it a prior that knows that K of them are not 0, to mean-field accuracy.
template <int N, int K>
class PriorOfSize {
 public:
  /// Brings the expected number of non-zero entries to K. The cost is that of odds_for_support.
  template <class Arch>
  void fit() {
    odds_ = odds_for_support<K, Arch>(likelihood_, odds_);
  }

  /// m_i <- E[v_i | B_i, q], from the likelihoods of the last observe(). One division and some ten operations an entry.
  template <class Arch>
  PosteriorMoments estimate(Vec<N>& m) {
    sums_ = posterior_mean<Arch>(magnitude(), odds_, likelihood_, m);
    return {sums_.mean_squares, magnitude() * magnitude() * sums_.support};
  }

  /// Returns whether no field overflowed.
  bool is_finite() const { return std::isfinite(likelihood_.excess); }

  /// Returns the log evidence of the fields against v = 0. One logarithm an entry.
  template <class Arch>
  float evidence() const {
    return log_evidence<Arch>(odds_, likelihood_);
  }

  /// Returns what evidence() lacks as its entries are independent: log P(K entries are not 0 | Y) - log P(K entries are
  /// not 0), where estimate() was the last call. The first term is that of a Gaussian approximation, whose density is
  /// capped at 1. K logarithms.
  float evidence_of_size() const {
    float log_prior = 0.0f;
    for (int i = 0; i < K; ++i) log_prior += log<OneLane>(static_cast<float>(N - i) / static_cast<float>(K - i));
    log_prior += (N - K) * log<OneLane>(odds_) - N * log<OneLane>(1.0f + odds_);
    const float variance = sums_.support_variance + 1.0f / 12, deviation = K - sums_.support;
    const float log_posterior = -0.5f * (log<OneLane>(6.2831853f * variance) + deviation * deviation / variance);
    return std::fmin(0.0f, log_posterior) - log_prior;
  }

 protected:
  void start_with_odds() { odds_ = static_cast<float>(N - K) / K; }
  static float magnitude() { return std::sqrt(static_cast<float>(N) / static_cast<float>(K)); }

  SignLikelihood<N> likelihood_;

 private:
  float odds_ = 0.0f;  ///< P(v = 0) / P(v != 0)
  PosteriorSums sums_{};
};

}  // namespace driftbench
