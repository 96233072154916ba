// The C example of the documents: a diffusion with the drift amp at n = 64, k = 6.
#include <stdio.h>
#include <stdlib.h>

#include "driftbench.h"

static driftbench_status draw_sample(float* x) {
  size_t bytes, alignment;
  driftbench_workspace("sparse-signs", 64, 6, "amp", &bytes, &alignment);
  void* memory = aligned_alloc(alignment, bytes);
  driftbench_sampler* sampler;
  driftbench_status status = driftbench_init(memory, bytes, "sparse-signs", 64, 6, "amp", &sampler);
  if (status == DRIFTBENCH_OK) status = driftbench_start(sampler, /*seed=*/1, /*chain=*/0);
  for (int i = 1; i <= 512 && status >= 0; ++i) status = driftbench_step(sampler, 0.5f * (float)i);
  if (status >= 0) status = driftbench_evaluate(sampler);
  if (status >= 0) status = driftbench_estimate(sampler, x, 64 * 64);  // x is the sample
  free(memory);
  return status;
}

int main(void) {
  static float x[64 * 64];
  const driftbench_status status = draw_sample(x);
  float norm2 = 0;
  for (int i = 0; i < 64 * 64; ++i) norm2 += x[i] * x[i];
  printf("%s; squared norm of the sample %.4f\n", driftbench_status_text((int)status), (double)norm2);
  return status < 0;
}
