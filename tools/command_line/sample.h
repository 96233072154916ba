// The command sample runs the diffusion with a drift and shows what its samples look like.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "tools/command_line/command.h"
#include "tools/command_line/common_options.h"
#include "tools/command_line/findings.h"
#include "tools/command_line/frame_output.h"

namespace driftbench {

struct SamplePlan : DriftPlan {
  TimeGrid grid;
  bool flow = false;  ///< the deterministic probability flow in place of the diffusion
  std::int64_t chains = 0;
  FrameOutput* frames = nullptr;  ///< where samples go; null where none are asked for; the plan has one drift then
  MatrixForm form = MatrixForm::kFull;
  bool wants_frames_alone = false;  ///< whether a run whose frames cannot be written has nothing else to do
};

std::unique_ptr<Command> sample_command();
Findings run_sample(const SamplePlan& plan);

/// Return what the columns mean that show the drift as a sampler: the fraction of samples that are not 0, and the
/// distance between the laws of norms.
std::string nonzero_meaning(std::int64_t chains, double target_w);
std::string w1_meaning(std::int64_t chains, double target_w);

}  // namespace driftbench
