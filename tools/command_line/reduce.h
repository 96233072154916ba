// The command reduce uses the sampler as a denoiser: it averages chains from an observation.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "tools/command_line/command.h"
#include "tools/command_line/common_options.h"
#include "tools/command_line/findings.h"

namespace driftbench {

struct ReducePlan : DriftPlan {
  std::vector<double> times;
  TimeGrid grid;  ///< it ends after the last of the times
  std::int64_t copies = 0, samples = 0;
};

std::unique_ptr<Command> reduce_command();
Findings run_reduce(const ReducePlan& plan);

}  // namespace driftbench
