// One step in an object file of its own, which holds nothing that a step does not need.
#include "resources/subject.h"

extern "C" int step(driftbench::Subject& sampler, float t_next) { return static_cast<int>(sampler.step(t_next)); }
