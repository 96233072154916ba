// Reads score-matching curves that others have measured.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace driftbench {

/// A score-matching error that others measured at the signal-to-noise ratio t.
struct ReferencePoint {
  double t = 0, mse = 0;
};

/// Reads the columns t and mse of a CSV file whose first line names its columns. The points are in order of t; rows of
/// equal t are averaged. The file may begin with UTF-8's byte-order mark. Throws ArgumentError where the file is
/// missing, is no such CSV or too large for a curve, and, with the number of the line, where a row has more or fewer
/// cells than the first line or holds values that are not possible.
std::vector<ReferencePoint> read_reference(const std::string& path);

/// Does the same with a file's content; `path` is the name that errors show.
std::vector<ReferencePoint> parse_reference(const std::string& path, std::string_view content);

}  // namespace driftbench
