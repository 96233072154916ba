// Axes of pictures: they map values to places, and have round numbers beside them.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "tools/pictures/plot.h"

namespace driftbench {

/// Whether the picture has a place for the value, which depends on its magnitude and, on a logarithmic axis, its sign.
bool is_shown(const Axis& axis, double value);

struct Tic {
  double value = 0;
  std::string label;  ///< empty for a tic between those that have labels
};

struct Range {
  double from = 0, to = 1;
  bool logarithmic = false;

  double transform(double value) const { return logarithmic ? std::log10(value) : value; }
  /// Returns 0 at `from` and 1 at `to`.
  double fraction(double value) const {
    return (transform(value) - transform(from)) / (transform(to) - transform(from));
  }
  bool contains(double value) const { return from <= value && value <= to; }
};

/// Returns the axis' own limits, or where it has none those of the values with a margin, a fraction of their extent. A
/// range that would start not far above 0 starts at 0.
Range fit(const Axis& axis, const std::vector<double>& values, double margin);

/// Returns round numbers in the range; at most `count` of them have labels, or 2 where `count` is smaller.
std::vector<Tic> tics_of(const Range& range, double count);

}  // namespace driftbench
