// Axes of pictures: values to places, and the round numbers beside them.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "tools/pictures/plot.h"

namespace driftbench {

/// Whether the picture has a place for the value.
bool is_shown(const Axis& axis, double value);

struct Tic {
  double value = 0;
  std::string label;  ///< empty for one between those that have labels
};

struct Range {
  double from = 0, to = 1;
  bool logarithmic = false;

  double transform(double value) const { return logarithmic ? std::log10(value) : value; }
  /// 0 at `from`, 1 at `to`.
  double fraction(double value) const {
    return (transform(value) - transform(from)) / (transform(to) - transform(from));
  }
  bool contains(double value) const { return from <= value && value <= to; }
};

/// The axis' own limits or else those of the values, with a margin of this fraction of their extent. Starts at 0 what
/// would start not far from it.
Range fit(const Axis& axis, const std::vector<double>& values, double margin);

/// Round numbers in the range, at most `count` of them, or 2, with labels.
std::vector<Tic> tics_of(const Range& range, double count);

}  // namespace driftbench
