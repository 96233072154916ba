// Tables for people: aligned columns, and below them what each column means.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace driftbench {

struct Column {
  std::string name;
  std::string meaning;  ///< printed below the table; empty for a column that explains itself
};

/// Cells of numbers: with that many digits after the point, or that many in all; - for what is NaN or infinite.
std::string fixed(double value, int digits);
std::string general(double value, int digits);
/// Cells of durations and sizes, each in the unit that their columns have everywhere.
std::string microseconds(double nanoseconds);
std::string kibibytes(std::size_t bytes);

class Table {
 public:
  explicit Table(std::vector<Column> columns);
  /// One cell a column, shown as printable() of quote.h makes it.
  void add_row(std::vector<std::string> cells);
  /// The first column left-aligned, the others right-aligned; ends with a newline.
  std::string to_string() const;

  const std::vector<Column>& columns() const { return columns_; }
  const std::vector<std::vector<std::string>>& rows() const { return rows_; }

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace driftbench
