// IsaKernels gives access to drifts that are compiled for an instruction set of their own, whatever the rest of the
// program is compiled for.
#pragma once

#include <string>

#include "tools/sizes/compiled_size.h"
#include "tools/sizes/diffusion.h"

namespace driftbench {

/// This is all that can be seen of an object that is compiled for an instruction set. A call of it on a CPU that lacks
/// the instruction set ends the program.
struct IsaKernels {
  const char* isa;  ///< the instruction set, as xsimd names it
  /// Makes the diffusion of a compiled size and a drift that it has. The caller deletes it.
  Diffusion* (*diffusion)(const SizeId& size, const Request& request);
};

/// An instruction set that the program has kernels for, besides those that it was built for.
struct InstructionSet {
  std::string name;
  bool on_this_cpu;
  const IsaKernels* kernels;
};

}  // namespace driftbench
