// expect: static assertion failed
#include "kernels/sym_matrix.h"

#if defined(MISUSE)
constexpr int kLength = 0;
#else
constexpr int kLength = 1;
#endif

template struct driftbench::SymMatrix<kLength>;
