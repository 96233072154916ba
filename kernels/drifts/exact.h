// The Bayes posterior mean, by enumerating all sign patterns.
#pragma once

#include <cmath>
#include <limits>

#include "kernels/assertions.h"
#include "kernels/bounds.h"
#include "kernels/drift.h"
#include "kernels/drifts/defaults.h"
#include "kernels/exp.h"
#include "kernels/log.h"
#include "kernels/simd.h"
#include "kernels/sym_matrix.h"
#include "kernels/targets/sparse_signs.h"
#include "kernels/vec.h"

namespace driftbench {

/// Returns the number of sign patterns with k non-zero entries among n, up to the global sign: C(n, k) 2^(k-1), or
/// 1e300 where it is larger than 1e290.
constexpr double sign_patterns(int n, int k) {
  double count = 1;
  for (int i = 0; i < (k < n - k ? k : n - k) && count < 1e290; ++i) count *= static_cast<double>(n - i) / (i + 1);
  for (int i = 1; i < k && count < 1e290; ++i) count *= 2;
  return count < 1e290 ? count : 1e300;
}

/// The number of sign patterns above which the exact drift is not offered: a step would take more than ten
/// milliseconds.
inline constexpr double kExactMaxPatterns = 0x1p22;
constexpr bool exact_is_feasible(int n, int k) { return sign_patterns(n, k) <= kExactMaxPatterns; }

template <class T, class Arch = DefaultArch>
class Exact;

/// E[x | y_t] of sparse signs: the best that any drift can do, at exponential cost. The estimate has full rank. It is
/// the weighted sum of u u^T over all sign patterns u up to sign, with weights exp(<Y, u u^T> - t / 2), divided by the
/// sum of the weights and of the null's weight, (1 - w) / w times the number of patterns. Error of an element:
/// exact_error(K, K max |Y_ij|).
///
/// The first K - 1 elements of a support and their signs are enumerated in lexicographic order. Each such prefix comes
/// with the field h_j = 2/K sum_i u_i Y_ij that it makes on later elements j, so that one element more costs one row of
/// Y. The last element runs over the vector's lanes, with both of its signs at once. Sums run per prefix and fold into
/// those of the shorter prefix, which keeps their rounding small.
///
/// There are two passes: the first finds the largest exponent and the second takes weights relative to it, so that
/// nothing overflows. For each prefix they take two exponentials and some 30 other operations on ceil(N / W) vectors of
/// W lanes: 2.4 ns a pattern with 16 lanes. Exponents may be so large that the two passes round them differently. A
/// third pass then finds the largest exponent as the weights' pass rounds it, and exact_error says little: the estimate
/// is that of a Y whose elements differ from the given ones by some (2 K + 4) roundings of the largest.
///
/// The status is kNotFinite, and the estimate 0, where t is not finite, an element of Y is NaN, or the magnitude of one
/// exceeds kMaxElement.
template <int N, int K, class Arch>
class Exact<SparseSigns<N, K>, Arch> {
  using S = Simd<Arch>;
  using F32 = typename S::F32;

 public:
  using Estimate = SymMatrix<N>;
  static constexpr char kName[] = "exact";
  static constexpr char kSummary[] = "the Bayes posterior mean, by enumerating all sign patterns";
  static constexpr Phase kPhases[] = {{"maximum"}, {"sums"}};
  static constexpr bool kIsFeasible = exact_is_feasible(N, K);

  /// The largest magnitude of an element of Y that is accepted. Exponents are sums of K^2 elements over K. Up to this
  /// bound they stay far enough below the largest float that their differences from each other and from t / 2 do not
  /// overflow.
  static constexpr float kMaxElement = std::numeric_limits<float>::max() / (8 * K);

  SparseSigns<N, K> target;

  Exact() { static_assert(kIsFeasible, "Exact: more sign patterns than kExactMaxPatterns"); }

  template <class Probe = NoProbe>
  Status operator()(const SymMatrix<N>& y, float t, Estimate& m, Probe&& probe = {}) {
    DRIFTBENCH_ASSERT(0.0f <= target.w && target.w <= 1.0f);
    m.set_zero();
    if (!std::isfinite(t) || !load(y)) return Status::kNotFinite;
    if (target.w == 0.0f) return Status::kOk;
    // Up to the sums, all exponents leave out the common - t / 2; so the null's gets + t / 2.
    const float odds = log_probability(1.0f - target.w) - log_probability(target.w);
    const float null = log<OneLane>(static_cast<float>(kVisits)) + odds + 0.5f * t;
    const float highest = top_exponent(0.0f, null);
    // excess_ is the highest exponent relative to itself, summed in the order in which the weights are: rounding alone
    // makes it differ from 0.
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
  /// The number of patterns that the passes meet. The enumeration fixes the sign of the first element and gives the
  /// last one both signs. For K = 1 the last element is the first, so each pattern is met twice.
  static constexpr double kVisits = K == 1 ? 2.0 * N : sign_patterns(N, K);
  /// Exponents up to this magnitude are rounded by less than 1 in either pass, so that no weight can overflow.
  static constexpr float kMaxExactExponent = 0x1p20f;

  static float log_probability(float p) {
    return p > 0 ? log<OneLane>(std::fmax(p, std::numeric_limits<float>::min())) : -kInfinity;
  }

  /// couplings_ <- 2 Y / K and fields_ <- diag(Y) / K. The padding of fields_ is -infinity, so that it weighs nothing.
  /// Returns false where an element is NaN or larger than kMaxElement in magnitude.
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

  /// A row of Y or of the sums: one number for each index j.
  struct Row {
    F32 part[kParts];
  };
  /// Sums over all patterns that continue a prefix, for each later element: in `sign` the weights times the element's
  /// sign, and in `met` the weights of the patterns that contain the element.
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

  /// Returns fields_ where the index is `first` or more, and -infinity before, for vector p of a row.
  F32 fields_from(int first, int p) const {
    return S::select(S::load(kIndex.data + p * S::kLanes) >= S::broadcast(static_cast<float>(first)),
                     S::load(fields_.data + p * S::kLanes), S::broadcast(-kInfinity));
  }

  /// Returns whether all elements of vector p of a row come before `first`.
  static bool is_before(int p, int first) { return (p + 1) * S::kLanes <= first; }

  /// Returns the fields when an element with the given couplings and sign joins the prefix that has the fields h. They
  /// have a meaning for later elements only.
  static Row extend(const Row& h, const Vec<N>& couplings, float sign) {
    Row extended;
    for (int p = 0; p < kParts; ++p) {
      extended.part[p] = S::fma(S::broadcast(sign), S::load(couplings.data + p * S::kLanes), h.part[p]);
    }
    return extended;
  }

  /// Returns the larger of `null` and of the largest exponent of a pattern, the exponents being summed from `start` on.
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
  /// u and -u are one pattern, so the first element has one sign only.
  template <int Depth>
  static constexpr int kSignsAt = Depth == 0 ? 1 : 2;

  /// top <- the larger of top and of every exponent of a pattern that continues a prefix of Depth elements. The prefix
  /// has the exponent e and the fields h, and continues with elements from `first` on.
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

  /// Computes the sums over the patterns that continue a prefix, as find_top meets them, and returns their total
  /// weight.
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
  Vec<N> rows_[N];  ///< row i holds the elements (i, j), j > i, of the estimate before normalization
};

}  // namespace driftbench
