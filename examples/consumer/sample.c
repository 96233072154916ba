// The diffusion of sample.cc with the C interface: prints the support of one sample.
#include <stdalign.h>
#include <stdio.h>

#include "driftbench.h"

enum { N = 32, K = 4 };

int main(void) {
  static alignas(64) unsigned char workspace[16 * 1024];
  driftbench_sampler* sampler = NULL;
  driftbench_status status = driftbench_init(workspace, sizeof workspace, "sparse-signs", N, K, "ungated", &sampler);
  if (status == DRIFTBENCH_OK) status = driftbench_start(sampler, /*seed=*/1, /*chain=*/0);
  for (int i = 1; i <= 8 * N && status == DRIFTBENCH_OK; ++i) status = driftbench_step(sampler, 0.5f * (float)i);
  if (status == DRIFTBENCH_OK) status = driftbench_evaluate(sampler);
  float v[N], scale = 0.0f;
  if (status == DRIFTBENCH_OK) status = driftbench_estimate_factor(sampler, v, N, &scale);
  if (status != DRIFTBENCH_OK) {
    fprintf(stderr, "sample: %s\n", driftbench_status_text((int)status));
    return 1;
  }
  for (int i = 0; i < N; ++i) {
    if (v[i] != 0.0f) printf("%d ", i);
  }
  printf("\n");
  return 0;
}
