#include "tools/profiling/hgrm.h"

#include <fmt/core.h>

#include <cmath>

namespace driftbench {

std::string to_hgrm(const LatencyHistogram& latency) {
  constexpr int kLinesAHalving = 5;
  constexpr double kMicrosecond = 1e3;
  std::string text =
      fmt::format("{:>12} {:>14} {:>10} {:>14}\n\n", "Value", "Percentile", "TotalCount", "1/(1-Percentile)");
  for (int line = 0;; ++line) {
    const double above = std::exp2(-line / kLinesAHalving) * (1 - line % kLinesAHalving / (2.0 * kLinesAHalving));
    const LatencyHistogram::Rank rank = latency.rank(1 - above);
    if (rank.count == latency.count()) break;
    text +=
        fmt::format("{:12.3f} {:.12f} {:10} {:14.2f}\n", rank.value / kMicrosecond, 1 - above, rank.count, 1 / above);
  }
  const double largest = static_cast<double>(latency.max()) / kMicrosecond;
  text += fmt::format("{:12.3f} {:.12f} {:10}\n", largest, 1.0, latency.count());
  text += fmt::format("#[Mean    = {:12.3f}, StdDeviation   = {:12.3f}]\n", latency.mean() / kMicrosecond,
                      latency.standard_deviation() / kMicrosecond);
  text += fmt::format("#[Max     = {:12.3f}, Total count    = {:12}]\n", largest, latency.count());
  return text;
}

}  // namespace driftbench
