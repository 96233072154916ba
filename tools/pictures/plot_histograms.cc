// Turns histograms into commands for gnuplot.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "tools/pictures/drawing.h"

namespace driftbench {
namespace {

/// Returns data for bars that cover, of each bin, the part between two fractions of its width.
std::string bar_rows(const std::vector<double>& edges, const std::vector<double>& heights, const Range& y, double from,
                     double to) {
  std::string rows;
  for (std::size_t i = 0; i + 1 < edges.size() && i < heights.size(); ++i) {
    const double width = edges[i + 1] - edges[i], left = edges[i] + from * width, right = edges[i] + to * width;
    const double height = std::min(heights[i], y.to);
    if (!std::isfinite(height) || height <= y.from) continue;
    rows += fmt::format("{} {} {} {} {} {}\n", number((left + right) / 2), number(height), number(left), number(right),
                        number(y.from), number(height));
  }
  return rows;
}

std::string bar_element(Script& script, const std::string& rows, const std::string& style) {
  if (rows.empty()) return "";
  return fmt::format(", {} using 1:2:3:4:5:6 with boxxyerror {}", script.data(rows), style);
}

std::string filled(const char* bar_colour) {
  return fmt::format("fillstyle solid 1 border linecolor '{0}' fillcolor '{0}' linewidth 0.8", bar_colour);
}
std::string outlined() {
  return fmt::format("fillstyle solid 1 border linecolor '{}' fillcolor '#ffffff' linewidth 0.9", kTextColour);
}

/// Adds a key that says what filled and outlined bars are, in the middle of the picture but not left of `left`.
void add_bar_key(Script& script, const std::string& target, double left, double middle) {
  const Canvas& canvas = script.canvas();
  const std::string samples = "samples";
  const double side = 0.8 * canvas.font, gap = 0.5 * canvas.font, apart = 2 * canvas.font;
  const double width = canvas.text_width(samples + target) + 2 * (side + gap) + apart;
  double entry = std::max(left, (canvas.width - width) / 2);
  int object = 0;
  for (const auto& [name, style] : {std::pair(samples, filled(kQuietColour)), std::pair(target, outlined())}) {
    script.add("set object {} rectangle from {} to {} front {}", ++object, script.at(entry, middle + side / 2),
               script.at(entry + side, middle - side / 2), style);
    script.text(entry + side + gap, middle, name);
    entry += side + gap + canvas.text_width(name) + apart;
  }
}

}  // namespace

Script script_of(const HistogramPlot& plot, const Canvas& canvas) {
  std::vector<double> heights = plot.target.heights;
  for (const Bars& bars : plot.panels) heights.insert(heights.end(), bars.heights.begin(), bars.heights.end());
  heights.push_back(0);
  const Range x = fit(plot.x, plot.edges, 0), y = fit(plot.y, heights, 0.05);

  const std::size_t most = canvas.is_narrow() ? 2 : 4;
  const std::size_t count = std::max<std::size_t>(plot.panels.size(), 1);
  const std::size_t rows = (count + most - 1) / most, columns = (count + rows - 1) / rows;
  const double line = canvas.line_height(), panel_height = canvas.is_narrow() ? 80 : 110;
  const auto y_tics = tics_of(y, panel_height / (2.2 * canvas.font));
  const double left = left_margin(canvas, y_tics), gap = 1.4 * canvas.font;
  const double panel_width =
      (canvas.width - left - 1.2 * canvas.font - gap * static_cast<double>(columns - 1)) / static_cast<double>(columns);
  const auto x_tics = tics_of(x, panel_width / (4.5 * canvas.font));
  const double top = 1.5 * line, row_height = panel_height + 1.8 * line;
  const double bottom = top + static_cast<double>(rows) * row_height;

  Script script(canvas, std::ceil(bottom + 3.2 * line));
  add_style(script);
  script.add("set multiplot");
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t row = i / columns, column = i % columns;
    Box box;
    box.left = left + static_cast<double>(column) * (panel_width + gap);
    box.right = box.left + panel_width;
    box.top = top + static_cast<double>(row) * row_height + 1.2 * line;
    box.bottom = box.top + panel_height;
    script.add("unset label");
    if (i == 0) {
      add_titles(script, plot.x, plot.y, {left, canvas.width, 0, bottom - 0.6 * line});
      add_bar_key(script, plot.target.name, left, bottom + 2.6 * line);
    } else {
      script.add("unset object");
    }
    if (i < plot.panels.size()) {
      script.text(box.left, box.top - 0.5 * line, plot.panels[i].name);
    }
    script.frame(box, x, y, x_tics, y_tics, i + columns >= count, column == 0);
    std::string elements = "plot NaN";
    elements += bar_element(script, bar_rows(plot.edges, plot.target.heights, y, 0.5, 0.92), outlined());
    if (i < plot.panels.size()) {
      elements += bar_element(script, bar_rows(plot.edges, plot.panels[i].heights, y, 0.08, 0.5),
                              filled(colour(plot.panels[i].look)));
    }
    script.add("{}", elements);
  }
  script.add("unset multiplot");
  return script;
}

}  // namespace driftbench
