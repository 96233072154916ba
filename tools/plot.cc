#include "tools/plot.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <utility>

#include "tools/gnuplot.h"
#include "tools/markup.h"

namespace driftbench {
namespace {

// Looks.

/// Okabe and Ito's colours, which differ for colour-blind readers too, without yellow, which white paper swallows, and
/// with a grey.
constexpr std::array<const char*, 8> kColours = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                                 "#E69F00", "#56B4E9", "#000000", "#777777"};
/// gnuplot's numbers: disc, square, diamond, triangle up and down, pentagon, then hollow ones. Nine, which has no
/// factor in common with the number of colours, so that pairs repeat late.
constexpr std::array<int, 9> kShapes = {7, 5, 13, 9, 11, 15, 6, 4, 8};
constexpr std::array<const char*, 4> kDashes = {"1", "(14,4)", "(14,3,3,3)", "(7,3)"};
constexpr char kDots[] = "(2,3)";
constexpr char kTextColour[] = "#222222";
constexpr char kQuietColour[] = "#555555";
constexpr char kGridColour[] = "#dddddd";
/// Other than the axes': gnuplot draws lines of one colour and width that follow each other with the dashes of the
/// first.
constexpr char kMarkerColour[] = "#666666";

const char* colour(std::size_t look) { return kColours[look % kColours.size()]; }
int shape(std::size_t look) { return kShapes[look % kShapes.size()]; }
const char* dashes(std::size_t look) { return kDashes[look % kDashes.size()]; }

// Numbers.

/// Far from the limits of double, so that no margin or ratio overflows.
constexpr double kLargest = 1e100;

bool is_shown(const Axis& axis, double value) {
  return std::fabs(value) <= kLargest && (!axis.logarithmic || value >= 1 / kLargest);
}

std::string superscript(int exponent) {
  constexpr std::array<const char*, 10> kDigits = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string text = exponent < 0 ? "⁻" : "";
  for (const char digit : fmt::format("{}", std::abs(exponent))) text += kDigits[static_cast<std::size_t>(digit - '0')];
  return text;
}

/// A round number as people write it: 0.02, 1500, 2·10⁻⁶.
std::string tic_label(double value) {
  const double magnitude = std::fabs(value);
  if (magnitude == 0) return "0";
  std::string text;
  if (magnitude >= 0.9e-3 && magnitude < 0.9e6) {
    text = fmt::format("{:.6g}", magnitude);
  } else {
    const int exponent = static_cast<int>(std::floor(std::log10(magnitude) + 1e-9));
    const std::string mantissa = fmt::format("{:.4g}", magnitude / std::pow(10, exponent));
    text = (mantissa == "1" ? "10" : mantissa + "·10") + superscript(exponent);
  }
  return value < 0 ? "−" + text : text;
}

// Axes: values to pixels. Pixels count from the top left corner of the picture.

struct Tic {
  double value = 0;
  std::string label;  ///< empty for one between those that have labels
};

struct Range {
  double from = 0, to = 1;
  bool logarithmic = false;

  double transform(double value) const { return logarithmic ? std::log10(value) : value; }
  /// 0 at `from`, 1 at `to`.
  double fraction(double value) const {
    return (transform(value) - transform(from)) / (transform(to) - transform(from));
  }
  bool contains(double value) const { return from <= value && value <= to; }
};

/// The axis' own limits or else those of the values, with a margin of this fraction of their extent. Starts at 0 what
/// would start not far from it.
Range fit(const Axis& axis, const std::vector<double>& values, double margin) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const double value : values) {
    if (!is_shown(axis, value)) continue;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  if (low > high) low = high = 1;
  Range range{low, high, axis.logarithmic};
  if (axis.logarithmic) {
    const double extent = std::max(std::log10(high / low), 0.3);
    range.from = low * std::pow(10, -margin * extent);
    range.to = high * std::pow(10, margin * extent);
  } else {
    const double magnitude = std::max(std::fabs(low), std::fabs(high));
    const double extent = magnitude < 1e-90 ? 1 : high - low > 1e-6 * magnitude ? high - low : magnitude;
    range.from = low >= 0 && low < 0.5 * high ? 0 : low - margin * extent;
    range.to = high + margin * extent;
  }
  if (axis.from && is_shown(axis, *axis.from)) range.from = *axis.from;
  if (axis.to && is_shown(axis, *axis.to)) range.to = *axis.to;
  if (!(range.to > range.from)) range.to = axis.logarithmic ? range.from * 10 : range.from + std::fabs(range.from) + 1;
  return range;
}

/// Multiples of 1, 2 or 5 times a power of ten, at most `count` or so.
std::vector<Tic> linear_tics(const Range& range, double count) {
  const double least = (range.to - range.from) / count;
  const double power = std::pow(10, std::floor(std::log10(least)));
  double step = 10 * power;
  for (const double factor : {5.0, 2.0, 1.0}) {
    if (factor * power >= least * (1 - 1e-9)) step = factor * power;
  }
  std::vector<Tic> tics;
  const double last = std::floor(range.to / step + 1e-9);
  for (double i = std::ceil(range.from / step - 1e-9); i <= last; ++i) tics.push_back({i * step, tic_label(i * step)});
  return tics;
}

/// Powers of ten, or every second, third, ... of them so that at most `count` have labels; where there are few, also 2
/// and 5 times them. The multiples between are without labels.
std::vector<Tic> logarithmic_tics(const Range& range, double count) {
  const double decades = std::log10(range.to / range.from);
  const int every = std::max(1, static_cast<int>(std::ceil(decades / count)));
  const bool halves = 3 * decades <= count && decades <= 3;
  std::vector<Tic> tics;
  std::size_t labels = 0;
  const int first = static_cast<int>(std::floor(std::log10(range.from)));
  const int last = static_cast<int>(std::ceil(std::log10(range.to)));
  for (int exponent = first; exponent <= last; ++exponent) {
    for (int factor = 1; factor <= 9; ++factor) {
      const double value = factor * std::pow(10, exponent);
      if (!range.contains(value) || (factor > 1 && every > 1)) continue;
      const bool has_label =
          (factor == 1 && exponent % every == 0) || (halves && (factor == 1 || factor == 2 || factor == 5));
      tics.push_back({value, has_label ? tic_label(value) : ""});
      labels += has_label ? 1 : 0;
    }
  }
  return labels >= 2 ? tics : linear_tics(range, count);
}

std::vector<Tic> tics_of(const Range& range, double count) {
  count = std::max(count, 2.0);
  return range.logarithmic ? logarithmic_tics(range, count) : linear_tics(range, count);
}

// Layout.

/// Characters as a reader counts them.
std::size_t length(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

struct Box {
  double left = 0, right = 0, top = 0, bottom = 0;

  double width() const { return right - left; }
  double height() const { return bottom - top; }
  double overlap(const Box& other) const {
    const double across = std::min(right, other.right) - std::max(left, other.left);
    const double down = std::min(bottom, other.bottom) - std::max(top, other.top);
    return across > 0 && down > 0 ? across * down : 0;
  }
};

enum class Align { kLeft, kCenter, kRight };

struct Canvas {
  double width, font;

  explicit Canvas(Width kind) : width(kind == Width::kPage ? 840 : 360), font(kind == Width::kPage ? 15 : 12) {}

  bool is_narrow() const { return width < 500; }
  /// An upper bound for the usual sans-serif fonts; the reader's may be any.
  double text_width(const std::string& text) const { return 0.6 * font * static_cast<double>(length(text)); }
  double line_height() const { return 1.4 * font; }
};

/// The text as a string of gnuplot's, with octal numbers for all but letters and blanks: also for digits, because
/// gnuplot takes those that follow a number to belong to it.
std::string quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : clean_text(text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || std::isalpha(byte) != 0 || c == ' ') {
      quoted += c;
    } else {
      quoted += fmt::format("\\{:03o}", byte);
    }
  }
  return quoted + "\"";
}

std::string number(double value) { return fmt::format("{:.9g}", value); }

/// Commands for gnuplot that place things at pixels.
class Script {
 public:
  Script(const Canvas& canvas, double height) : canvas_(canvas), height_(height) {}

  const Canvas& canvas() const { return canvas_; }
  double height() const { return height_; }
  std::string x(double pixel) const { return "screen " + number(pixel / canvas_.width); }
  std::string y(double pixel) const { return "screen " + number(1 - pixel / height_); }
  std::string at(double left, double top) const { return x(left) + "," + y(top); }

  template <class... Arguments>
  void add(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    text_ += fmt::format(format, std::forward<Arguments>(arguments)...);
    text_ += '\n';
  }

  /// One line of text; `middle` is its height's.
  void text(double left, double middle, const std::string& text, Align align = Align::kLeft,
            const char* text_colour = kTextColour) {
    constexpr std::array<const char*, 3> kNames = {"left", "center", "right"};
    add("set label {} at {} {} textcolor '{}' front", quoted(text), at(left, middle),
        kNames[static_cast<std::size_t>(align)], text_colour);
  }

  void line(double x0, double y0, double x1, double y1, const char* line_colour, const char* dash = "1") {
    add("set arrow from {} to {} nohead back linewidth 1 linecolor '{}' dashtype {}", at(x0, y0), at(x1, y1),
        line_colour, dash);
  }

  /// What follows is plotted into this box, with these axes.
  void frame(const Box& box, const Range& x_range, const Range& y_range, const std::vector<Tic>& x_tics,
             const std::vector<Tic>& y_tics, bool x_labels = true, bool y_labels = true) {
    add("set lmargin at {}", x(box.left));
    add("set rmargin at {}", x(box.right));
    add("set tmargin at {}", y(box.top));
    add("set bmargin at {}", y(box.bottom));
    axis('x', x_range, x_tics, x_labels);
    axis('y', y_range, y_tics, y_labels);
  }

  /// A block of data, defined before it is named; returns its name.
  std::string data(const std::string& rows) {
    std::string name = fmt::format("$data{}", ++blocks_);
    text_ += name + " << END\n" + rows + "END\n";
    return name;
  }

  const std::string& commands() const { return text_; }

 private:
  void axis(char name, const Range& range, const std::vector<Tic>& tics, bool labels) {
    add("{} logscale {}", range.logarithmic ? "set" : "unset", name);
    add("set {}range [{}:{}]", name, number(range.from), number(range.to));
    std::string list;
    for (const Tic& tic : tics) {
      if (!list.empty()) list += ", ";
      list += fmt::format("{} {} {}", quoted(labels ? tic.label : ""), number(tic.value), tic.label.empty() ? 1 : 0);
    }
    add("set {}tics nomirror out scale 0.5,0.3 {} textcolor '{}' ({})", name,
        name == 'x' ? "offset 0,0.4" : "offset 0.6,0", kTextColour, list);
  }

  const Canvas canvas_;
  const double height_;
  std::string text_;
  int blocks_ = 0;
};

void add_style(Script& script) {
  script.add("set border 3 linecolor '{}' linewidth 1", kQuietColour);
  script.add("set grid xtics ytics back linetype 1 linewidth 0.6 linecolor '{}'", kGridColour);
  script.add("unset key");
}

/// Room on the left for the labels of the y axis.
double left_margin(const Canvas& canvas, const std::vector<Tic>& y_tics) {
  double widest = 0;
  for (const Tic& tic : y_tics) widest = std::max(widest, canvas.text_width(tic.label));
  return widest + 1.2 * canvas.font;
}

struct KeyEntry {
  std::string name;
  std::size_t look = 0;
  const char* dashes = nullptr;  ///< of its line; null for none
  bool has_mark = true;
};

/// What the looks stand for: right of the plot where all names are short, else below it.
class Key {
 public:
  Key(const Canvas& canvas, std::vector<KeyEntry> entries) : canvas_(canvas), entries_(std::move(entries)) {
    std::erase_if(entries_, [](const KeyEntry& entry) { return entry.name.empty(); });
    double widest = 0;
    for (const KeyEntry& entry : entries_) widest = std::max(widest, width(entry));
    is_right_ = !canvas.is_narrow() && entries_.size() > 1 && widest < 0.34 * canvas.width;
    right_margin_ = is_right_ ? widest + canvas.font : 1.6 * canvas.font;
    columns_ = is_right_ ? 1 : std::max<std::size_t>(1, static_cast<std::size_t>(canvas.width / std::max(widest, 1.0)));
    column_width_ = widest;
  }

  double right_margin() const { return right_margin_; }
  /// Of what stands below the plot.
  double height() const {
    return is_right_ ? 0 : static_cast<double>((entries_.size() + columns_ - 1) / columns_) * line_height();
  }

  /// `below` is where it starts if it stands below the plot.
  void add_to(Script& script, const Box& plot, double below) const {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      const KeyEntry& entry = entries_[i];
      const double left = (is_right_ ? plot.right + canvas_.font : 0.3 * canvas_.font) +
                          static_cast<double>(i % columns_) * column_width_;
      const double middle = (is_right_ ? plot.top : below) + (static_cast<double>(i / columns_) + 0.5) * line_height();
      const double sample = sample_width(entry);
      if (entry.dashes != nullptr) {
        script.add("set arrow from {} to {} nohead linewidth 1.8 linecolor '{}' dashtype {}", script.at(left, middle),
                   script.at(left + sample, middle), colour(entry.look), entry.dashes);
      }
      if (entry.has_mark) {
        script.add("set label '' at {} point pointtype {} pointsize 0.6 linecolor '{}' front",
                   script.at(left + sample / 2, middle), shape(entry.look), colour(entry.look));
      }
      script.text(left + sample + 0.5 * canvas_.font, middle, entry.name);
    }
  }

 private:
  double line_height() const { return 1.6 * canvas_.font; }
  double sample_width(const KeyEntry& entry) const { return (entry.dashes == nullptr ? 1 : 2.2) * canvas_.font; }
  double width(const KeyEntry& entry) const {
    return sample_width(entry) + canvas_.text_width(entry.name) + 1.3 * canvas_.font;
  }

  const Canvas canvas_;
  std::vector<KeyEntry> entries_;
  std::size_t columns_ = 1;
  double column_width_ = 0, right_margin_ = 0;
  bool is_right_ = false;
};

/// A marker's label and the row above the plot that it stands in, 0 the lowest.
struct MarkerLabel {
  double line = 0, left = 0, right = 0;
  Align align = Align::kLeft;
  std::size_t row = 0;
  std::string text;
};

/// Rows such that labels do not overlap, and that no line to a higher row cuts a label where it starts right of its
/// line.
std::vector<MarkerLabel> place_markers(const Canvas& canvas, std::vector<Marker> markers, const Range& range,
                                       const Box& plot) {
  std::erase_if(markers, [&](const Marker& marker) { return !range.contains(marker.x); });
  std::sort(markers.begin(), markers.end(), [](const Marker& a, const Marker& b) { return a.x > b.x; });
  std::vector<MarkerLabel> placed;
  for (const Marker& marker : markers) {
    MarkerLabel label;
    label.text = marker.label;
    label.line = plot.left + range.fraction(marker.x) * plot.width();
    const double width = canvas.text_width(marker.label), gap = 0.4 * canvas.font;
    label.align = label.line + gap + width <= canvas.width ? Align::kLeft : Align::kRight;
    label.left = label.align == Align::kLeft ? label.line + gap : label.line - gap - width;
    label.right = label.left + width;
    for (const MarkerLabel& other : placed) {
      if (label.left < other.right + gap && other.left - gap < label.right)
        label.row = std::max(label.row, other.row + 1);
    }
    placed.push_back(label);
  }
  return placed;
}

double rows_of(const std::vector<MarkerLabel>& labels) {
  std::size_t rows = 0;
  for (const MarkerLabel& label : labels) rows = std::max(rows, label.row + 1);
  return static_cast<double>(rows);
}

void add_markers(Script& script, const std::vector<MarkerLabel>& labels, const Box& plot) {
  const double line_height = script.canvas().line_height();
  for (const MarkerLabel& label : labels) {
    const double middle = plot.top - (static_cast<double>(label.row) + 0.6) * line_height;
    const double gap = label.align == Align::kLeft ? label.left - label.line : label.right - label.line;
    script.line(label.line, middle - 0.4 * line_height, label.line, plot.bottom, kMarkerColour, "(5,3)");
    script.text(label.line + gap, middle, label.text, label.align, kQuietColour);
  }
}

/// Titles of both axes, each in a line of its own: y's above everything, x's below the plot.
void add_titles(Script& script, const Axis& x, const Axis& y, const Box& plot) {
  const Canvas& canvas = script.canvas();
  script.text(0.3 * canvas.font, 0.7 * canvas.line_height(), y.title);
  script.text((plot.left + plot.right) / 2, plot.bottom + 2.15 * canvas.line_height(), x.title, Align::kCenter);
}

/// Room for the labels of the x axis and its title.
double below_plot(const Canvas& canvas) { return 2.8 * canvas.line_height(); }

// Lines and points.

bool has_line(SeriesStyle style) { return style != SeriesStyle::kPoints; }
bool has_points(SeriesStyle style) { return style == SeriesStyle::kPoints || style == SeriesStyle::kLinePoints; }

const char* dashes(const Series& series) {
  return series.style == SeriesStyle::kReference ? kDots : dashes(series.look);
}

/// What gnuplot is to plot for a series, each element after a comma.
std::string series_elements(Script& script, const Series& series, const Range& x, const Range& y,
                            const LinePlot& plot) {
  std::string rows, bars;
  for (const Point& point : series.points) {
    if (!is_shown(plot.x, point.x) || !is_shown(plot.y, point.y)) {
      // Ends the line: nothing is known between its neighbours.
      rows += "\n";
      continue;
    }
    rows += fmt::format("{} {}\n", number(point.x), number(point.y));
    if (!(point.error > 0) || !std::isfinite(point.error) || !x.contains(point.x)) continue;
    const double low = std::max(point.y - point.error, y.from), high = std::min(point.y + point.error, y.to);
    if (low < high) bars += fmt::format("{} {} {}\n", number(point.x), number(low), number(high - low));
  }
  // Marks that touch each other hide the line and tell nothing apart.
  constexpr std::size_t kMostMarks = 24;
  const std::size_t every = has_line(series.style) ? series.points.size() / kMostMarks + 1 : 1;
  std::string style = has_line(series.style)
                          ? fmt::format("linewidth {} dashtype {} ",
                                        series.style == SeriesStyle::kReference ? 1.5 : 1.8, dashes(series))
                          : "";
  style += fmt::format("linecolor '{}'", colour(series.look));
  if (has_points(series.style)) {
    style += fmt::format(" pointtype {} pointsize 0.6 pointinterval {}", shape(series.look), every);
  }
  const char* kind = !has_points(series.style) ? "lines" : has_line(series.style) ? "linespoints" : "points";
  std::string elements;
  if (!bars.empty()) {
    // Not gnuplot's error bars, which wipe out what lies around their points.
    elements = fmt::format(", {} using 1:2:(0):3 with vectors nohead linewidth 1 linecolor '{}'", script.data(bars),
                           colour(series.look));
  }
  if (rows.find_first_not_of('\n') == std::string::npos) return elements;
  return elements + fmt::format(", {} with {} {}", script.data(rows), kind, style);
}

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
        {series.name, series.look, has_line(series.style) ? dashes(series) : nullptr, has_points(series.style)});
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

// Histograms.

/// Bars over the part of each bin between two fractions of its width.
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

/// What filled and outlined bars are, in the middle of the picture but not left of `left`.
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

// Marks with labels.

struct Placed {
  double left = 0, middle = 0;        ///< of the text
  double leader_x = 0, leader_y = 0;  ///< where a line from the mark meets it
  bool has_leader = false;
};

/// Small boxes along a line, for what should keep off it.
void add_line_boxes(double x0, double y0, double x1, double y1, std::vector<Box>& boxes) {
  const int count = static_cast<int>(std::hypot(x1 - x0, y1 - y0) / 3) + 1;
  for (int i = 0; i <= count; ++i) {
    const double x = x0 + (x1 - x0) * i / count, y = y0 + (y1 - y0) * i / count;
    boxes.push_back({x - 1.5, x + 1.5, y - 1.5, y + 1.5});
  }
}

/// The nearest place for a label beside its mark that is free, or else where it covers least. Takes it.
Placed place_label(const Canvas& canvas, double x, double y, const std::string& label, const Box& frame,
                   std::vector<Box>& taken) {
  const double width = canvas.text_width(label), height = 1.05 * canvas.font;
  Placed best;
  std::vector<Box> best_boxes;
  double least = std::numeric_limits<double>::infinity();
  for (const double distance : {0.75, 1.6, 2.6, 3.8, 5.2}) {
    const double d = distance * canvas.font;
    const double diagonal = 0.75 * d;
    const std::array<std::pair<double, double>, 8> middles = {{{x + d + width / 2, y},
                                                               {x, y - d - height / 4},
                                                               {x, y + d + height / 4},
                                                               {x - d - width / 2, y},
                                                               {x + diagonal + width / 2, y - diagonal},
                                                               {x + diagonal + width / 2, y + diagonal},
                                                               {x - diagonal - width / 2, y - diagonal},
                                                               {x - diagonal - width / 2, y + diagonal}}};
    for (const auto& [middle_x, middle_y] : middles) {
      const Box box{middle_x - width / 2, middle_x + width / 2, middle_y - height / 2, middle_y + height / 2};
      Placed placed{box.left, middle_y, std::clamp(x, box.left, box.right), std::clamp(y, box.top, box.bottom),
                    distance > 1};
      std::vector<Box> boxes{box};
      if (placed.has_leader) {
        // From the edge of the mark on, which is taken itself.
        const double length = std::hypot(placed.leader_x - x, placed.leader_y - y), edge = 0.5 * canvas.font / length;
        add_line_boxes(x + edge * (placed.leader_x - x), y + edge * (placed.leader_y - y), placed.leader_x,
                       placed.leader_y, boxes);
      }
      double covered = box.width() * box.height() - box.overlap(frame);
      for (const Box& part : boxes) {
        for (const Box& other : taken) covered += part.overlap(other);
      }
      if (covered < least - 1e-6) {
        least = covered;
        best = placed;
        best_boxes = std::move(boxes);
      }
    }
  }
  taken.insert(taken.end(), best_boxes.begin(), best_boxes.end());
  return best;
}

/// Corners of the line along the marks that no other beats, from left to right.
std::vector<Mark> frontier_of(std::vector<Mark> marks) {
  std::sort(marks.begin(), marks.end(),
            [](const Mark& a, const Mark& b) { return std::pair(a.x, a.y) < std::pair(b.x, b.y); });
  std::vector<Mark> corners;
  for (const Mark& mark : marks) {
    if (!corners.empty()) {
      const double best = corners.back().y;
      if (mark.y >= best) continue;
      corners.push_back({mark.x, best, ""});
    }
    corners.push_back(mark);
  }
  return corners;
}

Script script_of(const ScatterPlot& plot, const Canvas& canvas) {
  std::vector<double> xs, ys;
  const auto is_seen = [&](const Mark& mark) { return is_shown(plot.x, mark.x) && is_shown(plot.y, mark.y); };
  for (const Group& group : plot.groups) {
    for (const Mark& mark : group.marks) {
      if (!is_seen(mark)) continue;
      xs.push_back(mark.x);
      ys.push_back(mark.y);
    }
  }
  const Range x = fit(plot.x, xs, 0.1), y = fit(plot.y, ys, 0.1);
  std::vector<KeyEntry> entries;
  for (const Group& group : plot.groups) {
    const bool says_so = group.marks.size() == 1 && group.marks.front().label == group.name;
    if (!says_so) entries.push_back({group.name, group.look});
  }
  const Key key(canvas, std::move(entries));
  // Labels need room; where they are many, the height gives it.
  const double plot_height =
      (canvas.is_narrow() ? 260 : 340) + (canvas.is_narrow() ? 10 : 5) * static_cast<double>(xs.size());
  const auto y_tics = tics_of(y, plot_height / (3 * canvas.font));
  const double top = 1.7 * canvas.line_height();
  const Box box{left_margin(canvas, y_tics), canvas.width - key.right_margin(), top, top + plot_height};

  Script script(canvas, std::ceil(box.bottom + below_plot(canvas) + key.height()));
  add_style(script);
  add_titles(script, plot.x, plot.y, box);
  key.add_to(script, box, box.bottom + below_plot(canvas));
  script.frame(box, x, y, tics_of(x, box.width() / (4.5 * canvas.font)), y_tics);

  const auto pixel_x = [&](double value) { return box.left + x.fraction(value) * box.width(); };
  const auto pixel_y = [&](double value) { return box.bottom - y.fraction(value) * box.height(); };
  const Box inside{box.left + 3, box.right, box.top, box.bottom - 3};
  const double radius = 0.45 * canvas.font;
  std::string elements = "plot NaN";
  std::vector<Box> taken;
  std::vector<Mark> all;
  for (const Group& group : plot.groups) {
    std::vector<Mark> marks;
    for (const Mark& mark : group.marks) {
      if (!is_seen(mark) || !x.contains(mark.x) || !y.contains(mark.y)) continue;
      const double px = pixel_x(mark.x), py = pixel_y(mark.y);
      taken.push_back({px - radius, px + radius, py - radius, py + radius});
      marks.push_back(mark);
    }
    if (marks.empty()) continue;
    all.insert(all.end(), marks.begin(), marks.end());
    const auto rows = [](const std::vector<Mark>& points) {
      std::string text;
      for (const Mark& point : points) text += fmt::format("{} {}\n", number(point.x), number(point.y));
      return text;
    };
    const auto corners = frontier_of(marks);
    if (plot.frontier && corners.size() > 1) {
      elements += fmt::format(", {} with lines linewidth 1.2 linecolor '{}' dashtype {}", script.data(rows(corners)),
                              colour(group.look), kDots);
      for (std::size_t i = 1; i < corners.size(); ++i) {
        add_line_boxes(pixel_x(corners[i - 1].x), pixel_y(corners[i - 1].y), pixel_x(corners[i].x),
                       pixel_y(corners[i].y), taken);
      }
    }
    elements += fmt::format(", {} with points pointtype {} pointsize 0.8 linecolor '{}'", script.data(rows(marks)),
                            shape(group.look), colour(group.look));
  }
  for (const Mark& mark : all) {
    if (mark.label.empty()) continue;
    const double px = pixel_x(mark.x), py = pixel_y(mark.y);
    const Placed label = place_label(canvas, px, py, mark.label, inside, taken);
    script.text(label.left, label.middle, mark.label);
    if (label.has_leader) script.line(px, py, label.leader_x, label.leader_y, kQuietColour);
  }
  script.add("{}", elements);
  return script;
}

// Tables.

std::string cell(double value) { return fmt::format("{:.6g}", value); }

Table table_of_kind(const LinePlot& plot) {
  std::vector<Column> columns{{plot.x.title, ""}};
  std::map<double, std::vector<std::string>> rows;
  const std::size_t count = plot.series.size() + 1;
  bool has_errors = false;
  for (std::size_t i = 0; i < plot.series.size(); ++i) {
    columns.push_back({plot.series[i].name, ""});
    for (const Point& point : plot.series[i].points) {
      if (std::isnan(point.x)) continue;
      auto& row = rows.try_emplace(point.x, count, "").first->second;
      row[0] = cell(point.x);
      std::string& text = row[i + 1];
      if (!text.empty()) text += "; ";
      text += cell(point.y);
      if (point.error == 0) continue;
      text += " ± " + cell(point.error);
      has_errors = true;
    }
  }
  if (!plot.series.empty()) columns[1].meaning = plot.y.title + (has_errors ? " ± its standard error" : "");
  if (plot.series.size() > 1) columns[1].meaning += "; so in the columns after it";
  for (const Marker& marker : plot.markers) {
    columns[0].meaning +=
        fmt::format("{}{} at {}", columns[0].meaning.empty() ? "" : "; ", marker.label, cell(marker.x));
  }
  Table table(std::move(columns));
  for (auto& [x, row] : rows) table.add_row(std::move(row));
  return table;
}

Table table_of_kind(const HistogramPlot& plot) {
  std::vector<Column> columns{
      {plot.x.title + ", from", ""}, {"to", ""}, {plot.target.name, plot.y.title + "; so in the columns after it"}};
  for (const Bars& bars : plot.panels) columns.push_back({bars.name, ""});
  Table table(std::move(columns));
  for (std::size_t i = 0; i + 1 < plot.edges.size(); ++i) {
    std::vector<std::string> row{cell(plot.edges[i]), cell(plot.edges[i + 1])};
    const auto add = [&](const Bars& bars) { row.push_back(i < bars.heights.size() ? cell(bars.heights[i]) : ""); };
    add(plot.target);
    for (const Bars& bars : plot.panels) add(bars);
    table.add_row(std::move(row));
  }
  return table;
}

Table table_of_kind(const ScatterPlot& plot) {
  Table table({{"name", ""}, {"group", ""}, {plot.x.title, ""}, {plot.y.title, ""}});
  for (const Group& group : plot.groups) {
    for (const Mark& mark : group.marks) table.add_row({mark.label, group.name, cell(mark.x), cell(mark.y)});
  }
  return table;
}

}  // namespace

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

Table table_of(const Plot& plot) {
  return std::visit([](const auto& kind) { return table_of_kind(kind); }, plot);
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
