// Instruction sets that a profile can compare in one run.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tools/diffusion.h"
#include "tools/experiment.h"
#include "tools/isa_kernels.h"

namespace driftbench {

/// One that this program has kernels for besides those it was built for.
struct InstructionSet {
  std::string name;
  bool on_this_cpu;
  const IsaKernels* kernels;
};

/// From the narrowest; none where the build has none.
std::vector<InstructionSet> instruction_sets();

/// The experiment's diffusion with the set's kernels.
std::unique_ptr<Diffusion> make_diffusion(const InstructionSet& set, const Experiment& experiment,
                                          const Request& request);

}  // namespace driftbench
