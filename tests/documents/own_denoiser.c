// A C example of the documents: a denoiser of the caller's, measured on draws and run as the drift of a diffusion.
#include <stdio.h>
#include <stdlib.h>

#include "driftbench.h"

enum { N = 64, K = 6, PACKED = N * (N + 1) / 2, DRAWS = 100 };

/// Keeps of Y / t what stands out of the noise, whose deviation is sqrt(t / 2).
static int threshold(void* context, float t, const float* y, float* estimate) {
  const float level = *(const float*)context;
  for (int i = 0; i < PACKED; ++i) estimate[i] = y[i] * y[i] > level * level * t / 2 ? y[i] / t : 0;
  return DRIFTBENCH_OK;
}

static driftbench_status mean_error(driftbench_sampler* sampler, float t, float* error) {
  static float x[N * N], m[N * N];
  *error = 0;
  for (uint64_t i = 0; i < DRAWS; ++i) {
    driftbench_status status = driftbench_draw(sampler, /*seed=*/1, /*chain=*/i, t, /*w=*/0.5f, x, N * N);
    if (status >= 0) status = driftbench_evaluate(sampler);
    if (status >= 0) status = driftbench_estimate(sampler, m, N * N);
    if (status < 0) return status;
    for (int j = 0; j < N * N; ++j) *error += (m[j] - x[j]) * (m[j] - x[j]) / DRAWS;
  }
  return DRIFTBENCH_OK;
}

static driftbench_status run(driftbench_sampler* sampler) {
  static float y[PACKED], m[PACKED];
  driftbench_status status = driftbench_start(sampler, /*seed=*/1, /*chain=*/0);
  for (int i = 0; i < 512 && status >= 0; ++i) {
    const float t = 0.5f * (float)i;
    float level = 4;
    status = driftbench_observation(sampler, y, PACKED);
    if (i > 0) threshold(&level, t, y, m);  // in the first step, m is 0
    if (status >= 0) status = driftbench_advance(sampler, t + 0.5f, m, PACKED);
  }
  return status;
}

int main(void) {
  size_t bytes, alignment;
  driftbench_workspace("sparse-signs", N, K, "callback", &bytes, &alignment);
  void* memory = aligned_alloc(alignment, bytes);
  driftbench_sampler* sampler;
  driftbench_status status = driftbench_init(memory, bytes, "sparse-signs", N, K, "callback", &sampler);
  static float y[PACKED], m[PACKED];
  float level = 4, error = 0;
  if (status >= 0) status = driftbench_set_callback(sampler, threshold, &level, y, m, PACKED);
  if (status >= 0) status = mean_error(sampler, /*t=*/8 * N, &error);
  if (status >= 0) status = run(sampler);
  printf("%s; mean squared error %.3f, that of 0 is 0.5\n", driftbench_status_text((int)status), (double)error);
  free(memory);
  return status < 0;
}
