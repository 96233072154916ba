#include "tools/sizes/instruction_sets.h"

#if defined(DRIFTBENCH_INSTRUCTION_SETS)
// Each of these is the one symbol of an object that isa_kernels.bzl made.
extern "C" {
extern const driftbench::IsaKernels driftbench_kernels_sse2, driftbench_kernels_avx2, driftbench_kernels_avx512;
}
#endif

namespace driftbench {

std::vector<InstructionSet> instruction_sets() {
#if defined(DRIFTBENCH_INSTRUCTION_SETS)
  __builtin_cpu_init();
  return {{"sse2", __builtin_cpu_supports("x86-64") != 0, &driftbench_kernels_sse2},
          {"avx2", __builtin_cpu_supports("x86-64-v3") != 0, &driftbench_kernels_avx2},
          {"avx512", __builtin_cpu_supports("x86-64-v4") != 0, &driftbench_kernels_avx512}};
#else
  return {};
#endif
}

std::unique_ptr<Diffusion> make_diffusion(const InstructionSet& set, const CompiledSize& size, const Request& request) {
  return std::unique_ptr<Diffusion>(set.kernels->diffusion(size.id(), request));
}

}  // namespace driftbench
