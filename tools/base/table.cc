#include "tools/base/table.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "tools/base/quote.h"
#include "tools/base/wrap.h"

namespace driftbench {
std::string fixed(double value, int digits) {
  return std::isfinite(value) ? fmt::format("{:.{}f}", value, digits) : "-";
}

std::string general(double value, int digits) {
  return std::isfinite(value) ? fmt::format("{:.{}g}", value, digits) : "-";
}

std::string microseconds(double nanoseconds) { return fixed(nanoseconds * 1e-3, 2); }

std::string kibibytes(std::size_t bytes) { return fmt::format("{:.1f}", static_cast<double>(bytes) / 1024); }

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

void Table::add_row(std::vector<std::string> cells) {
  for (std::string& cell : cells) cell = printable(cell);
  rows_.push_back(std::move(cells));
}

void Table::explain(std::size_t column, std::string meaning) { columns_[column].meaning = std::move(meaning); }

std::string Table::lines() const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = std::max(columns_[i].width, columns_[i].name.size());
    for (const auto& row : rows_) {
      if (columns_[i].width == 0) width = std::max(width, row[i].size());
    }
    widths.push_back(width);
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
  return text;
}

std::string Table::to_string() const {
  std::string text = lines();
  std::size_t name_width = 0;
  for (const Column& column : columns_) {
    if (!column.meaning.empty()) name_width = std::max(name_width, column.name.size());
  }
  if (name_width > 0) text += "\n";
  for (const Column& column : columns_) {
    if (column.meaning.empty()) continue;
    text += fmt::format("  {:<{}}  {}\n", column.name, name_width, wrap(column.meaning, name_width + 4));
  }
  return text;
}

}  // namespace driftbench
