// How the cost of a step grows with the size.
#pragma once

#include <cstdint>
#include <vector>

#include "tools/arguments.h"
#include "tools/commands.h"
#include "tools/experiment.h"

namespace driftbench {

struct ScalingOptions {
  std::vector<DriftAtSizes> drifts;
  DriftSettings settings;
  std::int64_t steps = 0;  ///< at each size; 20 or more, so that their median is supported
  std::uint64_t seed = 0;
  bool quiet = false;
};

Report run_scaling(const ScalingOptions& options);

}  // namespace driftbench
