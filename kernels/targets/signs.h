#pragma once

#include <array>
#include <cmath>
#include <numbers>

#include "kernels/assertions.h"
#include "kernels/log.h"
#include "kernels/philox.h"
#include "kernels/prior.h"
#include "kernels/rank_one.h"
#include "kernels/simd.h"
#include "kernels/target.h"
#include "kernels/vec.h"
#include "kernels/word_sequence.h"

namespace driftbench {

template <int N>
class SignPrior;

/// Independent entries: with probability `density` an entry of u is +a or -a, with equal probabilities and
/// a = 1 / sqrt(density N), and else 0. At density 1 this is synchronization over Z2 (Deshpande, Abbe and Montanari,
/// arXiv 1507.08685), which has no hard phase; below some 0.09 there is one.
template <int N>
struct Signs {
  static constexpr int kN = N;
  static constexpr char kName[] = "signs";
  static constexpr char kSummary[] = "independent entries, +-1/sqrt(density n) with probability density, else 0";
  using Prior = SignPrior<N>;

  float w = kTargetW;
  float density = 1.0f;  ///< in (0, 1]

  /// Two words an entry.
  void draw(const RandomAddress& at, RankOne<N>& x) const {
    DRIFTBENCH_ASSERT(at.stream == Stream::kTarget);
    WordSequence words(at);
    x.set_zero();
    x.scale = words.next_event(w) ? 1.0f : 0.0f;
    for (int i = 0; i < N; ++i) {
      const bool is_set = words.next_event(density);
      const float sign = words.next() & 1 ? -entry() : entry();
      if (is_set) x.v[i] = sign;
    }
  }

  /// u is nearest to v / ||v||: an entry is 0 where that of v / ||v|| is below a / 2 in magnitude. At density 1, no
  /// entry is 0. 2 N multiply-adds and comparisons.
  template <class Arch = DefaultArch>
  void round(const Vec<N>& v, Vec<N>& u) const {
    using S = Simd<Arch>;
    DRIFTBENCH_ASSERT(is_apart(v, u));
    const float least = density < 1.0f ? 0.5f * entry() * std::sqrt(dot<Arch>(v, v)) : 0.0f;
    const auto bound = S::broadcast(least), zero = S::broadcast(0.0f);
    const auto plus = S::broadcast(entry()), minus = S::broadcast(-entry());
    for (int i = 0; i < Vec<N>::kPadded; i += S::kLanes) {
      const auto value = S::load(v.data + i);
      S::store(u.data + i, S::select(S::abs(value) >= bound, S::select(value < zero, minus, plus), zero));
    }
    for (int i = N; i < Vec<N>::kPadded; ++i) u.data[i] = 0.0f;
  }

  /// The logarithm of 2^(N-1) at density 1, and else that of (3^N - 1) / 2, to within 3^-N.
  float log_patterns() const {
    return density < 1.0f ? N * log<OneLane>(3.0f) - std::numbers::ln2_v<float> : (N - 1) * std::numbers::ln2_v<float>;
  }

  std::array<EntryAtom, 3> entry_law() const {
    const float a = 1.0f / std::sqrt(density);
    return {{{-a, density / 2}, {0.0f, 1.0f - density}, {a, density / 2}}};
  }

  float t_alg() const { return 0.5f * N; }

  /// a.
  float entry() const {
    DRIFTBENCH_ASSERT(0.0f < density && density <= 1.0f);
    return 1.0f / std::sqrt(density * static_cast<float>(N));
  }
};

/// The prior of the entries of v = sqrt(N) u: +b and -b with probability density / 2 each, b = 1 / sqrt(density), and
/// else 0.
template <int N>
class SignPrior {
 public:
  static constexpr bool kIsEven = true;

  void start(const Signs<N>& target) {
    magnitude_ = 1.0f / std::sqrt(target.density);
    odds_ = (1.0f - target.density) / target.density;
  }

  /// Where no entry is 0, the likelihoods are taken relative to exp(-q b^2 / 2): those relative to v = 0, which is
  /// impossible, may all vanish.
  template <class Arch>
  void observe(float q, const Vec<N>& field) {
    const bool is_full = odds_ == 0.0f;
    sign_likelihood<Arch>(magnitude_, is_full ? 0.0f : q, field, likelihood_);
    left_out_ = is_full ? -0.5f * N * q * magnitude_ * magnitude_ : 0.0f;
  }
  template <class Arch>
  PosteriorMoments estimate(Vec<N>& m) {
    const PosteriorSums sums = posterior_mean<Arch>(magnitude_, odds_, likelihood_, m);
    return {sums.mean_squares, magnitude_ * magnitude_ * sums.support};
  }
  bool is_finite() const { return std::isfinite(likelihood_.excess); }
  template <class Arch>
  float evidence() const {
    return log_evidence<Arch>(odds_, likelihood_) + left_out_;
  }

 private:
  float magnitude_ = 1.0f;  ///< b
  float odds_ = 0.0f;       ///< P(v = 0) / P(v != 0)
  float left_out_ = 0.0f;   ///< what the likelihoods leave out of the log evidence
  SignLikelihood<N> likelihood_;
};

}  // namespace driftbench
