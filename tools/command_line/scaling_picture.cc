#include "tools/command_line/scaling_picture.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace driftbench {
namespace {

/// Returns the n whose matrix takes that many bytes. In SymMatrix's layout it takes 2 n (n + 16) of them.
double n_that_fills(std::size_t bytes) { return std::sqrt(static_cast<double>(bytes) / 2 + 64) - 8; }

}  // namespace

LinePlot growth_plot(const nlohmann::ordered_json& results, const std::vector<Cache>& caches) {
  LinePlot plot;
  plot.x = {"n", true};
  plot.y = {"median time of one step, drift and noise, microseconds", true};
  double smallest = std::numeric_limits<double>::infinity(), largest = 0;
  for (const auto& result : results) {
    Series series{result.at("drift").get<std::string>(), plot.series.size()};
    const auto& sizes = result.at("sizes");
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      const double n = sizes[i].get<double>();
      smallest = std::min(smallest, n);
      largest = std::max(largest, n);
      series.points.push_back({n, 1e-3 * result.at("p50_ns")[i].get<double>()});
    }
    plot.series.push_back(std::move(series));
  }
  for (const Cache& cache : caches) {
    const double n = n_that_fills(cache.bytes);
    if (smallest <= n && n <= largest) plot.markers.push_back({n, cache.name});
  }
  return plot;
}

std::string draw_growth(const nlohmann::ordered_json& results) {
  return draw_plot(
      growth_plot(results, read_caches()), Width::kPage, "scaling", "Step time against n",
      "Median time of one step of each drift at every compiled size; vertical lines where the matrix fills a "
      "cache");
}

}  // namespace driftbench
