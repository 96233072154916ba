// A pipeline in C: a source of noisy matrices, the drift as a denoiser, and a sink that compares the estimates with the
// signals. It allocates nothing; the sampler is a static array. `pipeline FRAMES` exits with 0 where every frame was
// denoised.
#define _POSIX_C_SOURCE 199309L  // for clock_gettime

#include <inttypes.h>
#include <math.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "driftbench.h"

enum { N = 64, K = 6, BLOCK = N / K };

/// A frame y = t x + noise with x = u u^T, and the u that it was made from.
struct frame {
  float t;
  float u[N];
  float y[N * N];
};

// The source makes frames with xorshift64* and with sums of twelve uniform numbers, which are near enough to normal for
// an example.
static uint64_t random_bits(uint64_t* state) {
  *state ^= *state >> 12;
  *state ^= *state << 25;
  *state ^= *state >> 27;
  return *state * UINT64_C(0x2545f4914f6cdd1d);
}

static float random_normal(uint64_t* state) {
  float sum = -6.0f;
  for (int i = 0; i < 12; ++i) sum += (float)(random_bits(state) >> 40) * 0x1p-24f;
  return sum;
}

static void read_source(uint64_t* state, struct frame* frame) {
  frame->t = 3.0f * N;
  for (int i = 0; i < N; ++i) frame->u[i] = 0.0f;
  for (int block = 0; block < K; ++block) {
    const int place = block * BLOCK + (int)(random_bits(state) % BLOCK);
    frame->u[place] = (random_bits(state) >> 63 ? 1.0f : -1.0f) / sqrtf(K);
  }
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j < N; ++j) {
      frame->y[i * N + j] = frame->t * frame->u[i] * frame->u[j] + sqrtf(frame->t) * random_normal(state);
    }
  }
}

// The stage between source and sink denoises one frame.
static driftbench_status denoise(driftbench_sampler* sampler, uint64_t index, const struct frame* frame, float* x) {
  driftbench_status status = driftbench_observe(sampler, /*seed=*/1, index, frame->t, frame->y, N * N);
  if (status < 0) return status;
  status = driftbench_evaluate(sampler);
  if (status < 0) return status;
  const driftbench_status reading = driftbench_estimate(sampler, x, N * N);
  return reading < 0 ? reading : status;
}

// The sink prints and returns ||estimate - x||_F^2, which is 1 for an estimate of 0.
static float write_sink(uint64_t index, const struct frame* frame, const float* x, driftbench_status status) {
  float error = 0.0f;
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j < N; ++j) {
      const float difference = x[i * N + j] - frame->u[i] * frame->u[j];
      error += difference * difference;
    }
  }
  printf("frame %" PRIu64 ": error %.3f, %s\n", index, (double)error, driftbench_status_text((int)status));
  return error;
}

static uint64_t nanoseconds(void* context) {
  (void)context;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

static int fail(const char* what, driftbench_status status) {
  fprintf(stderr, "pipeline: %s: %s\n", what, driftbench_status_text((int)status));
  return 1;
}

int main(int argc, char** argv) {
  const unsigned long frames = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
  if (frames == 0) {
    fprintf(stderr, "pipeline: give the number of frames, 1 or more\n");
    return 2;
  }

  static alignas(64) unsigned char workspace[64 * 1024];
  static alignas(DRIFTBENCH_LATENCY_ALIGNMENT) unsigned char record[DRIFTBENCH_LATENCY_BYTES];
  driftbench_sampler* sampler = NULL;
  driftbench_status status = driftbench_init(workspace, sizeof workspace, "sparse-signs", N, K, "amp", &sampler);
  if (status != DRIFTBENCH_OK) return fail("workspace", status);
  status = driftbench_record_latency(sampler, record, sizeof record, nanoseconds, NULL);
  if (status != DRIFTBENCH_OK) return fail("latencies", status);

  static struct frame frame;
  static float x[N * N];
  uint64_t state = 1;
  bool good = true;
  for (unsigned long i = 0; i < frames; ++i) {
    read_source(&state, &frame);
    status = denoise(sampler, i, &frame, x);
    if (status < 0 || status == DRIFTBENCH_NOT_FINITE) return fail("frame", status);
    good = write_sink(i, &frame, x, status) < 0.5f && good;
  }

  double median = 0.0, slow = 0.0;
  status = driftbench_latency(sampler, 0.5, &median);
  if (status == DRIFTBENCH_OK) status = driftbench_latency(sampler, 0.99, &slow);
  if (status != DRIFTBENCH_OK) return fail("latencies", status);
  printf("%lu frames; half of them took %.0f ns or less, 99 %% %.0f ns\n", frames, median, slow);
  return good ? 0 : 1;
}
