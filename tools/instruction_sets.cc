#include "tools/instruction_sets.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>

#include "tools/errors.h"

#if defined(DRIFTBENCH_INSTRUCTION_SETS)
// Each the one symbol of an object that isa_kernels.bzl made.
extern "C" {
extern const driftbench::IsaKernels driftbench_kernels_sse2, driftbench_kernels_avx2, driftbench_kernels_avx512;
}
#endif

namespace driftbench {
namespace {

std::string names(const std::vector<InstructionSet>& sets) {
  std::string list;
  for (const InstructionSet& set : sets) list += fmt::format("{}{}", list.empty() ? "" : ", ", set.name);
  return list;
}

}  // namespace

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

std::vector<InstructionSet> parse_instruction_sets(const std::string& text) {
  std::vector<InstructionSet> here = instruction_sets(), chosen;
  if (here.empty()) {
    throw ArgumentError(
        fmt::format("--isa: \"{}\" is not possible: this build has no kernels besides its own; leave --isa out", text));
  }
  const std::string all = names(here);
  here.erase(std::remove_if(here.begin(), here.end(), [](const InstructionSet& set) { return !set.on_this_cpu; }),
             here.end());
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string name = text.substr(begin, end - begin);
    const auto has_name = [&](const InstructionSet& set) { return set.name == name; };
    const auto found = std::find_if(here.begin(), here.end(), has_name);
    if (found == here.end() || std::any_of(chosen.begin(), chosen.end(), has_name)) {
      throw ArgumentError(fmt::format("--isa: \"{}\" is not possible; give some of {}, each once; this CPU has {}",
                                      text, all, names(here)));
    }
    chosen.push_back(*found);
    begin = end + 1;
  }
  return chosen;
}

std::unique_ptr<Diffusion> make_diffusion(const InstructionSet& set, const Experiment& experiment,
                                          const Request& request) {
  return std::unique_ptr<Diffusion>(set.kernels->diffusion(experiment.n(), experiment.k(), request));
}

}  // namespace driftbench
