// expect: SparseSigns: K is out of range 1 to N
#include "kernels/drifts/power.h"
#include "kernels/targets/sparse_signs.h"
#include "runtime/sampler.h"

#if defined(MISUSE)
constexpr int kEntries = 9;
#else
constexpr int kEntries = 8;
#endif

template class driftbench::Sampler<8, driftbench::Power<driftbench::SparseSigns<8, kEntries>>>;
