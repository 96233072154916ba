// The requests for what can be measured of a drift, and the results of the measurements.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runtime/metrics.h"
#include "tools/drifts/drift_settings.h"
#include "tools/measurements/not_finite.h"
#include "tools/measurements/time_grid.h"

namespace driftbench {

// A result's `not_finite` counts the samples whose estimate is not finite. A figure that takes such a sample is
// kUnknown: the mean of the others would look right and is not.

/// All requests share these settings. What only some of them ask for has no default here: the commands' options have
/// one.
struct Request {
  std::string drift;
  DriftSettings settings;
  std::uint64_t seed = 1;
  int threads = 1;
  bool quiet = false;
  std::string label;  ///< stands before what progress says
};

/// Returns a request of kind R for the drift, which is in all else as the given one.
template <class R>
R request_for(const Request& request, const std::string& drift) {
  R made;
  static_cast<Request&>(made) = request;
  made.drift = drift;
  return made;
}

/// Which numbers stand for a symmetric matrix.
enum class MatrixForm : unsigned char {
  kFull,    ///< the n x n elements row by row
  kFactor,  ///< v and, behind it, s: the matrix is s v v^T or, where it has full rank, these are its leading
            ///< eigenvector, of length 1, and eigenvalue
};

/// Says where samples go, and in which form.
struct SampleSink {
  MatrixForm form = MatrixForm::kFull;
  /// Takes the numbers of one sample after another in the order of chains, from one thread at a time. There are no
  /// numbers where the chain ended early. What it throws ends the measurement.
  std::function<void(std::span<const float>)> take;
};

struct SampleRequest : Request {
  std::int64_t chains = 0;
  TimeGrid grid;
  bool flow = false;               ///< the deterministic probability flow in place of the diffusion
  std::int64_t paths = 0;          ///< number of chains whose norms along the way are kept
  std::optional<SampleSink> sink;  ///< gets each sample as soon as those of the chains before it are finished
};
struct SampleResult {
  std::vector<float> fro_norms;           ///< each sample's norm by chain; kUnknownFloat where the chain ended early
  std::vector<float> path_times;          ///< times of the paths' points, kPathPoints at most; the last one is the end
  std::vector<std::vector<float>> paths;  ///< the estimate's norm by chain and time, known until the chain ended
  std::int64_t steps = 0;
  std::int64_t not_converged = 0;      ///< steps whose drift ran out of iterations
  NotFinite not_finite;                ///< chains that ended at an estimate that was not finite
  std::optional<std::string> failure;  ///< why the drift failed, after which no chain ended
  double nonzero_fraction = 0;         ///< fraction of samples whose norm is above 1/2, and so nearer to 1 than to 0
  double pattern_fraction = 0;         ///< fraction of samples that are close to a k-sparse sign pattern
  double w1_norm = 0, seconds = 0;
  Interval w1_interval{};  ///< 95 % interval of w1_norm by the bootstrap; unknown with one chain
};

struct MseRequest : Request {
  double t = 0;
  std::int64_t samples = 0;
};
struct MseResult {
  double mse = 0, standard_error = 0;
  /// The mean of tr m(y_t, t). That of the posterior mean is E tr x, which is w, at every t.
  double trace = 0, trace_standard_error = 0;
  std::int64_t not_converged = 0;
  NotFinite not_finite;
  std::vector<float> errors;  ///< squared errors by sample; sample i is the same for every drift
};

struct MeanEstimate {
  double mean = 0, standard_error = 0;
};

/// A ReduceRequest numbers its copies and its observations with this many bits each, so that a copy's random numbers do
/// not depend on how many others there are.
inline constexpr int kReduceBits = 20;

struct ReduceRequest : Request {
  double t = 0;
  TimeGrid grid;                         ///< it ends after t; its times up to t are left out
  std::int64_t copies = 0, samples = 0;  ///< 2^kReduceBits of each at most
};
/// Mean squared errors at t: of the average over `copies` runs of the sampler, of the drift itself (`direct`), and of
/// the posterior mean (`exact`). The overlap of two matrices is their inner product: a sampler of the posterior has the
/// same mean overlap of two copies as of a copy and the truth x (Nishimori's identity).
struct ReduceResult {
  std::int64_t copies = 0;
  MeanEstimate sampler, direct;
  std::optional<MeanEstimate> exact;  ///< where the posterior mean is feasible
  MeanEstimate truth_overlap;
  std::optional<MeanEstimate> copy_overlap;  ///< where there are two copies
  std::int64_t not_converged = 0;  ///< evaluations that ran out of iterations, in these copies and at the observations
  NotFinite not_finite;            ///< observations that lack the estimate of one of these copies, or of a drift there
};

/// The Lipschitz constant is measured by finite differences of this length, in units of t.
inline constexpr float kJacobianStep = 0.003f;

struct LipschitzRequest : Request {
  double t = 0;
  std::int64_t samples = 0;
};
/// Lower bounds on t times the drift's Lipschitz constant, met at observations of the target.
struct LipschitzResult {
  double largest_random = 0;  ///< the largest bound met in an isotropic direction
  double largest_power = 0;   ///< the largest bound met by the power method
  double median_power = 0;    ///< median of the latter over the observations; the larger of two in the middle
  std::int64_t not_converged = 0;
  NotFinite not_finite;
};

struct ConvergenceRequest : Request {
  double dt = 0, t_end = 0;  ///< t_end is a multiple of dt
  int levels = 0;
  std::int64_t paths = 0;
};
/// The error of steps of dt: the root mean square distance at t_end between paths in steps of dt and of dt / 2.
struct ConvergenceResult {
  double dt = 0, error = 0, standard_error = 0;
  std::optional<double> ratio;  ///< error over that of dt / 2, where both are known and the latter is not 0
  std::int64_t not_converged = 0;
  NotFinite not_finite;  ///< paths that ended early with one of the two steps
};

}  // namespace driftbench
