// A Table is for people: it has aligned columns, and below them what each column means.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace driftbench {

struct Column {
  std::string name;
  std::string meaning;  ///< printed below the table; empty for a column that explains itself
  /// Where it is not 0, the column is this wide whatever its cells, so that lines can be shown before later ones are
  /// known. A wider cell moves the rest of its line.
  std::size_t width = 0;
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
  /// Gives a column, which is counted from 0, another meaning.
  void explain(std::size_t column, std::string meaning);
  /// Returns the names of the columns and the rows, each of which ends with a newline. The first column is
  /// left-aligned, the others right-aligned.
  std::string lines() const;
  /// Returns the lines, and below them what the columns mean.
  std::string to_string() const;

  const std::vector<Column>& columns() const { return columns_; }
  const std::vector<std::vector<std::string>>& rows() const { return rows_; }

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace driftbench
