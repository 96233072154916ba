// Score-matching curves of others.
#pragma once

#include <string>
#include <vector>

namespace driftbench {

/// A score-matching error that others measured at a signal-to-noise ratio.
struct ReferencePoint {
  double t = 0, mse = 0;
};

/// The columns t and mse of a CSV file whose first line names its columns, by t; rows of equal t are averaged.
/// ArgumentError, which names the line, where the file is missing, is no such CSV, or holds what is no number.
std::vector<ReferencePoint> read_reference(const std::string& path);

}  // namespace driftbench
