// expect: top_k: K is out of range 1 to N
#include "kernels/drifts/power.h"
#include "runtime/sampler.h"

#if defined(MISUSE)
constexpr int kEntries = 9;
#else
constexpr int kEntries = 8;
#endif

template class driftbench::Sampler<8, driftbench::Power<8, kEntries>>;
