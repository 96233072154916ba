// The Bayes posterior mean, by meeting every sign pattern.
#pragma once

#include <cmath>
#include <limits>

#include "kernels/bounds.h"
#include "kernels/drift.h"
#include "kernels/exp.h"
#include "kernels/log.h"
#include "kernels/simd.h"
#include "kernels/sym_matrix.h"
#include "kernels/vec.h"

namespace driftbench {

/// Sign patterns with k non-zero entries among n up to the global sign, C(n, k) 2^(k-1); 1e300 where there are more.
constexpr double sign_patterns(int n, int k) {
  double count = 1;
  for (int i = 0; i < (k < n - k ? k : n - k) && count < 1e290; ++i) count *= static_cast<double>(n - i) / (i + 1);
  for (int i = 1; i < k && count < 1e290; ++i) count *= 2;
  return count < 1e290 ? count : 1e300;
}

/// Above this many the exact drift is not offered: a step would take more than ten milliseconds.
inline constexpr double kExactMaxPatterns = 0x1p22;
constexpr bool exact_is_feasible(int n, int k) { return sign_patterns(n, k) <= kExactMaxPatterns; }

/// E[x | y_t] for x = s u u^T with P(s = 1) = w: the sum over all sign patterns u, up to sign, of u u^T with weight
/// exp(<Y, u u^T> - t / 2) over the sum of the weights and of the null's, (1 - w) / w times the number of patterns. The
/// best that any drift can do, at exponential cost; the estimate has full rank. Error of an element: exact_error(K, K
/// max |Y_ij|).
///
/// The first K - 1 elements of a support and their signs are enumerated in lexicographic order, each prefix with the
/// field h_j = 2/K sum_i u_i Y_ij that it makes on later elements j, so that one element more costs one row of Y. The
/// last element is the vector lane, both of its signs at once. Sums run per prefix and fold into that of the shorter
/// prefix, which keeps their rounding small. Two passes: the largest exponent first, then weights relative to it, so
/// that nothing overflows. Two exponentials and some 30 other operations on ceil(N / W) vectors a prefix; with 16 lanes
/// 2.4 ns a pattern. Where exponents are so large that the passes round them differently, a third pass finds the
/// largest as the weights' pass rounds it, and exact_error says little: the estimate is then that of a Y whose elements
/// differ from the given ones by some (2 K + 4) roundings of the largest. kNotFinite where an element is NaN or its
/// magnitude exceeds kMaxElement.
template <int N, int K, class Arch = DefaultArch>
class Exact {
  static_assert(1 <= K && K <= N, "Exact: K is out of range 1 to N");
  static_assert(exact_is_feasible(N, K), "Exact: more sign patterns than kExactMaxPatterns");
  using S = Simd<Arch>;
  using F32 = typename S::F32;

 public:
  using Estimate = SymMatrix<N>;
  static constexpr char kName[] = "exact";
  static constexpr char kSummary[] = "the Bayes posterior mean, by enumerating all sign patterns";
  static constexpr const char* kPhases[] = {"maximum", "sums"};

  /// The largest magnitude of an element that is accepted: exponents, which are sums of K^2 elements over K, stay far
  /// enough below the largest float that their differences from each other and from t / 2 do not overflow.
  static constexpr float kMaxElement = std::numeric_limits<float>::max() / (8 * K);

  /// P(s = 1), in [0, 1].
  float target_w = 0.5f;

  template <class Probe = NoProbe>
  Status operator()(const SymMatrix<N>& y, float t, Estimate& m, Probe&& probe = {}) {
    m.set_zero();
    if (!std::isfinite(t) || !load(y)) return Status::kNotFinite;
    if (target_w == 0.0f) return Status::kOk;
    // In exponents without their -t / 2, as all are up to the sums.
    const float odds = log_probability(1.0f - target_w) - log_probability(target_w);
    const float null = log<OneLane>(static_cast<float>(kVisits)) + odds + 0.5f * t;
    const float highest = top_exponent(0.0f, null);
    // Relative to itself, and summed in the order of the weights' pass, the highest exponent is what rounding leaves.
    const bool is_rounded = std::fabs(highest) > kMaxExactExponent;
    excess_ = is_rounded ? top_exponent(-highest, null - highest) : 0.0f;
    probe(0);

    for (auto& row : rows_) row = Vec<N>{};
    Sums sums;
    const float total = sum<0>(0, -highest, load_row({}), sums) + exp<OneLane>(null - highest - excess_);
    store_row(sums.met, fields_);
    const float normalization = 1.0f / (static_cast<float>(K) * total);
    for (int i = 0; i < N; ++i) {
      m.set(i, i, normalization * fields_[i]);
      for (int j = i + 1; j < N; ++j) m.set(i, j, normalization * rows_[i][j]);
    }
    probe(1);
    return Status::kOk;
  }

 private:
  static constexpr float kInfinity = std::numeric_limits<float>::infinity();
  static constexpr int kParts = Vec<N>::kPadded / S::kLanes;
  /// A first element has one sign and a last one two; where it is both, each pattern is met twice.
  static constexpr double kVisits = K == 1 ? 2.0 * N : sign_patterns(N, K);
  /// Exponents up to this magnitude are rounded by less than 1 in either pass, so that no weight can overflow.
  static constexpr float kMaxExactExponent = 0x1p20f;

  static float log_probability(float p) {
    return p > 0 ? log<OneLane>(std::fmax(p, std::numeric_limits<float>::min())) : -kInfinity;
  }

  /// couplings_ <- 2 Y / K, fields_ <- diag(Y) / K, -infinity in the padding so that it weighs nothing. False where an
  /// element is not a number, or too large.
  bool load(const SymMatrix<N>& y) {
    float largest = 0.0f;
    bool finite = true;
    for (float& f : fields_.data) f = -kInfinity;
    for (int i = 0; i < N; ++i) {
      fields_[i] = y(i, i) / static_cast<float>(K);
      for (int j = 0; j < N; ++j) {
        couplings_[i][j] = 2.0f / static_cast<float>(K) * y(i, j);
        largest = std::fmax(largest, std::fabs(y(i, j)));
        finite = finite && y(i, j) == y(i, j);
      }
    }
    return finite && largest <= kMaxElement;
  }

  /// One number for each element.
  struct Row {
    F32 part[kParts];
  };
  /// What the patterns that continue a prefix come to, for each later element: the sum of weight times sign, and the
  /// sum of the weights of those that contain it.
  struct Sums {
    Row sign, met;
  };

  static Row load_row(const Vec<N>& x) {
    Row row;
    for (int p = 0; p < kParts; ++p) row.part[p] = S::load(x.data + p * S::kLanes);
    return row;
  }
  static void store_row(const Row& row, Vec<N>& x) {
    for (int p = 0; p < kParts; ++p) S::store(x.data + p * S::kLanes, row.part[p]);
  }

  /// fields_ where the index is `first` or more, -infinity before.
  F32 fields_from(int first, int p) const {
    return S::select(S::load(kIndex.data + p * S::kLanes) >= S::broadcast(static_cast<float>(first)),
                     S::load(fields_.data + p * S::kLanes), S::broadcast(-kInfinity));
  }

  /// Whether all elements of a part come before `first`.
  static bool is_before(int p, int first) { return (p + 1) * S::kLanes <= first; }

  /// The fields on later elements, and meaningless ones on others, when an element joins with a sign.
  static Row extend(const Row& h, const Vec<N>& couplings, float sign) {
    Row extended;
    for (int p = 0; p < kParts; ++p) {
      extended.part[p] = S::fma(S::broadcast(sign), S::load(couplings.data + p * S::kLanes), h.part[p]);
    }
    return extended;
  }

  /// The larger of `null` and every pattern's exponent, summed from `start` on.
  float top_exponent(float start, float null) const {
    F32 top = S::broadcast(null);
    find_top<0>(0, start, load_row({}), top);
    alignas(64) float lanes[S::kLanes];
    S::store(lanes, top);
    float highest = null;
    for (float lane : lanes) highest = lane > highest ? lane : highest;
    return highest;
  }

  static constexpr float kSigns[] = {1.0f, -1.0f};
  /// u and -u are one pattern: the first element's sign is fixed.
  template <int Depth>
  static constexpr int kSignsAt = Depth == 0 ? 1 : 2;

  /// top <- the larger of it and every exponent of a pattern that continues a prefix of Depth elements,
  /// exponent e and fields h with elements from `first` on.
  template <int Depth>
  void find_top(int first, float e, const Row& h, F32& top) const {
    if constexpr (Depth == K - 1) {
      for (int p = 0; p < kParts; ++p) {
        if (is_before(p, first)) continue;
        const F32 best = S::broadcast(e) + fields_from(first, p) + S::abs(h.part[p]);
        top = S::select(top < best, best, top);
      }
    } else {
      Vec<N> field;
      store_row(h, field);
      for (int i = first; i <= N - (K - Depth); ++i) {
        for (int s = 0; s < kSignsAt<Depth>; ++s) {
          const float next = e + fields_[i] + kSigns[s] * field[i];
          find_top<Depth + 1>(i + 1, next, extend(h, couplings_[i], kSigns[s]), top);
        }
      }
    }
  }

  /// The total weight of the same patterns, and their sums.
  template <int Depth>
  float sum(int first, float e, const Row& h, Sums& sums) {
    for (int p = 0; p < kParts; ++p) sums.sign.part[p] = sums.met.part[p] = S::broadcast(0.0f);
    if constexpr (Depth == K - 1) {
      F32 total = S::broadcast(0.0f);
      const F32 excess = S::broadcast(excess_);
      for (int p = 0; p < kParts; ++p) {
        if (is_before(p, first)) continue;
        const F32 exponent = S::broadcast(e) + fields_from(first, p);
        const F32 plus = exp<Arch>(exponent + h.part[p] - excess), minus = exp<Arch>(exponent - h.part[p] - excess);
        sums.sign.part[p] = plus - minus;
        sums.met.part[p] = plus + minus;
        total = total + sums.met.part[p];
      }
      return S::reduce_add(total);
    } else {
      Vec<N> field, own_sign, own_met;
      store_row(h, field);
      float total = 0.0f;
      for (int i = first; i <= N - (K - Depth); ++i) {
        Row row = load_row(rows_[i]);
        for (int s = 0; s < kSignsAt<Depth>; ++s) {
          Sums later;
          const float next = e + fields_[i] + kSigns[s] * field[i];
          const float weight = sum<Depth + 1>(i + 1, next, extend(h, couplings_[i], kSigns[s]), later);
          total += weight;
          own_met[i] += weight;
          own_sign[i] += kSigns[s] * weight;
          for (int p = 0; p < kParts; ++p) {
            if (is_before(p, i + 1)) continue;
            row.part[p] = S::fma(S::broadcast(kSigns[s]), later.sign.part[p], row.part[p]);
            sums.sign.part[p] = sums.sign.part[p] + later.sign.part[p];
            sums.met.part[p] = sums.met.part[p] + later.met.part[p];
          }
        }
        store_row(row, rows_[i]);
      }
      const Row sign = load_row(own_sign), met = load_row(own_met);
      for (int p = 0; p < kParts; ++p) {
        sums.sign.part[p] = sums.sign.part[p] + sign.part[p];
        sums.met.part[p] = sums.met.part[p] + met.part[p];
      }
      return total;
    }
  }

  static constexpr Vec<N> kIndex = [] {
    Vec<N> index;
    for (int i = 0; i < Vec<N>::kPadded; ++i) index.data[i] = static_cast<float>(i);
    return index;
  }();

  float excess_ = 0.0f;  ///< the largest exponent of the weights' pass, taken off each so that the largest weight is 1
  Vec<N> couplings_[N], fields_;
  Vec<N> rows_[N];  ///< row i, from i + 1 on: the estimate before normalization
};

}  // namespace driftbench
