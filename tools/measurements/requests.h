// What can be measured of a drift: the request for each measurement, and its result.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/metrics.h"
#include "tools/drifts/drift_settings.h"
#include "tools/measurements/not_finite.h"
#include "tools/measurements/time_grid.h"

namespace driftbench {

// A sample whose estimate is not finite is counted in its result's `not_finite`, and what takes the sample is kUnknown:
// the mean of the others would look right and is not.

/// What all requests share.
struct Request {
  std::string drift;
  DriftSettings settings;
  std::uint64_t seed = 1;
  int threads = 1;
  bool quiet = false;
  std::string label;  ///< before what progress says
};

/// A request of that kind for the drift, in all else as the given one.
template <class R>
R request_for(const Request& request, const std::string& drift) {
  R made;
  static_cast<Request&>(made) = request;
  made.drift = drift;
  return made;
}

struct SampleRequest : Request {
  std::int64_t chains = 16;
  TimeGrid grid;
  bool flow = false;       ///< the deterministic probability flow in place of the diffusion
  std::int64_t paths = 0;  ///< of that many chains the norm along the way is kept
};
struct SampleResult {
  std::vector<float> fro_norms;           ///< by chain; kUnknownFloat where it ended early
  std::vector<float> path_times;          ///< some 200 times or fewer, the last one the end
  std::vector<std::vector<float>> paths;  ///< the estimate's norm by chain and time, known until the chain ended
  std::int64_t steps = 0;
  std::int64_t not_converged = 0;  ///< steps whose drift ran out of iterations
  NotFinite not_finite;            ///< chains that ended at an estimate that was not finite
  double nonzero_fraction = 0;     ///< of samples nearer to a non-zero x than to 0
  double pattern_fraction = 0;     ///< of samples that are a k-sparse sign pattern
  double w1_norm = 0, seconds = 0;
  Interval w1_interval{};  ///< 95 %, bootstrap
};

struct MseRequest : Request {
  double t = 0;
  std::int64_t samples = 1000;
};
struct MseResult {
  double mse = 0, standard_error = 0;
  std::int64_t not_converged = 0;
  NotFinite not_finite;
  std::vector<float> errors;  ///< by sample; sample i is the same for every drift
};

struct MeanError {
  double mean = 0, standard_error = 0;
};

/// Copies and observations of a ReduceRequest are numbered with this many bits each, so that a copy's random numbers do
/// not depend on how many others there are.
inline constexpr int kReduceBits = 20;

struct ReduceRequest : Request {
  double t = 0;
  TimeGrid grid;                             ///< it ends after t; its times up to t are left out
  std::int64_t copies = 256, samples = 100;  ///< 2^kReduceBits of each at most
};
/// Mean squared errors at t of the average over `copies` runs of the sampler, of the drift, and of the posterior mean.
struct ReduceResult {
  std::int64_t copies = 0;
  MeanError sampler, direct;
  std::optional<MeanError> exact;  ///< where it is feasible
  std::int64_t not_converged = 0;  ///< evaluations of the drifts, in these copies
  NotFinite not_finite;            ///< observations that lack the estimate of one of these copies, or of a drift
};

/// Length of the finite differences by which the Lipschitz constant is measured, over t.
inline constexpr float kJacobianStep = 0.003f;

struct LipschitzRequest : Request {
  double t = 0;
  std::int64_t samples = 20;
};
/// Lower bounds on the drift's Lipschitz constant times t, met at observations of the target.
struct LipschitzResult {
  double largest_random = 0;  ///< in an isotropic direction
  double largest_power = 0;   ///< by the power method
  double median_power = 0;    ///< over the observations; the larger of two in the middle
  std::int64_t not_converged = 0;
  NotFinite not_finite;
};

struct ConvergenceRequest : Request {
  double dt = 0.5, t_end = 0;  ///< t_end a multiple of dt
  int levels = 4;
  std::int64_t paths = 20;
};
/// Root mean square distance at t_end between paths in steps of dt and of dt / 2.
struct ConvergenceResult {
  double dt = 0, error = 0, standard_error = 0;
  std::optional<double> ratio;  ///< of the error to that of dt / 2, where both are known and that is not 0
  std::int64_t not_converged = 0;
  NotFinite not_finite;  ///< paths that ended early with one of the two steps
};

}  // namespace driftbench
