#include "tools/table.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace driftbench {

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

void Table::add_row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

std::string Table::to_string() const {
  std::vector<std::size_t> widths;
  for (const Column& column : columns_) widths.push_back(column.name.size());
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }

  std::string text;
  const auto add_line = [&](auto cell) {
    std::string line;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      line += i == 0 ? fmt::format("{:<{}}", cell(i), widths[i]) : fmt::format("  {:>{}}", cell(i), widths[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  };
  add_line([&](std::size_t i) { return columns_[i].name; });
  for (const auto& row : rows_) {
    add_line([&](std::size_t i) { return row[i]; });
  }

  std::size_t name_width = 0;
  for (const Column& column : columns_) {
    if (!column.meaning.empty()) name_width = std::max(name_width, column.name.size());
  }
  if (name_width > 0) text += "\n";
  for (const Column& column : columns_) {
    if (!column.meaning.empty()) text += fmt::format("  {:<{}}  {}\n", column.name, name_width, column.meaning);
  }
  return text;
}

}  // namespace driftbench
