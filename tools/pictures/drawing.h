// Places things in a picture by commands for gnuplot. Pixels count from the picture's top left corner.
#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "tools/pictures/axes.h"
#include "tools/pictures/looks.h"
#include "tools/pictures/plot.h"

namespace driftbench {

/// The number of characters as a reader counts them, not of bytes.
std::size_t length(const std::string& text);

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
  /// The width of the text in usual sans-serif fonts, as an upper bound; the reader's own font may be any.
  double text_width(const std::string& text) const { return 0.6 * font * static_cast<double>(length(text)); }
  double line_height() const { return 1.4 * font; }
};

/// Returns the text as a gnuplot string, with octal numbers for all ASCII characters but letters and blanks. Digits are
/// written so too, because gnuplot takes digits that follow an octal number to belong to it.
std::string quoted(const std::string& text);
std::string number(double value);

/// A script for gnuplot that places things at pixels.
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

  /// Adds one line of text; `middle` is the height of its middle.
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

  /// Sets the box that later commands plot into, and its axes.
  void frame(const Box& box, const Range& x_range, const Range& y_range, const std::vector<Tic>& x_tics,
             const std::vector<Tic>& y_tics, bool x_labels = true, bool y_labels = true) {
    add("set lmargin at {}", x(box.left));
    add("set rmargin at {}", x(box.right));
    add("set tmargin at {}", y(box.top));
    add("set bmargin at {}", y(box.bottom));
    axis('x', x_range, x_tics, x_labels);
    axis('y', y_range, y_tics, y_labels);
  }

  /// Adds a block of data and returns its name, by which later commands may refer to it.
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

struct KeyEntry {
  std::string name;
  std::size_t look = 0;
  const char* dashes = nullptr;  ///< dash pattern of the line; null where there is no line
  bool has_mark = true;
};

/// The key, which explains the looks. It stands right of the plot where all names are short, and else below it.
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
  /// The height that the key takes below the plot.
  double height() const {
    return is_right_ ? 0 : static_cast<double>((entries_.size() + columns_ - 1) / columns_) * line_height();
  }

  /// Draws the key; `below` is where it starts if it stands below the plot.
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

/// A marker's label, and the row above the plot that it stands in; row 0 is the lowest.
struct MarkerLabel {
  double line = 0, left = 0, right = 0;
  Align align = Align::kLeft;
  std::size_t row = 0;
  std::string text;
};

/// Sets borders and grid, which are the same in all pictures.
void add_style(Script& script);

/// The room that the labels of the y axis take on the left.
double left_margin(const Canvas& canvas, const std::vector<Tic>& y_tics);

/// Puts labels into rows such that no two overlap. The line to a label in a higher row cuts no lower label that starts
/// right of that label's own line.
std::vector<MarkerLabel> place_markers(const Canvas& canvas, std::vector<Marker> markers, const Range& range,
                                       const Box& plot);
/// The number of rows that the labels take.
double rows_of(const std::vector<MarkerLabel>& labels);
void add_markers(Script& script, const std::vector<MarkerLabel>& labels, const Box& plot);

/// Adds the titles of both axes, each in a line of its own: that of y above everything, that of x below the plot.
void add_titles(Script& script, const Axis& x, const Axis& y, const Box& plot);

/// The room that the labels of the x axis and its title take.
double below_plot(const Canvas& canvas);

/// Returns the commands that draw the picture; the script's height is the picture's.
Script script_of(const LinePlot& plot, const Canvas& canvas);
Script script_of(const HistogramPlot& plot, const Canvas& canvas);
Script script_of(const ScatterPlot& plot, const Canvas& canvas);

}  // namespace driftbench
