// A profile can compare these instruction sets in one run.
#pragma once

#include <memory>
#include <vector>

#include "tools/sizes/compiled_size.h"
#include "tools/sizes/diffusion.h"
#include "tools/sizes/isa_kernels.h"

namespace driftbench {

/// Returns the instruction sets that the build has kernels for besides its own, from the narrowest; none where it has
/// none.
std::vector<InstructionSet> instruction_sets();

/// Makes the size's diffusion with the kernels of the instruction set.
std::unique_ptr<Diffusion> make_diffusion(const InstructionSet& set, const CompiledSize& size, const Request& request);

}  // namespace driftbench
