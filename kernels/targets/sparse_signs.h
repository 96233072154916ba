#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <numbers>

#include "kernels/assertions.h"
#include "kernels/log.h"
#include "kernels/philox.h"
#include "kernels/prior.h"
#include "kernels/rank_one.h"
#include "kernels/simd.h"
#include "kernels/target.h"
#include "kernels/thresholds.h"
#include "kernels/top_k.h"
#include "kernels/vec.h"
#include "kernels/word_sequence.h"

namespace driftbench {

template <int N, int K>
class SparseSignPrior;

/// The paper's target: u has K entries +-1/sqrt(K), with uniform support and signs (Montanari and Vu, arXiv 2503.08028,
/// section 1).
template <int N, int K>
struct SparseSigns {
  static_assert(1 <= K && K <= N, "SparseSigns: K is out of range 1 to N");
  static constexpr int kN = N, kK = K;
  static constexpr char kName[] = "sparse-signs";
  static constexpr char kSummary[] = "k entries +-1/sqrt(k), whose places and signs are uniform (the paper's)";
  using Prior = SparseSignPrior<N, K>;

  float w = kTargetW;

  /// O(N + K).
  void draw(const RandomAddress& at, RankOne<N>& x) const {
    DRIFTBENCH_ASSERT(0.0f <= w && w <= 1.0f && at.stream == Stream::kTarget);
    WordSequence words(at);
    x.set_zero();
    // Whole numbers are compared, because some words are not floats, and small processors have no double precision.
    const std::uint32_t word = words.next();
    x.scale = w >= 1.0f || word < static_cast<std::uint32_t>(std::ceil(w * 0x1p32f)) ? 1.0f : 0.0f;
    const float magnitude = 1.0f / std::sqrt(static_cast<float>(K));
    // Floyd's algorithm gives every K-subset of 0 ... N - 1 the same probability, in K draws.
    for (int last = N - K; last < N; ++last) {
      const int candidate = words.next_below(last + 1);
      const float sign = words.next() & 1 ? -magnitude : magnitude;
      x.v[x.v[candidate] == 0.0f ? candidate : last] = sign;
    }
  }

  /// u <- the signs of the K largest entries of v, chosen as by top_k_signs and at its cost.
  template <class Arch = DefaultArch>
  void round(const Vec<N>& v, Vec<N>& u) const {
    top_k_signs<K, Arch>(v, u);
  }

  /// The logarithm of C(N, K) 2^(K-1). K logarithms.
  float log_patterns() const {
    float log_count = (K - 1) * std::numbers::ln2_v<float>;
    for (int i = 0; i < K; ++i) log_count += log<OneLane>(static_cast<float>(N - i) / static_cast<float>(i + 1));
    return log_count;
  }

  float t_alg() const { return algorithmic_threshold(N, K); }
};

/// Independent entries of v = sqrt(N) u: +a and -a with probability K / (2 N) each, a = sqrt(N / K), and else 0. Its
/// fit() makes it a prior that knows that K entries are not 0, to mean-field accuracy.
template <int N, int K>
class SparseSignPrior {
 public:
  /// v and -v have the same probability.
  static constexpr bool kIsEven = true;

  void start(const SparseSigns<N, K>&) { odds_ = static_cast<float>(N - K) / K; }

  /// Takes the entries' fields B_i and their common precision q >= 0. Two exponentials an entry.
  template <class Arch>
  void observe(float q, const Vec<N>& field) {
    sign_likelihood<Arch>(magnitude(), q, field, likelihood_);
  }
  /// Brings the expected number of non-zero entries to K. The cost is that of odds_for_support.
  template <class Arch>
  void fit() {
    odds_ = odds_for_support<K, Arch>(likelihood_, odds_);
  }
  /// m_i <- E[v_i | B_i, q]. One division and some ten operations an entry.
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

 private:
  /// Returns a.
  static float magnitude() { return std::sqrt(static_cast<float>(N) / static_cast<float>(K)); }

  float odds_ = 0.0f;  ///< P(v = 0) / P(v != 0)
  PosteriorSums sums_{};
  SignLikelihood<N> likelihood_;
};

}  // namespace driftbench
