#pragma once

namespace driftbench {

/// y <- A x by BLIS on one thread; a is n x n, column-major, its lower triangle is read. In a source of its own: BLIS's
/// header and OpenBLAS's declare the same names.
void blis_product(int n, const float* a, const float* x, float* y);

}  // namespace driftbench
