// expect: no matching function for call to 'multiply(
#include "kernels/sym_matrix.h"

#if defined(MISUSE)
constexpr int kLength = 9;
#else
constexpr int kLength = 8;
#endif

void product(const driftbench::SymMatrix<8>& a, const driftbench::Vec<kLength>& x, driftbench::Vec<8>& y) {
  driftbench::multiply(a, x, y);
}
