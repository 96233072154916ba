#include "tools/report/reference.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <map>
#include <optional>

#include "runtime/metrics.h"
#include "tools/errors.h"

namespace driftbench {
namespace {

/// Longer files and lines are not curves.
constexpr std::size_t kMaxLines = 100'000, kMaxLineLength = 1'000;

std::vector<std::string> cells_of(std::string line) {
  if (line.ends_with('\r')) line.pop_back();
  std::vector<std::string> cells(1);
  for (const char c : line) {
    if (c == ',') {
      cells.emplace_back();
    } else {
      cells.back().push_back(c);
    }
  }
  return cells;
}

std::optional<double> number_in(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace

std::vector<ReferencePoint> read_reference(const std::string& path) {
  const auto refuse = [&](const std::string& why) {
    throw ArgumentError(fmt::format("--reference: \"{}\" is not possible: {}", path, why));
  };
  errno = 0;
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line)) refuse(errno != 0 ? std::strerror(errno) : "it is empty");
  const auto names = cells_of(line.substr(0, kMaxLineLength));
  const auto column = [&](const char* name) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
      refuse(fmt::format("its first line names no column \"{}\"; give a CSV with t and mse", name));
    return static_cast<std::size_t>(found - names.begin());
  };
  const std::size_t t_column = column("t"), mse_column = column("mse");
  std::map<double, RunningMean> curve;
  for (std::size_t number = 2; std::getline(file, line); ++number) {
    if (number > kMaxLines || line.size() > kMaxLineLength) refuse("it is too large for a curve");
    if (line.empty()) continue;
    const auto cells = cells_of(line);
    const auto t = t_column < cells.size() ? number_in(cells[t_column]) : std::nullopt;
    const auto mse = mse_column < cells.size() ? number_in(cells[mse_column]) : std::nullopt;
    if (!t || !mse || *t <= 0 || *mse < 0) {
      refuse(fmt::format("line {} has no t above 0 and mse of 0 or more", number));
    }
    curve[*t].add(*mse);
  }
  if (file.bad()) refuse(std::strerror(errno));
  if (curve.empty()) refuse("it has no points");
  std::vector<ReferencePoint> points;
  for (const auto& [t, mse] : curve) points.push_back({t, mse.mean()});
  return points;
}

}  // namespace driftbench
