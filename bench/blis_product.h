#pragma once

namespace driftbench {

/// Sets y <- A x with BLIS on one thread. `a` is n x n and column-major; only its lower triangle is read. Throws
/// std::runtime_error where BLIS is not installed.
void blis_product(int n, const float* a, const float* x, float* y);

}  // namespace driftbench
