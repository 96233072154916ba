#include "tools/pictures/plot.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "tools/pictures/drawing.h"
#include "tools/pictures/gnuplot.h"

namespace driftbench {

std::vector<double> bin_fractions(std::span<const float> values, std::span<const double> edges) {
  std::vector<double> fractions(edges.size() < 2 ? 0 : edges.size() - 1, 0.0);
  if (fractions.empty()) return fractions;
  for (const float value : values) {
    if (std::isnan(value)) continue;
    const auto above = std::upper_bound(edges.begin() + 1, edges.end() - 1, static_cast<double>(value));
    ++fractions[static_cast<std::size_t>(above - edges.begin() - 1)];
  }
  for (double& fraction : fractions) fraction /= std::max(1.0, static_cast<double>(values.size()));
  return fractions;
}

std::string draw_plot(const Plot& plot, Width width, const std::string& id, const std::string& title,
                      const std::string& description) {
  const Canvas canvas(width);
  const Script script = std::visit([&](const auto& kind) { return script_of(kind, canvas); }, plot);
  return draw_svg({id, static_cast<int>(canvas.width), static_cast<int>(script.height()), static_cast<int>(canvas.font),
                   title, description},
                  script.commands());
}

}  // namespace driftbench
