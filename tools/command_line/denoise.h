// The command denoise reads matrices and writes a drift's estimates of them to stdout.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tools/command_line/command.h"
#include "tools/drifts/weights.h"
#include "tools/sizes/compiled_size.h"

namespace driftbench {

/// Elements (i, j) and (j, i) may differ by this part of the matrix's largest magnitude. Sums in single precision, in
/// any order, leave no more of a matrix that is symmetric on paper.
inline constexpr float kSymmetryTolerance = 1e-5f;

struct DenoisePlan {
  std::vector<std::string> files;  ///< what is read, in turn; not empty, and kStandardInput of frames.h is stdin
  /// The sizes that have the drift, all of one k, in the order of n; not empty.
  std::vector<const CompiledSize*> sizes;
  Request request;
  std::optional<int> n;                  ///< the size of every matrix, where it is known beforehand
  std::string t;                         ///< a time, as parse_time of values.h reads it with each matrix's n
  bool standardize = false;              ///< whether a matrix is brought to Y = t x + noise first
  const WeightsFile* weights = nullptr;  ///< the file of request.settings.weights, where there is one
};

std::unique_ptr<Command> denoise_command();

/// Reads the matrices of all files, and writes the estimate of each to stdout, without waiting for the next matrix.
/// Matrix i = 0, 1, ..., called frame i, has the random numbers of chain i. A matrix between the compiled sizes is
/// padded with zeros to the next larger one, and its estimate is cropped. Reading and writing go on while a drift
/// works, with as much memory as a few frames take.
///
/// Throws ArgumentError where an input holds anything but symmetric matrices that fit, and RunError where an estimate
/// is not finite or a stream fails. Messages about a matrix or its estimate name the frame; the estimates before it are
/// written. The command ends at that frame: were it left out, or zeros written in its place, what reads stdout would
/// take something else for its estimate.
void run_denoise(const DenoisePlan& plan);

}  // namespace driftbench
