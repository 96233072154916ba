// The command denoise: matrices from stdin through one drift to stdout.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/drifts/weights.h"
#include "tools/sizes/experiment.h"

namespace driftbench {

/// By how much elements (i, j) and (j, i) may differ, in parts of the matrix's largest magnitude: what sums in single
/// precision leave, in any order, of a matrix that is symmetric on paper.
inline constexpr float kSymmetryTolerance = 1e-5f;

struct DenoiseOptions {
  /// Those that have the drift, all of one k, by n; not empty.
  std::vector<const Experiment*> experiments;
  Request request;
  std::optional<int> n;                  ///< of every matrix, where it is known beforehand
  std::string t;                         ///< a time, as arguments.h reads it; in multiples of each matrix's n
  const WeightsFile* weights = nullptr;  ///< what request.settings.weights is from, where there is one
};

/// Reads .npy arrays from stdin until it ends and writes the estimate of each to stdout before it reads the next.
/// Matrix i = 0, 1, ... has the random numbers of chain i. One that is smaller than the next larger experiment is
/// padded with zeros, its estimate cropped. ArgumentError where stdin holds anything but symmetric matrices that fit,
/// RunError where an estimate is not finite or the streams fail; either names the frame, and the estimates before it
/// are written. It ends at that frame: were it left out, or zeros written in its place, what reads stdout would take
/// something else for its estimate.
void run_denoise(const DenoiseOptions& options);

}  // namespace driftbench
