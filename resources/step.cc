// One step in an object file of its own, which holds nothing that a step does not need. tools/resources defines for the
// compiler RESOURCES_DRIFT (a name in quotes), RESOURCES_N and RESOURCES_K.
#include "resources/subject.h"

#if !defined(RESOURCES_DRIFT)
#define RESOURCES_DRIFT "amp"
#define RESOURCES_N 64
#define RESOURCES_K 6
#endif

namespace driftbench {
namespace {

struct Name {
  constexpr std::string_view operator()() const { return RESOURCES_DRIFT; }
};
using StepDrift = DriftNamed<RESOURCES_N, RESOURCES_K, DefaultArch>::Type<Name>;

}  // namespace
}  // namespace driftbench

extern "C" int step(void* sampler, float t_next) {
  using driftbench::Sampler;
  return static_cast<int>(static_cast<Sampler<RESOURCES_N, driftbench::StepDrift>*>(sampler)->step(t_next));
}
