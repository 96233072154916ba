// Tells whether one build of driftbench is faster than another, from runs of both in turn.
#pragma once

#include <span>
#include <string>

namespace driftbench {

enum class Verdict { kNoDifference, kSlower, kFaster };

/// The comparison of b with a, from equally many times of each, taken in pairs.
struct Comparison {
  double ratio = 1;          ///< median of b / a over the pairs
  double low = 1, high = 1;  ///< confidence interval of `ratio`
  Verdict verdict = Verdict::kNoDifference;
};

/// A median ratio that is closer to 1 than this counts as no difference, however sure it is: a build's layout in memory
/// alone makes such differences.
inline constexpr double kLeastDifference = 0.01;

/// Compares two builds from positive times of each; a[i] and b[i] are a pair. The confidence interval is that of the
/// sign test, which makes no assumption on the times' distribution, at confidence 1 - alpha: a build compared with
/// itself is called different with probability at most alpha. `a` and `b` have the same length, at least
/// least_pairs(alpha).
Comparison compare_times(std::span<const double> a, std::span<const double> b, double alpha);

/// The fewest pairs that give an interval at alpha; 8 for alpha = 0.01.
int least_pairs(double alpha);

}  // namespace driftbench
