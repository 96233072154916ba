// The concept Target: what a type must provide to be a law of x, and what it may provide besides.
#pragma once

#include <concepts>

#include "kernels/philox.h"
#include "kernels/prior.h"
#include "kernels/rank_one.h"
#include "kernels/simd.h"
#include "kernels/vec.h"

namespace driftbench {

/// P(s = 1) where nothing else is asked for.
inline constexpr float kTargetW = 0.5f;

/// A target: the law of x = s u u^T, where s is 1 with probability w and else 0, and u in R^n has a law of its own.
///
/// T::kN is n. T::kName and T::kSummary name it and say what u is. The member w is P(s = 1), in [0, 1].
/// target.draw(at, x) draws x from the random words at the address `at`, whose stream is kTarget.
template <class T>
concept Target = requires(T target, const RandomAddress& at, RankOne<T::kN>& x) {
  { T::kName[0] } -> std::convertible_to<char>;
  { T::kSummary[0] } -> std::convertible_to<char>;
  { target.w } -> std::same_as<float&>;
  target.draw(at, x);
};

/// A target that tells of a direction which u it points to: target.round<Arch>(v, u) writes to u what is nearest to the
/// direction of v, which is finite and not 0. v and u do not overlap.
template <class T>
concept RoundedTarget = Target<T> && requires(const T& target, const Vec<T::kN>& v, Vec<T::kN>& u) {
  target.template round<DefaultArch>(v, u);
};

/// A target whose u is one of finitely many patterns.
///
/// target.log_patterns() is the logarithm of their number, u and -u being one pattern. target.t_alg() is the time above
/// which polynomial-time estimates beat 0 and below which none is known to. A target that knows it besides has
/// target.t_bayes(), the time above which the best estimate beats 0.
template <class T>
concept PatternTarget = RoundedTarget<T> && requires(const T& target) {
  { target.log_patterns() } -> std::same_as<float>;
  { target.t_alg() } -> std::same_as<float>;
};

/// A target whose u has exactly T::kK non-zero entries.
template <class T>
concept SparseTarget = Target<T> && requires {
  { T::kK } -> std::convertible_to<int>;
};

/// A value of an entry of v = sqrt(n) u, and its probability.
struct EntryAtom {
  float value, probability;
};

/// A target that tells the law of an entry of v = sqrt(n) u: target.entry_law() is a std::array of the values that it
/// may take, or T::kEntriesAreNormal says that the law is nearly standard normal. State evolution takes no more of it.
template <class T>
concept TargetWithEntryLaw = Target<T> &&(
    requires(const T& target) {
      { target.entry_law()[0] } -> std::convertible_to<EntryAtom>;
    } ||
    requires { T::kEntriesAreNormal; });

/// A target with a density: the part of u's entries that are not 0 in the mean, in (0, 1], which may be set at run
/// time.
template <class T>
concept TargetWithDensity = Target<T> && requires(T target) {
  { target.density } -> std::same_as<float&>;
};

/// A prior under which the entries of v = sqrt(n) u are independent, as approximate message passing needs it
/// (kernels/amp.h). P::kIsEven says whether v and -v have the same probability; a prior that is not even has a mean(),
/// the same for each entry, from which the iteration starts. The functions are called in this order:
///
/// - prior.start(target) begins with an observation;
/// - prior.observe<Arch>(q, field) takes the entries' fields B_i and their common precision q >= 0: the likelihood of
///   v_i is exp(B_i v_i - q v_i^2 / 2);
/// - prior.estimate<Arch>(m), m_i <- E[v_i | B_i, q], returns the sums of the posterior's moments;
/// - prior.is_finite() tells whether no field overflowed;
/// - prior.evidence<Arch>() is the log evidence of the fields against v = 0.
template <class P, class T>
concept SeparablePrior = requires(P prior, const T& target, const Vec<T::kN>& field, Vec<T::kN>& m) {
  { P::kIsEven } -> std::convertible_to<bool>;
  prior.start(target);
  prior.template observe<DefaultArch>(1.0f, field);
  { prior.template estimate<DefaultArch>(m) } -> std::same_as<PosteriorMoments>;
  { prior.is_finite() } -> std::same_as<bool>;
  { prior.template evidence<DefaultArch>() } -> std::same_as<float>;
};

/// A prior with a parameter that prior.fit<Arch>() fits to the fields, between observe and estimate, so as to meet a
/// condition that independent entries do not. prior.evidence_of_size() is then what evidence() lacks for it.
template <class P>
concept FittedPrior = requires(P prior) {
  prior.template fit<DefaultArch>();
  { prior.evidence_of_size() } -> std::same_as<float>;
};

/// A target with such a prior, T::Prior.
template <class T>
concept SeparableTarget = Target<T> && SeparablePrior<typename T::Prior, T>;

}  // namespace driftbench
