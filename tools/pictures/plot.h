// Plots are pictures as data: they say what is to be seen, in the units of the axes. How it looks is decided in this
// folder alone.
//
// All text is plain UTF-8 without markup. Values that are no numbers or beyond 1e100, and on a logarithmic axis those
// below 1e-100, are left out of the picture. Its table has all values, with - for NaN and infinity.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "tools/base/table.h"

namespace driftbench {

struct Axis {
  std::string title;  ///< with the unit
  bool logarithmic = false;
  /// Limits beyond which nothing is shown; without them the axis goes as far as the data, with a margin.
  std::optional<double> from = {}, to = {};
};

struct Point {
  double x = 0, y = 0;
  double error = 0;  ///< standard error of y, drawn as a bar of twice this length
};

enum class SeriesStyle {
  kLine,
  kPoints,
  kLinePoints,
  kReference,  ///< theory to compare measurements with: a dotted line
};

struct Series {
  std::string name;
  /// Number of the colour, shape and dashes; the same number looks the same in all pictures. 72 looks differ, the first
  /// 8 of them both in colour and in grey.
  std::size_t look = 0;
  SeriesStyle style = SeriesStyle::kLinePoints;
  std::vector<Point> points = {};
};

/// A vertical line, labelled above the plot.
struct Marker {
  double x = 0;
  std::string label;
};

struct LinePlot {
  Axis x, y;
  std::vector<Series> series;
  std::vector<Marker> markers = {};
};

struct Bars {
  std::string name;
  std::size_t look = 0;
  std::vector<double> heights = {};  ///< one between each two edges
};

/// One panel for each of `panels`, all with the same axes. The bars of `target` stand beside those of each panel.
struct HistogramPlot {
  Axis x, y;
  std::vector<double> edges;  ///< increasing
  std::vector<Bars> panels;
  Bars target;
};

struct Mark {
  double x = 0, y = 0;
  std::string label = {};  ///< beside the mark
};

struct Group {
  std::string name;  ///< shown in the key, unless the group's only mark has it as its label
  std::size_t look = 0;
  std::vector<Mark> marks = {};
};

struct ScatterPlot {
  Axis x, y;
  std::vector<Group> groups;
  /// Whether to draw a line along those marks of each group that no other of the group beats in both x and y; less is
  /// better.
  bool frontier = false;
};

using Plot = std::variant<LinePlot, HistogramPlot, ScatterPlot>;

/// Returns the fraction of the values between each two edges. The last bin includes its upper edge; values beyond the
/// edges count in the outermost bins, and NaN in none. Without values all fractions are 0.
std::vector<double> bin_fractions(std::span<const float> values, std::span<const double> edges);

/// Returns the numbers that the picture shows, each to six digits, or - for NaN and infinity.
Table table_of(const Plot& plot);

/// The medium that a picture is made for.
enum class Width {
  kPage,   ///< a screen or a sheet of paper: 840 pixels
  kPhone,  ///< a phone: 360 pixels
};

/// Draws the picture as draw_svg does. Throws GnuplotError where gnuplot is missing or fails.
std::string draw_plot(const Plot& plot, Width width, const std::string& id, const std::string& title,
                      const std::string& description);

}  // namespace driftbench
