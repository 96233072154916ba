#pragma once

namespace driftbench {

/// y <- A x by BLIS on one thread; a is n x n, column-major, its lower triangle is read. Throws std::runtime_error
/// where there is no BLIS.
void blis_product(int n, const float* a, const float* x, float* y);

}  // namespace driftbench
