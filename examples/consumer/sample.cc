// A diffusion with the C++ headers: prints the support of one sample.
#include <cstdio>

#include "kernels/drifts/ungated.h"
#include "kernels/targets/sparse_signs.h"
#include "runtime/sampler.h"

int main() {
  constexpr int N = 32, K = 4;
  static driftbench::Sampler<N, driftbench::Ungated<driftbench::SparseSigns<N, K>>> sampler;
  sampler.start(/*seed=*/1, /*chain=*/0);
  for (int i = 1; i <= 8 * N; ++i) {
    if (sampler.step(0.5f * static_cast<float>(i)) != driftbench::Status::kOk) return 1;
  }
  if (sampler.evaluate() != driftbench::Status::kOk) return 1;
  for (int i = 0; i < N; ++i) {
    if (sampler.estimate().v[i] != 0) std::printf("%d ", i);
  }
  std::printf("\n");
}
