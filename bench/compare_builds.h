// Whether one build of driftbench is faster than another, from runs of both in turn.
#pragma once

#include <span>
#include <string>

namespace driftbench {

enum class Verdict { kNoDifference, kSlower, kFaster };

/// Of b against a, from as many times of each, taken in pairs.
struct Comparison {
  double ratio = 1;          ///< median of b / a over the pairs
  double low = 1, high = 1;  ///< its confidence interval
  Verdict verdict = Verdict::kNoDifference;
};

/// Below this the median ratio's distance from 1 is no difference, however sure: what a build's layout in memory does.
inline constexpr double kLeastDifference = 0.01;

/// The interval is that of the sign test, whatever the times' distribution, of confidence 1 - alpha: a build compared
/// with itself is called different with probability at most alpha. `a` and `b` have one length, enough for an interval
/// (8 for alpha = 0.01); times are positive.
Comparison compare_times(std::span<const double> a, std::span<const double> b, double alpha);

/// Fewest pairs that give an interval at alpha.
int least_pairs(double alpha);

}  // namespace driftbench
