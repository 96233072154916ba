// Turns pictures into tables of the numbers that they show.
#include <fmt/core.h>

#include <cmath>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tools/pictures/axes.h"
#include "tools/pictures/plot.h"

namespace driftbench {
namespace {

std::string cell(double value) { return general(value, 6); }

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

Table table_of(const Plot& plot) {
  return std::visit([](const auto& kind) { return table_of_kind(kind); }, plot);
}

}  // namespace driftbench
