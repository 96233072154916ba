// A Table is for people: it has aligned columns, and below them what each column means.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace driftbench {

struct Column {
  std::string name;
  std::string meaning;  ///< printed below the table; empty for a column that explains itself
};

/// Write a number into a cell: `fixed` with that many digits after the point, `general` with that many in all. NaN and
/// infinity become -.
std::string fixed(double value, int digits);
std::string general(double value, int digits);
/// Write a duration or a size into a cell, in the unit that its columns have everywhere.
std::string microseconds(double nanoseconds);
std::string kibibytes(std::size_t bytes);

class Table {
 public:
  explicit Table(std::vector<Column> columns);
  /// Adds a row, with one cell for each column. A cell is shown as printable() of quote.h makes it.
  void add_row(std::vector<std::string> cells);
  /// Returns the table as text that ends with a newline. The first column is left-aligned, the others right-aligned.
  std::string to_string() const;

  const std::vector<Column>& columns() const { return columns_; }
  const std::vector<std::vector<std::string>>& rows() const { return rows_; }

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace driftbench
