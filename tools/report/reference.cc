#include "tools/report/reference.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <map>
#include <optional>
#include <system_error>

#include "runtime/metrics.h"
#include "tools/base/bounded_file.h"
#include "tools/base/errors.h"
#include "tools/base/quote.h"

namespace driftbench {
namespace {

/// Files that are larger are taken for something other than a curve.
constexpr std::size_t kMaxBytes = std::size_t{4} << 20, kMaxLines = 100'000;
/// A time or an error that is larger would leave nothing else to be seen in a picture.
constexpr double kMaxValue = 1e9;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

/// Removes the text's first line and returns it without its end, which is LF or CR LF.
std::string_view next_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::vector<std::string_view> cells_of(std::string_view line) {
  std::vector<std::string_view> cells;
  for (std::size_t comma = line.find(','); comma != line.npos; comma = line.find(',')) {
    cells.push_back(line.substr(0, comma));
    line.remove_prefix(comma + 1);
  }
  cells.push_back(line);
  return cells;
}

std::optional<double> number_in(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

/// Reads the points from one file's content, and refuses what is wrong with it.
class CurveParser {
 public:
  explicit CurveParser(const std::string& path) : path_(path) {}

  std::vector<ReferencePoint> parse(std::string_view content) {
    if (content.empty()) refuse("it is empty");
    if (content.size() > kMaxBytes) refuse(fmt::format("it has more than {} bytes, too large for a curve", kMaxBytes));
    if (content.starts_with(kByteOrderMark)) content.remove_prefix(kByteOrderMark.size());
    read_names(next_line(content));
    for (std::size_t number = 2; !content.empty(); ++number) {
      if (number > kMaxLines) refuse(fmt::format("it has more than {} lines, too large for a curve", kMaxLines));
      const std::string_view line = next_line(content);
      if (!line.empty()) add_row(number, cells_of(line));
    }
    if (curve_.empty()) refuse("it has no points");
    std::vector<ReferencePoint> points;
    for (const auto& [t, mse] : curve_) points.push_back({t, mse.mean()});
    return points;
  }

  [[noreturn]] void refuse(const std::string& why) const {
    throw ArgumentError(fmt::format("--reference: {} is not possible: {}", in_quotes(path_, kMaxPathQuoted), why));
  }

 private:
  void read_names(std::string_view line) {
    const auto names = cells_of(line);
    const auto column = [&](std::string_view name) {
      const auto found = std::find(names.begin(), names.end(), name);
      const auto count = std::count(names.begin(), names.end(), name);
      if (count != 1) {
        refuse(fmt::format("its first line names {} column \"{}\"; give a CSV with one t and one mse",
                           count == 0 ? "no" : "more than one", name));
      }
      return static_cast<std::size_t>(found - names.begin());
    };
    columns_ = names.size();
    t_column_ = column("t");
    mse_column_ = column("mse");
  }

  void add_row(std::size_t number, const std::vector<std::string_view>& cells) {
    if (cells.size() != columns_) {
      refuse(fmt::format("line {} has {} cells, the first line names {} columns", number, cells.size(), columns_));
    }
    const auto t = number_in(cells[t_column_]), mse = number_in(cells[mse_column_]);
    if (!t || !mse || *t <= 0 || *t > kMaxValue || *mse < 0 || *mse > kMaxValue) {
      refuse(fmt::format("line {} has no t above 0 and mse of 0 or more, both at most {:g}", number, kMaxValue));
    }
    curve_[*t].add(*mse);
  }

  const std::string& path_;
  std::size_t columns_ = 0, t_column_ = 0, mse_column_ = 0;
  std::map<double, RunningMean> curve_;
};

}  // namespace

std::vector<ReferencePoint> read_reference(const std::string& path) {
  CurveParser parser(path);
  try {
    return parser.parse(read_at_most(path, kMaxBytes + 1));
  } catch (const std::system_error& error) {
    parser.refuse(error.code().message());
  }
}

std::vector<ReferencePoint> parse_reference(const std::string& path, std::string_view content) {
  return CurveParser(path).parse(content);
}

}  // namespace driftbench
