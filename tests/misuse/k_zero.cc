// expect: SparseSigns: K is out of range 1 to N
#include "kernels/targets/sparse_signs.h"

#if defined(MISUSE)
constexpr int kEntries = 0;
#else
constexpr int kEntries = 1;
#endif

void draw(driftbench::RankOne<8>& x) { driftbench::SparseSigns<8, kEntries>{}.draw({}, x); }
