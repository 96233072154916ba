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
    DRIFTBENCH_ASSERT(at.stream == Stream::kTarget);
    WordSequence words(at);
    x.set_zero();
    x.scale = words.next_event(w) ? 1.0f : 0.0f;
    const float magnitude = 1.0f / std::sqrt(static_cast<float>(K));
    words.next_subset(
        N, K, [&](int i) { return x.v[i] != 0.0f; },
        [&](int i) { x.v[i] = words.next() & 1 ? -magnitude : magnitude; });
  }

  /// u <- the signs of the K largest entries of v, chosen as by top_k_signs and at its cost.
  template <class Arch = DefaultArch>
  void round(const Vec<N>& v, Vec<N>& u) const {
    top_k_signs<K, Arch>(v, u);
  }

  /// The logarithm of C(N, K) 2^(K-1). K logarithms.
  float log_patterns() const { return log_binomial(N, K) + (K - 1) * std::numbers::ln2_v<float>; }

  std::array<EntryAtom, 3> entry_law() const {
    const float density = static_cast<float>(K) / static_cast<float>(N), a = 1.0f / std::sqrt(density);
    return {{{-a, density / 2}, {0.0f, 1.0f - density}, {a, density / 2}}};
  }

  float t_alg() const { return algorithmic_threshold(N, K); }

  float t_bayes() const { return bayes_threshold(N, K); }
};

/// Entries of v = sqrt(N) u are +a or -a, with equal probabilities, and else 0.
template <int N, int K>
class SparseSignPrior : public PriorOfSize<N, K> {
 public:
  static constexpr bool kIsEven = true;

  void start(const SparseSigns<N, K>&) { this->start_with_odds(); }

  template <class Arch>
  void observe(float q, const Vec<N>& field) {
    sign_likelihood<Arch>(this->magnitude(), q, field, this->likelihood_);
  }
};

}  // namespace driftbench
