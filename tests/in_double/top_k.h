// Finds the k largest entries by counting, for each entry, those that come before it.
#pragma once

#include <cmath>

#include "kernels/simd.h"
#include "kernels/vec.h"

namespace driftbench {

/// Whether entry i comes before entry j: the larger magnitude comes first, and among equal ones the lower index.
template <int N>
bool precedes(const Vec<N>& x, int i, int j) {
  const double a = std::fabs(x[i]), b = std::fabs(x[j]);
  return a != b ? a > b : i < j;
}

template <int K, class Arch = DefaultArch, int N>
void keep_top_k(const Vec<N>& x, Vec<N>& kept) {
  for (int i = 0; i < N; ++i) {
    int rank = 0;
    for (int j = 0; j < N; ++j) rank += j != i && precedes(x, j, i);
    kept[i] = rank < K ? x[i] : 0.0;
  }
}

template <int K, class Arch = DefaultArch, int N>
void top_k_signs(const Vec<N>& x, Vec<N>& p) {
  for (int i = 0; i < N; ++i) {
    int rank = 0;
    for (int j = 0; j < N; ++j) rank += j != i && precedes(x, j, i);
    p[i] = rank < K ? (x[i] < 0 ? -1 : 1) / std::sqrt(static_cast<double>(K)) : 0.0;
  }
}

}  // namespace driftbench
