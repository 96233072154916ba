#include <cstdio>

#include "kernels/drifts/spectral.h"
#include "kernels/targets/sparse_signs.h"
#include "runtime/sampler.h"
#include "runtime/schedule.h"

using namespace driftbench;

int main() {
  // All the memory that a chain needs; steps allocate nothing.
  static Sampler<350, Spectral<SparseSigns<350, 20>>> sampler;
  sampler.start(/*seed=*/1, /*chain=*/0);
  const UniformSchedule schedule(/*dt=*/0.5, /*t_end=*/1400);
  for (std::int64_t i = 1; i <= schedule.steps(); ++i) {
    if (sampler.step(schedule.time(i)) == Status::kNotFinite) return 1;
  }
  sampler.evaluate();
  std::printf("%zu bytes, norm of the sample %.4f\n", sampler.bytes(), frobenius_norm(sampler.estimate()));
}
