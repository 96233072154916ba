// Drifts compiled for an instruction set of their own, whatever the rest of the program is compiled for.
#pragma once

#include <string>

#include "tools/sizes/diffusion.h"
#include "tools/sizes/experiment.h"

namespace driftbench {

/// All that can be seen of such an object; to call it on a CPU that lacks the instruction set ends the program.
struct IsaKernels {
  const char* isa;  ///< as xsimd names it
  /// Of a compiled size and a drift that it has. The caller's to delete.
  Diffusion* (*diffusion)(int n, int k, const Request& request);
};

/// One that a program has kernels for besides those it was built for.
struct InstructionSet {
  std::string name;
  bool on_this_cpu;
  const IsaKernels* kernels;
};

}  // namespace driftbench
