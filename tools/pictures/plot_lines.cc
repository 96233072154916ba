// Turns plots of lines and points into commands for gnuplot.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "tools/pictures/drawing.h"

namespace driftbench {
namespace {

bool has_line(SeriesStyle style) { return style != SeriesStyle::kPoints; }
bool has_points(SeriesStyle style) { return style == SeriesStyle::kPoints || style == SeriesStyle::kLinePoints; }

const char* dashes_of(const Series& series) {
  return series.style == SeriesStyle::kReference ? kDots : dashes(series.look);
}

/// Returns what gnuplot is to plot for a series, with a comma before each element.
std::string series_elements(Script& script, const Series& series, const Range& x, const Range& y,
                            const LinePlot& plot) {
  std::string rows, bars;
  for (const Point& point : series.points) {
    if (!is_shown(plot.x, point.x) || !is_shown(plot.y, point.y)) {
      // An empty line ends the line drawn, as nothing is known between the point's neighbours.
      rows += "\n";
      continue;
    }
    rows += fmt::format("{} {}\n", number(point.x), number(point.y));
    if (!(point.error > 0) || !std::isfinite(point.error) || !x.contains(point.x)) continue;
    const double low = std::max(point.y - point.error, y.from), high = std::min(point.y + point.error, y.to);
    if (low < high) bars += fmt::format("{} {} {}\n", number(point.x), number(low), number(high - low));
  }
  // Marks that touch each other would hide the line and could not be told apart.
  constexpr std::size_t kMostMarks = 24;
  const std::size_t every = has_line(series.style) ? series.points.size() / kMostMarks + 1 : 1;
  std::string style = has_line(series.style)
                          ? fmt::format("linewidth {} dashtype {} ",
                                        series.style == SeriesStyle::kReference ? 1.5 : 1.8, dashes_of(series))
                          : "";
  style += fmt::format("linecolor '{}'", colour(series.look));
  if (has_points(series.style)) {
    style += fmt::format(" pointtype {} pointsize 0.6 pointinterval {}", shape(series.look), every);
  }
  const char* kind = !has_points(series.style) ? "lines" : has_line(series.style) ? "linespoints" : "points";
  std::string elements;
  if (!bars.empty()) {
    // gnuplot's own error bars are not used, because they erase what lies around their points.
    elements = fmt::format(", {} using 1:2:(0):3 with vectors nohead linewidth 1 linecolor '{}'", script.data(bars),
                           colour(series.look));
  }
  if (rows.find_first_not_of('\n') == std::string::npos) return elements;
  return elements + fmt::format(", {} with {} {}", script.data(rows), kind, style);
}

}  // namespace

Script script_of(const LinePlot& plot, const Canvas& canvas) {
  std::vector<double> xs, ys;
  for (const Series& series : plot.series) {
    for (const Point& point : series.points) {
      if (!is_shown(plot.x, point.x) || !is_shown(plot.y, point.y)) continue;
      xs.push_back(point.x);
      const double error = std::isfinite(point.error) ? point.error : 0;
      ys.insert(ys.end(), {point.y - error, point.y, point.y + error});
    }
  }
  for (const Marker& marker : plot.markers) xs.push_back(marker.x);
  const Range x = fit(plot.x, xs, 0.02), y = fit(plot.y, ys, 0.05);

  std::vector<KeyEntry> entries;
  for (const Series& series : plot.series) {
    entries.push_back(
        {series.name, series.look, has_line(series.style) ? dashes_of(series) : nullptr, has_points(series.style)});
  }
  const Key key(canvas, std::move(entries));
  const double plot_height = canvas.is_narrow() ? 230 : 340;
  const auto y_tics = tics_of(y, plot_height / (3 * canvas.font));
  Box box{left_margin(canvas, y_tics), canvas.width - key.right_margin(), 0, 0};
  const auto markers = place_markers(canvas, plot.markers, x, box);
  box.top = (1.7 + rows_of(markers)) * canvas.line_height();
  box.bottom = box.top + plot_height;

  Script script(canvas, std::ceil(box.bottom + below_plot(canvas) + key.height()));
  add_style(script);
  add_titles(script, plot.x, plot.y, box);
  add_markers(script, markers, box);
  key.add_to(script, box, box.bottom + below_plot(canvas));
  script.frame(box, x, y, tics_of(x, box.width() / (4.5 * canvas.font)), y_tics);
  std::string elements = "plot NaN";
  for (const Series& series : plot.series) elements += series_elements(script, series, x, y, plot);
  script.add("{}", elements);
  return script;
}

}  // namespace driftbench
