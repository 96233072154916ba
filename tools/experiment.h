// What can be asked of a size, whatever its n and k: the border between run time and compile time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kernels/status.h"
#include "runtime/latency_histogram.h"
#include "runtime/metrics.h"
#include "tools/drift_settings.h"
#include "tools/not_finite.h"
#include "tools/time_grid.h"

namespace driftbench {

class Diffusion;

struct DriftInfo {
  std::string name, summary;
  std::size_t state_bytes;  ///< of its Sampler: matrix, estimate and workspace
  bool is_variant;          ///< of another drift, with other parameters; `all` leaves it out
  bool needs_weights;       ///< asks for DriftSettings::weights
};

/// A variant of another drift: gated(D) of any drift D whose estimates have rank one.
struct DriftVariant {
  std::string name, summary;
};

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

struct ProfileRequest : Request {
  std::int64_t steps = 2000;
  TimeGrid grid;                    ///< two steps or more
  std::uint64_t first_chain = 0;    ///< chains are numbered from it
  std::optional<int> cpu;           ///< that the thread is pinned to
  std::optional<double> period_ns;  ///< from one step's intended start to the next; none: each follows the one before
  std::string isa;                  ///< that the drift is compiled for; empty: the program's own
};
struct PhaseProfile {
  std::string phase;  ///< step, drift, drift.<its own phase>, noise
  LatencyHistogram latency;
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

/// A drift of one compiled size at work on matrices from outside; holds all that a call needs.
class Denoiser {
 public:
  virtual ~Denoiser() = default;
  /// matrix <- m(Y, t), cropped. It holds (Y + Y^T) / 2 as n x n numbers row by row, n at most the compiled size, up to
  /// which Y is padded with zeros. The drift's random numbers are those of the chain.
  virtual Status denoise(std::span<float> matrix, int n, float t, std::uint64_t chain) = 0;
};

/// One compiled size with every drift.
class Experiment {
 public:
  virtual ~Experiment() = default;
  virtual int n() const = 0;
  virtual int k() const = 0;
  /// What Y takes, padding included.
  virtual std::size_t matrix_bytes() const = 0;
  /// Every drift that this size has, none of them wrapped.
  virtual std::vector<DriftInfo> drifts() const = 0;
  virtual std::vector<DriftVariant> variants() const = 0;
  /// The drift of that name, which may be wrapped. ArgumentError where there is none: what is wrong with the name.
  virtual DriftInfo drift(const std::string& name) const = 0;

  // drift() knows the request's drift, the other arguments are in range.
  virtual SampleResult sample(const SampleRequest& request) const = 0;
  virtual MseResult mse(const MseRequest& request) const = 0;
  virtual std::vector<ReduceResult> reduce(const ReduceRequest& request) const = 0;
  virtual LipschitzResult lipschitz(const LipschitzRequest& request) const = 0;
  virtual std::vector<ConvergenceResult> convergence(const ConvergenceRequest& request) const = 0;
  virtual std::unique_ptr<Denoiser> denoiser(const Request& request) const = 0;
  virtual std::unique_ptr<Diffusion> diffusion(const Request& request) const = 0;
};

/// Every size in sizes.bzl, in its order.
std::vector<std::unique_ptr<Experiment>> all_experiments();

}  // namespace driftbench
