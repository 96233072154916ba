#include "tools/command_line/values.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include "tools/base/errors.h"
#include "tools/base/quote.h"

namespace driftbench {
namespace {

constexpr std::int64_t kMaxGridPoints = 100'000;

template <class T>
std::optional<T> parse_number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

void refuse(const std::string& argument, const std::string& given, const std::string& possible) {
  throw ArgumentError(fmt::format("{}: {} is not possible; give {}", argument, in_quotes(given), possible));
}

std::string describe(const IntegerRange& range) { return fmt::format("{} to {}", range.low, range.high); }

std::string describe(const NumberRange& range) { return fmt::format("{:g} to {:g}", range.low, range.high); }

std::string describe(const std::vector<std::string>& choices) { return fmt::format("{}", fmt::join(choices, " or ")); }

std::string describe_times() { return fmt::format("{}, or a multiple of n such as 0.8n", describe(kTimes)); }

std::string describe_durations() {
  return fmt::format("{:g}ns to {:g}s, such as 200us", kDurations.low, kDurations.high * 1e-9);
}

std::int64_t parse_integer(const std::string& argument, const std::string& text, const IntegerRange& range) {
  const auto value = parse_number<std::int64_t>(text);
  if (!value || *value < range.low || *value > range.high) {
    refuse(argument, text, fmt::format("a whole number from {}", describe(range)));
  }
  return *value;
}

std::uint64_t parse_seed(const std::string& text) {
  const auto value = parse_number<std::uint64_t>(text);
  if (!value) refuse("--seed", text, fmt::format("a whole number from {}", kSeeds));
  return *value;
}

double parse_real(const std::string& argument, const std::string& text, const NumberRange& range) {
  const auto value = parse_number<double>(text);
  if (!value || !(*value >= range.low && *value <= range.high)) {
    refuse(argument, text, fmt::format("a number from {}", describe(range)));
  }
  return *value == 0 ? 0 : *value;  // -0 is 0
}

double parse_duration_ns(const std::string& argument, const std::string& text) {
  struct Unit {
    const char* name;
    double ns;
  };
  constexpr Unit kUnits[] = {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};
  const std::size_t digits = std::min(text.find_first_not_of("0123456789.e+-"), text.size());
  const auto number = parse_number<double>(std::string_view(text).substr(0, digits));
  for (const Unit& unit : kUnits) {
    if (text.substr(digits) != unit.name) continue;
    const double ns = number.value_or(NAN) * unit.ns;
    if (ns >= kDurations.low && ns <= kDurations.high) return ns;
  }
  refuse(argument, text, fmt::format("a duration from {}", describe_durations()));
}

std::size_t parse_choice(const std::string& argument, const std::string& text,
                         const std::vector<std::string>& possible) {
  const auto found = std::find(possible.begin(), possible.end(), text);
  if (found == possible.end()) refuse(argument, text, describe(possible));
  return static_cast<std::size_t>(found - possible.begin());
}

double parse_time(const std::string& argument, const std::string& text, int n) {
  const bool multiple = text.ends_with('n');
  const auto number = parse_number<double>(std::string_view(text).substr(0, text.size() - (multiple ? 1 : 0)));
  const double value = number.value_or(NAN) * (multiple ? n : 1);
  if (!(value >= kTimes.low && value <= kTimes.high)) {
    refuse(argument, text, fmt::format("a number from {}", describe_times()));
  }
  return value;
}

std::vector<double> parse_times(const std::string& argument, const std::string& text, int n) {
  std::vector<double> times;
  for (const std::string& part : split(text, ',')) times.push_back(parse_time(argument, part, n));
  return times;
}

std::vector<double> parse_grid(const std::string& argument, const std::string& text, int n) {
  const auto parts = split(text, ':');
  if (parts.size() != 3) refuse(argument, text, "first:last:step, such as 20:1400:20 or 0.2n:4n:0.1n");
  const double first = parse_time(argument, parts[0], n), last = parse_time(argument, parts[1], n);
  const double step = parse_time(argument, parts[2], n);
  if (last < first) refuse(argument, text, "first:last:step with last no smaller than first");
  // A last point that misses the end by rounding alone is meant to be the end.
  const double intervals = std::floor((last - first) / step + 1e-9);
  if (intervals >= static_cast<double>(kMaxGridPoints)) {
    refuse(argument, text, fmt::format("a grid of at most {} points", kMaxGridPoints));
  }
  std::vector<double> times;
  for (int i = 0; i <= static_cast<int>(intervals); ++i) times.push_back(first + i * step);
  return times;
}

TimeGrid parse_schedule(const std::string& text, const std::string& dt_text, const std::string& t_end_text, int n,
                        int min_steps) {
  const double dt = parse_time("--dt", dt_text, n), t_end = parse_time("--t-end", t_end_text, n);
  TimeGrid grid;
  if (text.starts_with("grid:")) {
    grid.name = text;
    for (const double t : parse_times("--schedule grid", text.substr(std::strlen("grid:")), n)) {
      grid.times.push_back(static_cast<float>(t));
    }
    grid.t_end = static_cast<double>(grid.times.back());
  } else {
    const double smallest = 1e-6 * t_end, largest = t_end / min_steps;
    if (dt < smallest || dt > largest) {
      refuse("--dt", fmt::format("{:g}", dt), fmt::format("{:g} to {:g} with --t-end {:g}", smallest, largest, t_end));
    }
    if (text == "uniform") {
      grid = uniform_grid(dt, t_end);
    } else if (text.starts_with("geometric:")) {
      const std::string steps = text.substr(std::strlen("geometric:"));
      grid = geometric_grid(dt, t_end, parse_integer("--schedule geometric", steps, {1, 1'000'000}));
    } else {
      refuse("--schedule", text, kSchedules);
    }
  }
  for (std::size_t i = 1; i < grid.times.size(); ++i) {
    if (grid.times[i - 1] < grid.times[i]) continue;
    refuse("--schedule", text,
           grid.dt ? fmt::format("fewer steps from {:g} to {:g}, which single precision can tell apart", dt, t_end)
                   : fmt::format("times that increase; {:g} follows {:g}", grid.times[i], grid.times[i - 1]));
  }
  return grid;
}

void check_before_end(const std::vector<double>& times, const std::vector<float>& schedule) {
  for (const double t : times) {
    if (static_cast<float>(t) >= schedule.back()) {
      refuse("--t", fmt::format("{:g}", t), fmt::format("a time before the diffusion's end, {:g}", schedule.back()));
    }
  }
}

void check_whole_steps(double dt, double t_end, std::int64_t levels) {
  const double steps = std::round(t_end / dt);
  if (std::fabs(steps * dt - t_end) > 1e-9 * t_end) {
    refuse("--dt", fmt::format("{:g}", dt), fmt::format("one that --t-end {:g} is a multiple of", t_end));
  }
  if (std::ldexp(steps, static_cast<int>(levels)) > 1e6) {
    refuse("--levels", fmt::format("{}", levels),
           "fewer or a longer --dt, so that the finest steps are no more than a million");
  }
}

}  // namespace driftbench
