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
// The target x: with probability w it is u u^T, where k entries of u in R^n are +-1/sqrt(k) and the others 0, and else
// it is 0. The drifts, and what they are worth: Montanari and Vu, "Computational bottlenecks for denoising diffusions",
// arXiv 2503.08028.
//
// Memory is the caller's: nothing is allocated, and there are no variables outside of workspaces. Different threads may
// use different samplers at the same time; one sampler is used by one thread at a time. No call aborts, throws, prints
// or blocks. The buffers of a call and the workspace do not overlap.
//
// Every call that can fail returns a driftbench_status, and the comment of each function lists those that it returns. A
// status below zero says that the call was refused and has written nothing. A call with several faults reports one of
// them.
//
// Every function that takes a sampler checks it, as far as memory can be checked. It refuses NULL with
// DRIFTBENCH_NULL_POINTER, an address that is no multiple of the alignment with DRIFTBENCH_MISALIGNED, and memory that
// driftbench_init() did not set up, or that was moved or overwritten since, with DRIFTBENCH_NOT_INITIALIZED. The
// comments below call these three the sampler's statuses.
//
// A symmetric n x n matrix is an array of `count` numbers, and count says which of two forms it has: n * n, the whole
// matrix row by row, or n (n + 1) / 2, its lower triangle row by row, (0,0) (1,0) (1,1) (2,0) ... The second is half as
// long and takes half the time. Arrays need no alignment beyond that of a float. Reading or writing one takes half to
// three and a half times as long as memcpy of n * n floats.
#ifndef DRIFTBENCH_H
#define DRIFTBENCH_H

// C's names and headers. NOLINTBEGIN(readability-identifier-naming, modernize-deprecated-headers)
#include <stddef.h>
#include <stdint.h>

/// The version of this header and of the library that was installed with it. Before 1.0 a minor version may change
/// anything.
#define DRIFTBENCH_VERSION_MAJOR 0
#define DRIFTBENCH_VERSION_MINOR 1
#define DRIFTBENCH_VERSION_PATCH 0
/// The version as a string, such as "1.2.3".
#define DRIFTBENCH_VERSION \
  DRIFTBENCH_JOIN_VERSION(DRIFTBENCH_VERSION_MAJOR, DRIFTBENCH_VERSION_MINOR, DRIFTBENCH_VERSION_PATCH)
#define DRIFTBENCH_JOIN_VERSION(major, minor, patch) DRIFTBENCH_QUOTE_VERSION(major, minor, patch)
#define DRIFTBENCH_QUOTE_VERSION(major, minor, patch) #major "." #minor "." #patch

#ifdef __cplusplus
extern "C" {
#endif

/// A drift, Y, t and all that a step needs, in a workspace.
typedef struct driftbench_sampler driftbench_sampler;

typedef enum driftbench_status {
  DRIFTBENCH_OK = 0,

  // The call was carried out: the estimate is made and, in a step, Y and t have advanced. The estimate has a flaw. The
  // sampler is as usable as after DRIFTBENCH_OK: the next call goes on from Y and t.
  DRIFTBENCH_NOT_CONVERGED = 1,  ///< the iterations ran out; the estimate is that of the last iterate, and is finite
  DRIFTBENCH_DIVERGED = 2,       ///< the same, and the last iteration moved the iterate by more than its norm
  DRIFTBENCH_NOT_FINITE = 3,     ///< NaN, infinity or an overflow came up; the estimate is zero

  // The call was refused:
  DRIFTBENCH_NULL_POINTER = -1,        ///< a pointer is NULL where something must be read or written
  DRIFTBENCH_UNKNOWN_DRIFT = -2,       ///< the name is none of those that driftbench_drift() lists
  DRIFTBENCH_UNKNOWN_SIZE = -3,        ///< (n, k) is none of those that driftbench_size() lists
  DRIFTBENCH_DRIFT_TOO_COSTLY = -4,    ///< the drift is "exact", and this size has too many sign patterns for it
  DRIFTBENCH_TOO_SMALL = -5,           ///< the memory has fewer bytes than are needed
  DRIFTBENCH_MISALIGNED = -6,          ///< the memory's address is no multiple of the alignment
  DRIFTBENCH_NOT_INITIALIZED = -7,     ///< this is no sampler as driftbench_init() left it, where it left it
  DRIFTBENCH_WRONG_COUNT = -8,         ///< the array's count is not what the function asks for
  DRIFTBENCH_WRONG_TIME = -9,          ///< the time is not finite, or not later than the sampler's (to observe: than 0)
  DRIFTBENCH_WRONG_OBSERVATION = -10,  ///< there is NaN or infinity in the observation
  DRIFTBENCH_WRONG_PROBABILITY = -11,  ///< the probability is not within [0, 1] or, for a percentile, (0, 1]
  DRIFTBENCH_WRONG_WEIGHTS = -12,      ///< there is NaN or infinity among the weights
  DRIFTBENCH_NO_WEIGHTS = -13,         ///< the drift needs weights and has none yet
  DRIFTBENCH_TAKES_NO_WEIGHTS = -14,   ///< the drift has no use for weights
  DRIFTBENCH_NOT_RANK_ONE = -15,       ///< the drift's estimates have full rank
  DRIFTBENCH_NO_LATENCIES = -16,       ///< no latencies were recorded
  DRIFTBENCH_WRONG_CHAIN = -17,        ///< the chain's number is 2^40 or more; another chain has its random numbers
  DRIFTBENCH_WRONG_ESTIMATE = -18,     ///< there is NaN or infinity in the estimate that the caller gave
  DRIFTBENCH_NO_CALLBACK = -19,        ///< the drift is "callback" and has no function yet
  DRIFTBENCH_TAKES_NO_CALLBACK = -20   ///< the drift is not "callback"
} driftbench_status;

/// Returns one line for people about a status, of static lifetime; also for numbers that are no driftbench_status.
const char* driftbench_status_text(int status);

/// Returns the name of a drift, by its index from 0, or NULL beyond the last. The names do not depend on the sizes that
/// this library was compiled for; at some sizes, or all of them, "exact" is too costly. "gnn" needs weights, and
/// "callback" a function of the caller's, before it can be evaluated.
const char* driftbench_drift(size_t index);
/// Gives a size that this library was compiled for, by its index from 0. Returns DRIFTBENCH_OK; DRIFTBENCH_NULL_POINTER
/// for n or k; DRIFTBENCH_UNKNOWN_SIZE beyond the last.
driftbench_status driftbench_size(size_t index, int* n, int* k);

/// Says how much memory a sampler needs: `bytes`, which grows as 2 n^2 and is a multiple of the alignment, at an
/// address that is a multiple of `alignment`.
///
/// Returns DRIFTBENCH_OK; DRIFTBENCH_NULL_POINTER for drift, bytes or alignment; DRIFTBENCH_UNKNOWN_DRIFT;
/// DRIFTBENCH_UNKNOWN_SIZE; DRIFTBENCH_DRIFT_TOO_COSTLY.
driftbench_status driftbench_workspace(int n, int k, const char* drift, size_t* bytes, size_t* alignment);

/// Makes a sampler in the caller's memory, where it lives until that memory is used otherwise: there is nothing to
/// release. `bytes` is the memory's size, at least what driftbench_workspace() says. Whatever lay there, a sampler
/// included, is lost. The new sampler is as after driftbench_start(*sampler, 0, 0), with w = 1/2.
///
/// Returns DRIFTBENCH_OK; DRIFTBENCH_NULL_POINTER for workspace, drift or sampler; DRIFTBENCH_UNKNOWN_DRIFT;
/// DRIFTBENCH_UNKNOWN_SIZE; DRIFTBENCH_DRIFT_TOO_COSTLY; DRIFTBENCH_MISALIGNED or DRIFTBENCH_TOO_SMALL for the
/// workspace.
driftbench_status driftbench_init(void* workspace, size_t bytes, int n, int k, const char* drift,
                                  driftbench_sampler** sampler);

/// The number of floats that are the weights of the trained network, the drift "gnn".
#define DRIFTBENCH_WEIGHTS 2289
/// Copies the weights of "gnn" out of memory, count = DRIFTBENCH_WEIGHTS of them: for each of 10 layers the message's
/// first.weight [32][3], first.bias [32], second.weight [32], second.bias; for each layer the update's [16][2], [16],
/// [16] and one; the decoder's [4][2], [4], [4] and one; the 10 logit_alpha; log_scale; readout_coefs. That is the
/// order in which `weights_to_header --c FILE NAME` writes a safetensors file as a C array.
///
/// Returns DRIFTBENCH_OK; the sampler's statuses; DRIFTBENCH_NULL_POINTER for weights; DRIFTBENCH_TAKES_NO_WEIGHTS
/// where the drift is another; DRIFTBENCH_WRONG_COUNT; DRIFTBENCH_WRONG_WEIGHTS.
driftbench_status driftbench_load_weights(driftbench_sampler* sampler, const float* weights, size_t count);

/// Sets w, in [0, 1], the probability of x != 0 that "amp" and "exact" assume. The other drifts assume none, and for
/// them the call does nothing.
///
/// Returns DRIFTBENCH_OK; the sampler's statuses; DRIFTBENCH_WRONG_PROBABILITY.
driftbench_status driftbench_set_target_w(driftbench_sampler* sampler, float w);

/// Starts a diffusion: Y <- 0, t <- 0. Its path depends on (seed, chain) and the times alone, and chains of one seed
/// are independent. chain is below 2^40.
///
/// Returns DRIFTBENCH_OK; the sampler's statuses; DRIFTBENCH_WRONG_CHAIN.
driftbench_status driftbench_start(driftbench_sampler* sampler, uint64_t seed, uint64_t chain);

/// Sets an observation y = t x + W_t, with W an n x n Brownian motion: Y <- (y + y^T) / 2, t <- t > 0. It is there to
/// be denoised by driftbench_evaluate() or to be continued from. y is a matrix in either form, of count numbers, and
/// all of them are finite. The lower triangle alone is that of Y. chain is below 2^40. Elements of more than some 1e15
/// may overflow in a drift, which is then DRIFTBENCH_NOT_FINITE.
///
/// Returns DRIFTBENCH_OK; the sampler's statuses; DRIFTBENCH_NULL_POINTER for y; DRIFTBENCH_WRONG_COUNT;
/// DRIFTBENCH_WRONG_CHAIN; DRIFTBENCH_WRONG_TIME where t is not finite or not above 0; DRIFTBENCH_WRONG_OBSERVATION.
driftbench_status driftbench_observe(driftbench_sampler* sampler, uint64_t seed, uint64_t chain, float t,
                                     const float* y, size_t count);

/// The same for a y that is known to be symmetric, count = n * n, in half the time: only the lower triangle of y is
/// used, and need be finite.
///
/// Returns what driftbench_observe() returns.
driftbench_status driftbench_observe_symmetric(driftbench_sampler* sampler, uint64_t seed, uint64_t chain, float t,
                                               const float* y, size_t count);

/// Draws x from the target, with w in [0, 1] the probability that it is not 0, and observes it: Y <- the symmetric part
/// of t x + W_t, t <- t > 0. Draws of one seed are independent, and a draw depends on (seed, chain, t) alone, not on
/// the drift: it is the one that the command line's `mse` makes for the sample of that number. Y may be denoised, or
/// continued from with new noise. chain is below 2^40.
///
/// Writes x, which may be in three forms: a matrix as above, or count = n numbers v with x = v v^T. x = NULL with
/// count = 0 leaves x out.
///
/// Returns DRIFTBENCH_OK; the sampler's statuses; DRIFTBENCH_NULL_POINTER for x where count is not 0;
/// DRIFTBENCH_WRONG_COUNT; DRIFTBENCH_WRONG_CHAIN; DRIFTBENCH_WRONG_TIME where t is not finite or not above 0;
/// DRIFTBENCH_WRONG_PROBABILITY for w.
driftbench_status driftbench_draw(driftbench_sampler* sampler, uint64_t seed, uint64_t chain, float t, float w,
                                  float* x, size_t count);

/// Writes Y as a matrix of count numbers in either form. It is 0 after the start.
///
/// Returns DRIFTBENCH_OK; the sampler's statuses; DRIFTBENCH_NULL_POINTER for y; DRIFTBENCH_WRONG_COUNT.
driftbench_status driftbench_observation(const driftbench_sampler* sampler, float* y, size_t count);

/// A denoiser of the caller's, which is a drift: it gets Y and t > 0 and writes its estimate of x, both matrices in the
/// arrays, and in the form, that were given to driftbench_set_callback(). Y's array is the caller's to change; the
/// estimate's holds what it held before. It returns a driftbench_status about its estimate: DRIFTBENCH_OK,
/// DRIFTBENCH_NOT_CONVERGED or DRIFTBENCH_DIVERGED. Where it returns any other number, or the estimate has NaN or
/// infinity, the status is DRIFTBENCH_NOT_FINITE and the estimate 0. It throws no exception, does not longjmp, and
/// calls no function of this header for the same sampler.
typedef int (*driftbench_callback)(void* context, float t, const float* y, float* estimate);

/// Sets the function that the drift "callback" calls in each driftbench_evaluate() and driftbench_step() at t > 0, and
/// in no other function. `context` is passed on to it. y and estimate are two arrays of count numbers, matrices in the
/// same form, which are the caller's, do not overlap, and stay until another function is set or the sampler is no more.
/// Where they are full, the estimate is averaged with its transpose. A call writes Y and reads the estimate once,
/// besides what the function does.
///
/// Returns DRIFTBENCH_OK; the sampler's statuses; DRIFTBENCH_NULL_POINTER for callback, y or estimate;
/// DRIFTBENCH_TAKES_NO_CALLBACK where the drift is another; DRIFTBENCH_WRONG_COUNT.
driftbench_status driftbench_set_callback(driftbench_sampler* sampler, driftbench_callback callback, void* context,
                                          float* y, float* estimate, size_t count);

/// estimate <- m(Y, t), and 0 at t = 0. After the last step it is the sample. All drifts but "zero", "exact" and
/// "callback" begin with random numbers, which depend on (seed, chain) and on how many steps were made since the start,
/// the observation or the draw.
///
/// Returns for the estimate that it made DRIFTBENCH_OK; DRIFTBENCH_NOT_CONVERGED where the drift is "spectral",
/// "ungated", "soft-spectral", "amp" or "amp-soft"; DRIFTBENCH_DIVERGED where it is "amp"; DRIFTBENCH_NOT_FINITE where
/// it is not "zero"; for "callback", what the callback makes of it. Returns the sampler's statuses, too,
/// DRIFTBENCH_NO_WEIGHTS where "gnn" has none yet, and DRIFTBENCH_NO_CALLBACK where "callback" has none yet.
driftbench_status driftbench_evaluate(driftbench_sampler* sampler);

/// Makes one step of Euler and Maruyama from t to t_next > t: driftbench_evaluate(), then
/// Y <- Y + (t_next - t) estimate + noise.
///
/// Returns what driftbench_evaluate() returns, and DRIFTBENCH_WRONG_TIME where t_next is not finite or not later than
/// t. After DRIFTBENCH_NOT_CONVERGED and DRIFTBENCH_DIVERGED, Y has advanced by the estimate as it is. After
/// DRIFTBENCH_NOT_FINITE, it has advanced by noise alone and follows the diffusion no more.
driftbench_status driftbench_step(driftbench_sampler* sampler, float t_next);

/// Makes the second half of a step with an estimate of the caller's, so that any denoiser can be the drift:
/// Y <- Y + (t_next - t) (estimate + estimate^T) / 2 + noise, t <- t_next > t. The estimate is a matrix of count finite
/// numbers in either form; the lower triangle alone is that of a symmetric one. What driftbench_estimate() writes stays
/// the same. Elements of more than some 1e15 may make Y so large that a drift overflows, or Y itself; the statuses of
/// later calls are then DRIFTBENCH_NOT_FINITE.
///
/// The noise is that of driftbench_step(). So is Y, bit for bit, where the estimate is what driftbench_evaluate() made
/// and driftbench_estimate() wrote for a drift whose estimates have full rank, "exact" or "callback"; for other drifts
/// the same holds of driftbench_advance_factor(). At t = 0, driftbench_step() takes 0 for an estimate. A call takes the
/// time of the noise and of reading the matrix.
///
/// Returns DRIFTBENCH_OK; the sampler's statuses; DRIFTBENCH_NULL_POINTER for estimate; DRIFTBENCH_WRONG_COUNT;
/// DRIFTBENCH_WRONG_TIME where t_next is not finite or not later than t; DRIFTBENCH_WRONG_ESTIMATE.
driftbench_status driftbench_advance(driftbench_sampler* sampler, float t_next, const float* estimate, size_t count);

/// The same with the estimate scale * v v^T, count = n, in the time of the noise alone. All n + 1 numbers are finite.
///
/// Returns what driftbench_advance() returns, and DRIFTBENCH_NULL_POINTER for v.
driftbench_status driftbench_advance_factor(driftbench_sampler* sampler, float t_next, const float* v, size_t count,
                                            float scale);

/// Writes the estimate as a matrix of count numbers in either form. It is the estimate that the last
/// driftbench_evaluate() or driftbench_step() made, or 0 where there was none since the start or the observation. Its
/// Frobenius norm is at most 1, up to rounding, unless it is a callback's.
///
/// Returns DRIFTBENCH_OK; the sampler's statuses; DRIFTBENCH_NULL_POINTER for x; DRIFTBENCH_WRONG_COUNT.
driftbench_status driftbench_estimate(const driftbench_sampler* sampler, float* x, size_t count);

/// Writes the same estimate as n + 1 numbers, for drifts whose estimates have rank one: it is scale * v v^T, count = n.
///
/// Returns DRIFTBENCH_OK; the sampler's statuses; DRIFTBENCH_NULL_POINTER for v or scale; DRIFTBENCH_NOT_RANK_ONE for
/// the drifts "exact" and "callback"; DRIFTBENCH_WRONG_COUNT.
driftbench_status driftbench_estimate_factor(const driftbench_sampler* sampler, float* v, size_t count, float* scale);

/// A monotonic clock of the caller's, in whatever unit; two readings of one call are less than 2^40 units apart.
typedef uint64_t (*driftbench_clock)(void* context);

/// The bytes and the alignment of a record of latencies.
#define DRIFTBENCH_LATENCY_BYTES 34856
#define DRIFTBENCH_LATENCY_ALIGNMENT 8
/// Starts timing: each driftbench_step() and driftbench_evaluate() from now on adds its duration to `record`, which is
/// emptied here. The record is memory of the caller's that the sampler may write until the next call of this function
/// or of driftbench_init(). A timed call takes two readings of the clock longer.
///
/// Returns DRIFTBENCH_OK; the sampler's statuses; DRIFTBENCH_NULL_POINTER for record or clock; DRIFTBENCH_MISALIGNED or
/// DRIFTBENCH_TOO_SMALL for the record.
driftbench_status driftbench_record_latency(driftbench_sampler* sampler, void* record, size_t bytes,
                                            driftbench_clock clock, void* context);

/// Gives the duration that a fraction q of those recorded does not exceed, 0 < q <= 1, to 1/128 of it, in the clock's
/// unit.
///
/// Returns DRIFTBENCH_OK; the sampler's statuses; DRIFTBENCH_NULL_POINTER for duration; DRIFTBENCH_WRONG_PROBABILITY
/// where q is not within (0, 1]; DRIFTBENCH_NO_LATENCIES where nothing was recorded.
driftbench_status driftbench_latency(const driftbench_sampler* sampler, double q, double* duration);

#ifdef __cplusplus
}
#endif
// NOLINTEND(readability-identifier-naming, modernize-deprecated-headers)

#endif
