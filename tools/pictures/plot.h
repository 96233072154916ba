// Pictures as data: what is to be seen, in the units of the axes. How it looks is decided here, once.
//
// All text is plain UTF-8 without markup. Values beyond 1e100, and on a logarithmic axis those below 1e-100, are left
// out of the picture, as is what is not a number; its table has them, and - for NaN and infinity.
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
  /// What lies beyond is not shown; absent: as far as the data go, with a margin.
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
  kReference,  ///< theory to hold measurements against: dotted
};

struct Series {
  std::string name;
  /// Colour, shape and dashes. Whatever has the same number in another picture looks the same there; 72 differ, the
  /// first 8 in colour and in grey.
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
  std::vector<double> heights = {};  ///< one between two edges
};

/// One panel for each of `panels`, all with the same axes, and `target` beside its bars in each.
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
  std::string name;  ///< in the key, unless its one mark has it for a label
  std::size_t look = 0;
  std::vector<Mark> marks = {};
};

struct ScatterPlot {
  Axis x, y;
  std::vector<Group> groups;
  /// A line along each group's marks that no other of the group beats in both x and y; less is better.
  bool frontier = false;
};

using Plot = std::variant<LinePlot, HistogramPlot, ScatterPlot>;

/// Fraction of the values between each two edges; the last bin has its upper edge, values beyond the edges count in the
/// outermost bins. All zero where there are no values. NaN is in none.
std::vector<double> bin_fractions(std::span<const float> values, std::span<const double> edges);

/// The numbers that the picture shows, each to six digits; - for one that is NaN or infinite.
Table table_of(const Plot& plot);

/// What a picture is made for.
enum class Width {
  kPage,   ///< a screen or a sheet of paper: 840 pixels
  kPhone,  ///< a phone: 360 pixels
};

/// The picture as draw_svg has it. GnuplotError where gnuplot is missing or fails.
std::string draw_plot(const Plot& plot, Width width, const std::string& id, const std::string& title,
                      const std::string& description);

}  // namespace driftbench
