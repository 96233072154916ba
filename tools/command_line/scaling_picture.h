// The growth of step times as a picture.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tools/machine/caches.h"
#include "tools/pictures/plot.h"

namespace driftbench {

/// Median step times against n, both logarithmic, a line for each of run_scaling's results: a power of n is straight,
/// and exact, which is exponential, bends upward. Marked is each n at which the matrix fills a cache.
LinePlot growth_plot(const nlohmann::ordered_json& results, const std::vector<Cache>& caches);

/// growth_plot as an SVG document. GnuplotError where gnuplot is missing or fails.
std::string draw_growth(const nlohmann::ordered_json& results);

}  // namespace driftbench
