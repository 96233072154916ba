#pragma once

#include <array>
#include <cmath>
#include <numbers>

#include "kernels/assertions.h"
#include "kernels/binomial.h"
#include "kernels/philox.h"
#include "kernels/prior.h"
#include "kernels/rank_one.h"
#include "kernels/simd.h"
#include "kernels/target.h"
#include "kernels/top_k.h"
#include "kernels/vec.h"
#include "kernels/word_sequence.h"

namespace driftbench {

template <int N, int K>
class SubmatrixPrior;

/// A planted submatrix, or community: u has K entries 1/sqrt(K), whose places are uniform (Hajek, Wu and Xu, arXiv
/// 1510.09219).
template <int N, int K>
struct Submatrix {
  static_assert(1 <= K && K <= N, "Submatrix: K is out of range 1 to N");
  static constexpr int kN = N, kK = K;
  static constexpr char kName[] = "submatrix";
  static constexpr char kSummary[] = "k entries 1/sqrt(k), whose places are uniform: a planted community";
  using Prior = SubmatrixPrior<N, K>;

  float w = kTargetW;

  /// O(N + K).
  void draw(const RandomAddress& at, RankOne<N>& x) const {
    DRIFTBENCH_ASSERT(at.stream == Stream::kTarget);
    WordSequence words(at);
    x.set_zero();
    x.scale = words.next_event(w) ? 1.0f : 0.0f;
    const float magnitude = 1.0f / std::sqrt(static_cast<float>(K));
    words.next_subset(
        N, K, [&](int i) { return x.v[i] != 0.0f; }, [&](int i) { x.v[i] = magnitude; });
  }

  /// u has the places of the K algebraically largest entries of v or of -v, whichever is nearer: an eigenvector's sign
  /// is left to chance. 63 N comparisons.
  template <class Arch = DefaultArch>
  void round(const Vec<N>& v, Vec<N>& u) const {
    Vec<N> above, below;
    float low = v[0], high = v[0];
    for (float value : v) {
      low = std::fmin(low, value);
      high = std::fmax(high, value);
    }
    for (int i = 0; i < N; ++i) {
      above[i] = v[i] - low;
      below[i] = high - v[i];
    }
    top_k_signs<K, Arch>(above, u);
    Vec<N>& other = above;
    top_k_signs<K, Arch>(below, other);
    if (dot<Arch>(v, u) < -dot<Arch>(v, other)) u = other;
  }

  /// The logarithm of C(N, K). K logarithms.
  float log_patterns() const { return log_binomial(N, K); }

  std::array<EntryAtom, 2> entry_law() const {
    const float density = static_cast<float>(K) / static_cast<float>(N);
    return {{{0.0f, 1.0f - density}, {1.0f / std::sqrt(density), density}}};
  }

  float t_alg() const { return 0.5f * N / std::numbers::e_v<float>; }
};

/// Entries of v = sqrt(N) u are a with probability K / N, and else 0.
template <int N, int K>
class SubmatrixPrior : public PriorOfSize<N, K> {
 public:
  static constexpr bool kIsEven = false;

  void start(const Submatrix<N, K>&) { this->start_with_odds(); }
  /// E[v_i].
  static float mean() { return std::sqrt(static_cast<float>(K) / static_cast<float>(N)); }

  template <class Arch>
  void observe(float q, const Vec<N>& field) {
    positive_likelihood<Arch>(this->magnitude(), q, field, this->likelihood_);
  }
};

}  // namespace driftbench
