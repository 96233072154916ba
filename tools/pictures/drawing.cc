#include "tools/pictures/drawing.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "tools/pictures/markup.h"

namespace driftbench {

std::size_t length(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

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

void add_style(Script& script) {
  script.add("set border 3 linecolor '{}' linewidth 1", kQuietColour);
  script.add("set grid xtics ytics back linetype 1 linewidth 0.6 linecolor '{}'", kGridColour);
  script.add("unset key");
}

double left_margin(const Canvas& canvas, const std::vector<Tic>& y_tics) {
  double widest = 0;
  for (const Tic& tic : y_tics) widest = std::max(widest, canvas.text_width(tic.label));
  return widest + 1.2 * canvas.font;
}

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

void add_titles(Script& script, const Axis& x, const Axis& y, const Box& plot) {
  const Canvas& canvas = script.canvas();
  script.text(0.3 * canvas.font, 0.7 * canvas.line_height(), y.title);
  script.text((plot.left + plot.right) / 2, plot.bottom + 2.15 * canvas.line_height(), x.title, Align::kCenter);
}

double below_plot(const Canvas& canvas) { return 2.8 * canvas.line_height(); }

}  // namespace driftbench
