// Score-matching curves of others.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace driftbench {

/// A score-matching error that others measured at a signal-to-noise ratio.
struct ReferencePoint {
  double t = 0, mse = 0;
};

/// The columns t and mse of a CSV file whose first line names its columns, by t; rows of equal t are averaged. The file
/// may begin with UTF-8's byte-order mark. ArgumentError, which names the line, where the file is missing, is no such
/// CSV or too large for a curve, where a row has more or fewer cells than the first line, or holds what is no number.
std::vector<ReferencePoint> read_reference(const std::string& path);

/// The same of a file's content; `path` is what errors name.
std::vector<ReferencePoint> parse_reference(const std::string& path, std::string_view content);

}  // namespace driftbench
