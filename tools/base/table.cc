#include "tools/base/table.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <sstream>
#include <utility>

#include "tools/base/quote.h"

namespace driftbench {
namespace {

constexpr std::size_t kTextWidth = 100;

/// Breaks the text into lines of at most kTextWidth - indent characters, and indents all but the first.
std::string wrap(const std::string& text, std::size_t indent) {
  std::string wrapped, word;
  std::size_t line = 0;
  std::istringstream words(text);
  while (words >> word) {
    if (line > 0 && line + 1 + word.size() > kTextWidth - indent) {
      wrapped.append(1, '\n').append(indent, ' ');
      line = 0;
    }
    if (line > 0) {
      wrapped += ' ';
      ++line;
    }
    wrapped += word;
    line += word.size();
  }
  return wrapped;
}

}  // namespace

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
    if (column.meaning.empty()) continue;
    text += fmt::format("  {:<{}}  {}\n", column.name, name_width, wrap(column.meaning, name_width + 4));
  }
  return text;
}

}  // namespace driftbench
