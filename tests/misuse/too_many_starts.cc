// expect: outside_of_its_limits
#include "kernels/drifts/amp.h"
#include "kernels/targets/sparse_signs.h"

#if defined(MISUSE)
constexpr int kStarts = 5;
#else
constexpr int kStarts = 4;
#endif

void run_from_all(driftbench::Amp<driftbench::SparseSigns<8, 2>>& drift) { drift.starts = kStarts; }
