#include "tools/base/matrix_market.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "tools/base/errors.h"
#include "tools/base/quote.h"

namespace driftbench {
namespace {

/// Reads a file line by line and each line word by word.
class LineReader {
 public:
  LineReader(std::FILE* stream, std::size_t lines_before) : stream_(stream), line_(lines_before) {}

  std::size_t line() const { return line_; }
  const std::vector<std::string_view>& words() const { return words_; }

  [[noreturn]] void refuse(std::string_view possible) const {
    throw ArgumentError(fmt::format("line {}: {} is not possible; give {}", line_, in_quotes(text_), possible));
  }

  /// Moves to the next line. Returns false where the stream ends.
  bool next() {
    text_.clear();
    ++line_;
    int c = 0;
    errno = 0;
    while ((c = getc_unlocked(stream_)) != EOF && c != '\n') {
      text_ += static_cast<char>(c);
      if (text_.size() > kMaxMatrixMarketLine) refuse(fmt::format("lines of {} bytes at most", kMaxMatrixMarketLine));
    }
    if (std::ferror(stream_) != 0) throw RunError(fmt::format("the input cannot be read: {}", std::strerror(errno)));
    if (c == EOF && text_.empty()) return false;
    split();
    return true;
  }

  /// Moves to the next line that is neither blank nor a comment. Returns false where the stream ends.
  bool next_with_content() {
    while (next()) {
      if (!words_.empty() && !words_.front().starts_with('%')) return true;
    }
    return false;
  }

  /// Reads the i-th word as a number; none where it is anything else.
  template <class T>
  std::optional<T> number(std::size_t i) const {
    std::string_view word = words_[i];
    if (word.starts_with('+')) word.remove_prefix(1);
    T value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
    return value;
  }

 private:
  void split() {
    constexpr char kBlanks[] = " \t\r\v\f";
    words_.clear();
    const std::string_view text = text_;
    std::size_t begin = text.find_first_not_of(kBlanks);
    while (begin != std::string_view::npos) {
      const std::size_t end = std::min(text.find_first_of(kBlanks, begin), text.size());
      words_.push_back(text.substr(begin, end - begin));
      begin = text.find_first_not_of(kBlanks, end);
    }
  }

  std::FILE* stream_;
  std::size_t line_;
  std::string text_;
  std::vector<std::string_view> words_;
};

/// Reads the first line, whose words have no case.
MatrixMarketHeader read_banner(LineReader& lines) {
  constexpr char kPossible[] =
      "\"%%MatrixMarket matrix\", then coordinate or array, then real, integer or (with coordinate) pattern, then "
      "general or symmetric";
  if (!lines.next()) throw ArgumentError("empty; give a Matrix Market file");
  std::vector<std::string> words;
  for (const std::string_view word : lines.words()) {
    words.emplace_back(word);
    for (char& c : words.back()) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  if (words.size() != 5 || words[0] != "%%matrixmarket" || words[1] != "matrix") lines.refuse(kPossible);
  MatrixMarketHeader header{};
  header.coordinate = words[2] == "coordinate";
  header.pattern = words[3] == "pattern";
  header.symmetric = words[4] == "symmetric";
  if (!header.coordinate && words[2] != "array") lines.refuse(kPossible);
  if (header.pattern ? !header.coordinate : words[3] != "real" && words[3] != "integer") lines.refuse(kPossible);
  if (!header.symmetric && words[4] != "general") lines.refuse(kPossible);
  return header;
}

/// Returns how many elements the file has of an array.
std::size_t array_lines(const MatrixMarketHeader& header) {
  const std::size_t all = header.rows * header.columns;
  return header.symmetric ? (all + header.rows) / 2 : all;
}

/// Reads the elements one after another and calls put(i, j, value) for each.
template <class Put>
void read_array(LineReader& lines, const MatrixMarketHeader& header, Put put) {
  for (std::size_t j = 0; j < header.columns; ++j) {
    for (std::size_t i = header.symmetric ? j : 0; i < header.rows; ++i) {
      if (!lines.next_with_content()) {
        throw ArgumentError(fmt::format("truncated: the file ends at line {}, before element ({}, {}) of {} x {}",
                                        lines.line(), i + 1, j + 1, header.rows, header.columns));
      }
      const auto value = lines.words().size() == 1 ? lines.number<double>(0) : std::nullopt;
      if (!value) lines.refuse("one number a line, column by column");
      put(i, j, static_cast<float>(*value));
    }
  }
}

/// Reads the entries one after another and calls put(i, j, value) for each.
template <class Put>
void read_entries(LineReader& lines, const MatrixMarketHeader& header, Put put) {
  const std::size_t words = header.pattern ? 2 : 3;
  const char* const possible = header.pattern ? "a row and a column" : "a row, a column and a value";
  for (std::size_t entry = 0; entry < header.lines; ++entry) {
    if (!lines.next_with_content()) {
      throw ArgumentError(
          fmt::format("truncated: the file ends at line {}, with {} of {} entries", lines.line(), entry, header.lines));
    }
    if (lines.words().size() != words) lines.refuse(possible);
    const auto i = lines.number<std::size_t>(0), j = lines.number<std::size_t>(1);
    const auto value = header.pattern ? 1.0 : lines.number<double>(2);
    if (!i || !j || !value) lines.refuse(possible);
    if (*i < 1 || *i > header.rows || *j < 1 || *j > header.columns) {
      lines.refuse(fmt::format("rows from 1 to {} and columns from 1 to {}", header.rows, header.columns));
    }
    if (header.symmetric && *i < *j) lines.refuse("the lower triangle of a symmetric matrix: no row before its column");
    put(*i - 1, *j - 1, static_cast<float>(*value));
  }
}

}  // namespace

MatrixMarketHeader read_matrix_market_header(std::FILE* stream) {
  LineReader lines(stream, 0);
  MatrixMarketHeader header = read_banner(lines);
  if (!lines.next_with_content()) throw ArgumentError("truncated: the file ends before the line with the size");
  const char* const possible = header.coordinate ? "rows, columns and the number of entries" : "rows and columns";
  if (lines.words().size() != (header.coordinate ? 3U : 2U)) lines.refuse(possible);
  const auto rows = lines.number<std::size_t>(0), columns = lines.number<std::size_t>(1);
  const auto entries = header.coordinate ? lines.number<std::size_t>(2) : 0;
  if (!rows || !columns || !entries) lines.refuse(possible);
  header.rows = *rows;
  header.columns = *columns;
  if (header.symmetric && header.rows != header.columns) lines.refuse("as many rows as columns, as it is symmetric");
  header.lines = header.coordinate ? *entries : array_lines(header);
  header.line = lines.line();
  return header;
}

void read_matrix_market_values(std::FILE* stream, const MatrixMarketHeader& header, std::span<float> values) {
  LineReader lines(stream, header.line);
  std::fill(values.begin(), values.end(), 0.0f);
  const auto put = [&](std::size_t i, std::size_t j, float value) {
    values[i * header.columns + j] += value;
    if (header.symmetric && i != j) values[j * header.columns + i] += value;
  };
  if (header.coordinate) {
    read_entries(lines, header, put);
  } else {
    read_array(lines, header, put);
  }
  if (lines.next_with_content()) {
    lines.refuse(fmt::format("the end of the file, as its size says that it has {} elements", header.lines));
  }
}

}  // namespace driftbench
