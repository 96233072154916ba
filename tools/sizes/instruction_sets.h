// Instruction sets that a profile can compare in one run.
#pragma once

#include <memory>
#include <vector>

#include "tools/sizes/diffusion.h"
#include "tools/sizes/experiment.h"
#include "tools/sizes/isa_kernels.h"

namespace driftbench {

/// From the narrowest; none where the build has none.
std::vector<InstructionSet> instruction_sets();

/// The experiment's diffusion with the set's kernels.
std::unique_ptr<Diffusion> make_diffusion(const InstructionSet& set, const Experiment& experiment,
                                          const Request& request);

}  // namespace driftbench
