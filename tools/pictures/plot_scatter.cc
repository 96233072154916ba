// Turns plots of labelled marks into commands for gnuplot.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "tools/pictures/drawing.h"

namespace driftbench {
namespace {

struct Placed {
  double left = 0, middle = 0;        ///< left edge and middle of the text
  double leader_x = 0, leader_y = 0;  ///< where a line from the mark meets the text
  bool has_leader = false;
};

/// Adds small boxes along a line, so that labels keep off it.
void add_line_boxes(double x0, double y0, double x1, double y1, std::vector<Box>& boxes) {
  const int count = static_cast<int>(std::hypot(x1 - x0, y1 - y0) / 3) + 1;
  for (int i = 0; i <= count; ++i) {
    const double x = x0 + (x1 - x0) * i / count, y = y0 + (y1 - y0) * i / count;
    boxes.push_back({x - 1.5, x + 1.5, y - 1.5, y + 1.5});
  }
}

/// Returns the middles of the eight places at which a text of that width and height stands at a distance of (x, y).
std::array<std::pair<double, double>, 8> middles_around(double x, double y, double distance, double width,
                                                        double height) {
  const double diagonal = 0.75 * distance;
  return {{{x + distance + width / 2, y},
           {x, y - distance - height / 4},
           {x, y + distance + height / 4},
           {x - distance - width / 2, y},
           {x + diagonal + width / 2, y - diagonal},
           {x + diagonal + width / 2, y + diagonal},
           {x - diagonal - width / 2, y - diagonal},
           {x - diagonal - width / 2, y + diagonal}}};
}

/// Finds the nearest free place for a label beside its mark, or the place where it covers least, and marks it as taken.
Placed place_label(const Canvas& canvas, double x, double y, const std::string& label, const Box& frame,
                   std::vector<Box>& taken) {
  const double width = canvas.text_width(label), height = 1.05 * canvas.font;
  Placed best;
  std::vector<Box> best_boxes;
  double least = std::numeric_limits<double>::infinity();
  for (const double distance : {0.75, 1.6, 2.6, 3.8, 5.2}) {
    for (const auto& [middle_x, middle_y] : middles_around(x, y, distance * canvas.font, width, height)) {
      const Box box{middle_x - width / 2, middle_x + width / 2, middle_y - height / 2, middle_y + height / 2};
      Placed placed{box.left, middle_y, std::clamp(x, box.left, box.right), std::clamp(y, box.top, box.bottom),
                    distance > 1};
      std::vector<Box> boxes{box};
      if (placed.has_leader) {
        // The line begins at the edge of the mark, because the mark's own place is already taken.
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

/// Returns the corners, from left to right, of the line along the marks that no other beats.
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

/// Returns the group's marks that the plot has a place for.
std::vector<Mark> shown_marks(const ScatterPlot& plot, const Group& group) {
  std::vector<Mark> marks;
  for (const Mark& mark : group.marks) {
    if (is_shown(plot.x, mark.x) && is_shown(plot.y, mark.y)) marks.push_back(mark);
  }
  return marks;
}

/// Returns the key's entries of the groups that no label names.
std::vector<KeyEntry> entries_of(const ScatterPlot& plot) {
  std::vector<KeyEntry> entries;
  for (const Group& group : plot.groups) {
    const bool says_so = group.marks.size() == 1 && group.marks.front().label == group.name;
    if (!says_so) entries.push_back({group.name, group.look});
  }
  return entries;
}

/// Returns the marks as a block of data.
std::string data_rows(const std::vector<Mark>& marks) {
  std::string text;
  for (const Mark& mark : marks) text += fmt::format("{} {}\n", number(mark.x), number(mark.y));
  return text;
}

/// Adds marks, the lines along them and their labels to a script whose frame stands.
class MarkDrawing {
 public:
  MarkDrawing(Script& script, const Box& box, const Range& x, const Range& y)
      : script_(script), box_(box), x_(x), y_(y) {}

  /// Adds those of a group's marks that lie in the ranges, in the group's look.
  void add(const std::vector<Mark>& shown, std::size_t look, bool has_frontier) {
    const double radius = 0.45 * script_.canvas().font;
    std::vector<Mark> marks;
    for (const Mark& mark : shown) {
      if (!x_.contains(mark.x) || !y_.contains(mark.y)) continue;
      const double px = pixel_x(mark), py = pixel_y(mark);
      taken_.push_back({px - radius, px + radius, py - radius, py + radius});
      marks.push_back(mark);
    }
    if (marks.empty()) return;
    all_.insert(all_.end(), marks.begin(), marks.end());
    if (has_frontier) add_frontier(frontier_of(marks), look);
    elements_ += fmt::format(", {} with points pointtype {} pointsize 0.8 linecolor '{}'",
                             script_.data(data_rows(marks)), shape(look), colour(look));
  }

  /// Adds the labels of all marks, which keep off marks, lines and each other, and plots what was added.
  void finish() {
    const Box inside{box_.left + 3, box_.right, box_.top, box_.bottom - 3};
    for (const Mark& mark : all_) {
      if (mark.label.empty()) continue;
      const double px = pixel_x(mark), py = pixel_y(mark);
      const Placed label = place_label(script_.canvas(), px, py, mark.label, inside, taken_);
      script_.text(label.left, label.middle, mark.label);
      if (label.has_leader) script_.line(px, py, label.leader_x, label.leader_y, kQuietColour);
    }
    script_.add("{}", elements_);
  }

 private:
  double pixel_x(const Mark& mark) const { return box_.left + x_.fraction(mark.x) * box_.width(); }
  double pixel_y(const Mark& mark) const { return box_.bottom - y_.fraction(mark.y) * box_.height(); }

  void add_frontier(const std::vector<Mark>& corners, std::size_t look) {
    if (corners.size() < 2) return;
    elements_ += fmt::format(", {} with lines linewidth 1.2 linecolor '{}' dashtype {}",
                             script_.data(data_rows(corners)), colour(look), kDots);
    for (std::size_t i = 1; i < corners.size(); ++i) {
      add_line_boxes(pixel_x(corners[i - 1]), pixel_y(corners[i - 1]), pixel_x(corners[i]), pixel_y(corners[i]),
                     taken_);
    }
  }

  Script& script_;
  const Box box_;
  const Range x_, y_;
  std::string elements_ = "plot NaN";
  std::vector<Box> taken_;
  std::vector<Mark> all_;
};

}  // namespace

Script script_of(const ScatterPlot& plot, const Canvas& canvas) {
  std::vector<double> xs, ys;
  for (const Group& group : plot.groups) {
    for (const Mark& mark : shown_marks(plot, group)) {
      xs.push_back(mark.x);
      ys.push_back(mark.y);
    }
  }
  const Range x = fit(plot.x, xs, 0.1), y = fit(plot.y, ys, 0.1);
  const Key key(canvas, entries_of(plot));
  // Labels need room; where there are many, a higher plot gives it.
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
  MarkDrawing drawing(script, box, x, y);
  for (const Group& group : plot.groups) drawing.add(shown_marks(plot, group), group.look, plot.frontier);
  drawing.finish();
  return script;
}

}  // namespace driftbench
