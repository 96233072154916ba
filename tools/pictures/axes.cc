#include "tools/pictures/axes.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

namespace driftbench {
namespace {

/// A limit far from that of double, so that no margin or ratio overflows.
constexpr double kLargest = 1e100;

std::string superscript(int exponent) {
  constexpr std::array<const char*, 10> kDigits = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string text = exponent < 0 ? "⁻" : "";
  for (const char digit : fmt::format("{}", std::abs(exponent))) text += kDigits[static_cast<std::size_t>(digit - '0')];
  return text;
}

/// Writes a round number as people do: 0.02, 1500, 2·10⁻⁶.
std::string tic_label(double value) {
  const double magnitude = std::fabs(value);
  if (magnitude == 0) return "0";
  std::string text;
  if (magnitude >= 0.9e-3 && magnitude < 0.9e6) {
    text = fmt::format("{:.6g}", magnitude);
  } else {
    const int exponent = static_cast<int>(std::floor(std::log10(magnitude) + 1e-9));
    const std::string mantissa = fmt::format("{:.4g}", magnitude / std::pow(10, exponent));
    text = (mantissa == "1" ? "10" : mantissa + "·10") + superscript(exponent);
  }
  return value < 0 ? "−" + text : text;
}

/// Returns multiples of 1, 2 or 5 times a power of ten, about `count` of them at most.
std::vector<Tic> linear_tics(const Range& range, double count) {
  const double least = (range.to - range.from) / count;
  const double power = std::pow(10, std::floor(std::log10(least)));
  double step = 10 * power;
  for (const double factor : {5.0, 2.0, 1.0}) {
    if (factor * power >= least * (1 - 1e-9)) step = factor * power;
  }
  std::vector<Tic> tics;
  const double last = std::floor(range.to / step + 1e-9);
  for (double i = std::ceil(range.from / step - 1e-9); i <= last; ++i) tics.push_back({i * step, tic_label(i * step)});
  return tics;
}

/// Returns powers of ten, of which at most `count` have labels: all, or every second, third and so on. Where they are
/// few, 2 and 5 times them have labels too. Multiples between them are tics without labels.
std::vector<Tic> logarithmic_tics(const Range& range, double count) {
  const double decades = std::log10(range.to / range.from);
  const int every = std::max(1, static_cast<int>(std::ceil(decades / count)));
  const bool halves = 3 * decades <= count && decades <= 3;
  std::vector<Tic> tics;
  std::size_t labels = 0;
  const int first = static_cast<int>(std::floor(std::log10(range.from)));
  const int last = static_cast<int>(std::ceil(std::log10(range.to)));
  for (int exponent = first; exponent <= last; ++exponent) {
    for (int factor = 1; factor <= 9; ++factor) {
      const double value = factor * std::pow(10, exponent);
      if (!range.contains(value) || (factor > 1 && every > 1)) continue;
      const bool has_label =
          (factor == 1 && exponent % every == 0) || (halves && (factor == 1 || factor == 2 || factor == 5));
      tics.push_back({value, has_label ? tic_label(value) : ""});
      labels += has_label ? 1 : 0;
    }
  }
  return labels >= 2 ? tics : linear_tics(range, count);
}

}  // namespace

bool is_shown(const Axis& axis, double value) {
  return std::fabs(value) <= kLargest && (!axis.logarithmic || value >= 1 / kLargest);
}

Range fit(const Axis& axis, const std::vector<double>& values, double margin) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const double value : values) {
    if (!is_shown(axis, value)) continue;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  if (low > high) low = high = 1;
  Range range{low, high, axis.logarithmic};
  if (axis.logarithmic) {
    const double extent = std::max(std::log10(high / low), 0.3);
    range.from = low * std::pow(10, -margin * extent);
    range.to = high * std::pow(10, margin * extent);
  } else {
    const double magnitude = std::max(std::fabs(low), std::fabs(high));
    const double extent = magnitude < 1e-90 ? 1 : high - low > 1e-6 * magnitude ? high - low : magnitude;
    range.from = low >= 0 && low < 0.5 * high ? 0 : low - margin * extent;
    range.to = high + margin * extent;
  }
  if (axis.from && is_shown(axis, *axis.from)) range.from = *axis.from;
  if (axis.to && is_shown(axis, *axis.to)) range.to = *axis.to;
  if (!(range.to > range.from)) range.to = axis.logarithmic ? range.from * 10 : range.from + std::fabs(range.from) + 1;
  return range;
}

std::vector<Tic> tics_of(const Range& range, double count) {
  count = std::max(count, 2.0);
  return range.logarithmic ? logarithmic_tics(range, count) : linear_tics(range, count);
}

}  // namespace driftbench
