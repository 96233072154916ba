// The concept Target: what a type must provide to be a law of x, and what it may provide besides.
#pragma once

#include <concepts>

#include "kernels/philox.h"
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

/// A target whose u is one of finitely many patterns.
///
/// target.round<Arch>(v, u) writes the pattern to u that is nearest to the direction of v, which is finite. v and u do
/// not overlap. target.log_patterns() is the logarithm of the number of patterns, u and -u being one.
/// target.t_alg() is the time above which polynomial-time estimates beat 0 and below which none is known to.
template <class T>
concept PatternTarget = Target<T> && requires(const T& target, const Vec<T::kN>& v, Vec<T::kN>& u) {
  target.template round<DefaultArch>(v, u);
  { target.log_patterns() } -> std::same_as<float>;
  { target.t_alg() } -> std::same_as<float>;
};

/// A target whose u has exactly T::kK non-zero entries.
template <class T>
concept SparseTarget = Target<T> && requires {
  { T::kK } -> std::convertible_to<int>;
};

/// A target with a prior for approximate message passing, T::Prior, under which the entries of v = sqrt(n) u are
/// independent. SparseSignPrior of kernels/targets/sparse_signs.h shows what its functions are; prior.start(target) is
/// the first that is called.
template <class T>
concept SeparableTarget = Target<T> && requires(typename T::Prior prior, const T& target) {
  prior.start(target);
};

}  // namespace driftbench
