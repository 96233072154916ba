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

/// Finds the nearest free place for a label beside its mark, or the place where it covers least, and marks it as taken.
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

}  // namespace

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

}  // namespace driftbench
