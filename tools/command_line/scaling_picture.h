// These functions draw the growth of step times as a picture.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tools/machine/caches.h"
#include "tools/pictures/plot.h"

namespace driftbench {

/// Plots median step times against n, both logarithmic, with a line for each of run_scaling's results: a power of n is
/// straight, and exact, which is exponential, bends upward. Each n at which the matrix fills a cache is marked.
LinePlot growth_plot(const nlohmann::ordered_json& results, const std::vector<Cache>& caches);

/// Returns growth_plot as an SVG document. Throws GnuplotError where gnuplot is missing or fails.
std::string draw_growth(const nlohmann::ordered_json& results);

}  // namespace driftbench
