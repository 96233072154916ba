#include "bench/compare_builds.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace driftbench {
namespace {

/// Returns how many order statistics lie outside the sign test's interval on either side: the largest m such that
/// `pairs` tosses of a coin show m heads or fewer with probability at most alpha / 2. It is -1 where there is no such
/// m.
int cut(int pairs, double alpha) {
  double term = std::pow(0.5, pairs), below = 0;
  int heads = 0;
  while (below + term <= alpha / 2) {
    below += term;
    term *= static_cast<double>(pairs - heads) / (heads + 1);
    ++heads;
  }
  return heads - 1;
}

}  // namespace

int least_pairs(double alpha) {
  int pairs = 1;
  while (cut(pairs, alpha) < 0) ++pairs;
  return pairs;
}

Comparison compare_times(std::span<const double> a, std::span<const double> b, double alpha) {
  std::vector<double> ratios(a.size());
  std::transform(a.begin(), a.end(), b.begin(), ratios.begin(), [](double x, double y) { return y / x; });
  std::sort(ratios.begin(), ratios.end());
  const std::size_t last = ratios.size() - 1;
  const auto outside = static_cast<std::size_t>(cut(static_cast<int>(ratios.size()), alpha));
  Comparison result{0.5 * (ratios[last / 2] + ratios[last - last / 2]), ratios[outside], ratios[last - outside],
                    Verdict::kNoDifference};
  if (result.low > 1 && result.ratio >= 1 + kLeastDifference) result.verdict = Verdict::kSlower;
  if (result.high < 1 && result.ratio <= 1 - kLeastDifference) result.verdict = Verdict::kFaster;
  return result;
}

}  // namespace driftbench
