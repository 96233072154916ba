// driftbench from C: a denoising diffusion dY = m(Y, t) dt + dW of n x n symmetric matrices, and its drift m as a
// denoiser of Y = t x + noise.
//
//   size_t bytes, alignment;
//   driftbench_workspace(64, 6, "amp", &bytes, &alignment);
//   void* memory = aligned_alloc(alignment, bytes);         // or a static array, or a region of your own
//   driftbench_sampler* sampler;
//   driftbench_init(memory, bytes, 64, 6, "amp", &sampler);
//   driftbench_start(sampler, 1, 0);
//   for (int i = 1; i <= 512; ++i) driftbench_step(sampler, 0.5f * (float)i);
//   driftbench_evaluate(sampler);
//   driftbench_estimate(sampler, x, 64 * 64);               // a sample
//
// What x is: with k entries of u in R^n equal to +-1/sqrt(k) and the others 0, x = u u^T with probability w, else 0.
// What the drifts are, and what they are worth: Montanari and Vu, "Computational bottlenecks for denoising diffusions",
// arXiv 2503.08028.
//
// Memory is the caller's: nothing is allocated, and there are no variables outside of workspaces. Different samplers
// may be used by different threads at the same time, one sampler by one thread at a time. No call aborts, throws,
// prints or blocks. Buffers of one call, and the workspace, do not overlap.
//
// Every call that can fail returns a driftbench_status. Below zero, the call was refused and has written nothing.
// A sampler is checked as far as memory can be: NULL, a misaligned address, and memory that driftbench_init did not set
// up or that was moved since are refused.
#ifndef DRIFTBENCH_H
#define DRIFTBENCH_H

// C's names and headers. NOLINTBEGIN(readability-identifier-naming, modernize-deprecated-headers)
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A drift, Y, t and all that a step needs, in a workspace.
typedef struct driftbench_sampler driftbench_sampler;

typedef enum driftbench_status {
  DRIFTBENCH_OK = 0,

  // Carried out; of the estimate that it made or used:
  DRIFTBENCH_NOT_CONVERGED = 1,  ///< the iterations ran out; it is the best iterate
  DRIFTBENCH_DIVERGED = 2,       ///< the iterations approach nothing; it is the last iterate
  DRIFTBENCH_NOT_FINITE = 3,     ///< NaN, infinity or overflow on the way; it is zero

  // Refused:
  DRIFTBENCH_NULL_POINTER = -1,
  DRIFTBENCH_UNKNOWN_DRIFT = -2,     ///< no name that driftbench_drift() lists
  DRIFTBENCH_UNKNOWN_SIZE = -3,      ///< no (n, k) that driftbench_size() lists
  DRIFTBENCH_DRIFT_TOO_COSTLY = -4,  ///< `exact` at a size with too many sign patterns
  DRIFTBENCH_TOO_SMALL = -5,         ///< memory of less bytes than are needed
  DRIFTBENCH_MISALIGNED = -6,        ///< memory at an address that is no multiple of the alignment
  DRIFTBENCH_NOT_INITIALIZED = -7,   ///< not a sampler as driftbench_init() left it, where it left it
  DRIFTBENCH_WRONG_COUNT = -8,       ///< an array whose count is not the one that the size asks for
  DRIFTBENCH_WRONG_TIME = -9,        ///< not finite, or not later than the sampler's; for an observation, not positive
  DRIFTBENCH_WRONG_OBSERVATION = -10,  ///< NaN or infinity in an observation
  DRIFTBENCH_WRONG_PROBABILITY = -11,  ///< not within [0, 1]; for a percentile, not within (0, 1]
  DRIFTBENCH_WRONG_WEIGHTS = -12,      ///< NaN or infinity among the weights
  DRIFTBENCH_NO_WEIGHTS = -13,         ///< the drift needs weights and has none yet
  DRIFTBENCH_TAKES_NO_WEIGHTS = -14,   ///< the drift has no use for weights
  DRIFTBENCH_NOT_RANK_ONE = -15,       ///< the drift's estimates have full rank
  DRIFTBENCH_NO_LATENCIES = -16,       ///< none were recorded
  DRIFTBENCH_WRONG_CHAIN = -17         ///< a chain's number of 2^40 or more, whose random numbers another one has
} driftbench_status;

/// One line for people, of static lifetime; also for numbers that are no driftbench_status.
const char* driftbench_status_text(int status);

/// What this library was compiled for. The drift of that index, from 0, or NULL beyond the last.
const char* driftbench_drift(size_t index);
/// The size of that index, from 0; DRIFTBENCH_UNKNOWN_SIZE beyond the last.
driftbench_status driftbench_size(size_t index, int* n, int* k);

/// The memory of a sampler: its size, which grows as 2 n^2 and is a multiple of the alignment, and what its address
/// must be a multiple of.
driftbench_status driftbench_workspace(int n, int k, const char* drift, size_t* bytes, size_t* alignment);

/// Makes a sampler in the caller's memory, where it lives until that memory is used otherwise: there is nothing to
/// release. `bytes` is what the memory has, at least what driftbench_workspace() says. Whatever lay there, a sampler
/// included, is lost. As after driftbench_start(*sampler, 0, 0), with w = 1/2.
driftbench_status driftbench_init(void* workspace, size_t bytes, int n, int k, const char* drift,
                                  driftbench_sampler** sampler);

/// The number of floats of the trained network, the drift "gnn".
#define DRIFTBENCH_WEIGHTS 2289
/// Copies the weights of "gnn" out of memory, count = DRIFTBENCH_WEIGHTS of them: for each of 10 layers the message's
/// first.weight [32][3], first.bias [32], second.weight [32], second.bias; for each layer the update's [16][2], [16],
/// [16] and one; the decoder's [4][2], [4], [4] and one; the 10 logit_alpha; log_scale; readout_coefs. That is the
/// order in which `weights_to_header --c FILE NAME` writes a safetensors file as a C array.
driftbench_status driftbench_load_weights(driftbench_sampler* sampler, const float* weights, size_t count);

/// w, the probability of x != 0 that "amp" and "exact" assume, in [0, 1]. The other drifts assume none.
driftbench_status driftbench_set_target_w(driftbench_sampler* sampler, float w);

/// Y <- 0, t <- 0: a diffusion's start. Its path depends on (seed, chain) and the times alone; chains of one seed are
/// independent. chain is below 2^40, also that of an observation.
driftbench_status driftbench_start(driftbench_sampler* sampler, uint64_t seed, uint64_t chain);

/// Y <- (y + y^T) / 2, t <- t > 0: an observation y = t x + W_t, W an n x n Brownian motion, to denoise by
/// driftbench_evaluate() or to continue from. y is row-major, count = n * n, all of it finite. Elements beyond some
/// 1e17 may overflow in a drift, which is DRIFTBENCH_NOT_FINITE.
driftbench_status driftbench_observe(driftbench_sampler* sampler, uint64_t seed, uint64_t chain, float t,
                                     const float* y, size_t count);

/// estimate <- m(Y, t), 0 at t = 0. After the last step it is the sample.
driftbench_status driftbench_evaluate(driftbench_sampler* sampler);

/// One step of Euler and Maruyama, from t to t_next > t: driftbench_evaluate(), then
/// Y <- Y + (t_next - t) estimate + noise.
driftbench_status driftbench_step(driftbench_sampler* sampler, float t_next);

/// The estimate as a row-major symmetric matrix, count = n * n. Its Frobenius norm is at most 1, up to rounding.
driftbench_status driftbench_estimate(const driftbench_sampler* sampler, float* x, size_t count);

/// The same in n + 1 numbers, for the drifts whose estimates have rank one: it is scale * v v^T, count = n.
driftbench_status driftbench_estimate_factor(const driftbench_sampler* sampler, float* v, size_t count, float* scale);

/// A monotonic clock of the caller's, in whatever unit; below 2^40 units between two readings.
typedef uint64_t (*driftbench_clock)(void* context);

/// Bytes and alignment of the record of latencies.
#define DRIFTBENCH_LATENCY_BYTES 34856
#define DRIFTBENCH_LATENCY_ALIGNMENT 8
/// From now on each driftbench_step() and driftbench_evaluate() is timed, and its duration recorded in `record`, which
/// is emptied here. It stays the caller's, and the sampler's to write, until the next call of this or of
/// driftbench_init(). A call takes two readings of the clock longer.
driftbench_status driftbench_record_latency(driftbench_sampler* sampler, void* record, size_t bytes,
                                            driftbench_clock clock, void* context);

/// The duration that a fraction q of those recorded do not exceed, 0 < q <= 1, to 1/128 of it, in the clock's unit.
driftbench_status driftbench_latency(const driftbench_sampler* sampler, double q, double* duration);

#ifdef __cplusplus
}
#endif
// NOLINTEND(readability-identifier-naming, modernize-deprecated-headers)

#endif
