// expect: template constraint failure for
#include "kernels/drifts/zero.h"
#include "runtime/sampler.h"

#if defined(MISUSE)
constexpr int kSize = 9;
#else
constexpr int kSize = 8;
#endif

template class driftbench::Sampler<8, driftbench::Zero<kSize>>;
