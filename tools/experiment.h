// An Experiment answers what can be asked of one size, whatever its n and k. It is the border between run time and
// compile time.
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
  std::size_t state_bytes;  ///< the size of its Sampler: matrix, estimate and workspace
  bool is_variant;          ///< it is another drift with other parameters; `all` leaves it out
  bool needs_weights;       ///< it needs DriftSettings::weights
};

/// A variant of other drifts, such as gated(D) of any drift D whose estimates have rank one.
struct DriftVariant {
  std::string name, summary;
};

// A result's `not_finite` counts the samples whose estimate is not finite. A figure that takes such a sample is
// kUnknown: the mean of the others would look right and is not.

/// All requests share these settings.
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

struct SampleRequest : Request {
  std::int64_t chains = 16;
  TimeGrid grid;
  bool flow = false;       ///< the deterministic probability flow in place of the diffusion
  std::int64_t paths = 0;  ///< number of chains whose norms along the way are kept
};
struct SampleResult {
  std::vector<float> fro_norms;           ///< each sample's norm by chain; kUnknownFloat where the chain ended early
  std::vector<float> path_times;          ///< times of the paths' points, kPathPoints at most; the last one is the end
  std::vector<std::vector<float>> paths;  ///< the estimate's norm by chain and time, known until the chain ended
  std::int64_t steps = 0;
  std::int64_t not_converged = 0;  ///< steps whose drift ran out of iterations
  NotFinite not_finite;            ///< chains that ended at an estimate that was not finite
  double nonzero_fraction = 0;     ///< fraction of samples whose norm is above 1/2, and so nearer to 1 than to 0
  double pattern_fraction = 0;     ///< fraction of samples that are close to a k-sparse sign pattern
  double w1_norm = 0, seconds = 0;
  Interval w1_interval{};  ///< 95 % interval of w1_norm by the bootstrap; unknown with one chain
};

struct MseRequest : Request {
  double t = 0;
  std::int64_t samples = 1000;
};
struct MseResult {
  double mse = 0, standard_error = 0;
  std::int64_t not_converged = 0;
  NotFinite not_finite;
  std::vector<float> errors;  ///< squared errors by sample; sample i is the same for every drift
};

struct ProfileRequest : Request {
  std::int64_t steps = 2000;
  TimeGrid grid;                    ///< it has two steps or more
  std::uint64_t first_chain = 0;    ///< the number of the first chain
  std::optional<int> cpu;           ///< the CPU that the thread is pinned to
  std::optional<double> period_ns;  ///< time between intended starts; without it each step follows the one before
  std::string isa;                  ///< instruction set of the kernels; where empty, the program's own
};
struct PhaseProfile {
  std::string phase;  ///< step, drift, drift.<its own phase>, noise
  LatencyHistogram latency;
};

struct MeanError {
  double mean = 0, standard_error = 0;
};

/// A ReduceRequest numbers its copies and its observations with this many bits each, so that a copy's random numbers do
/// not depend on how many others there are.
inline constexpr int kReduceBits = 20;

struct ReduceRequest : Request {
  double t = 0;
  TimeGrid grid;                             ///< it ends after t; its times up to t are left out
  std::int64_t copies = 256, samples = 100;  ///< 2^kReduceBits of each at most
};
/// Mean squared errors at t: of the average over `copies` runs of the sampler, of the drift itself (`direct`), and of
/// the posterior mean (`exact`).
struct ReduceResult {
  std::int64_t copies = 0;
  MeanError sampler, direct;
  std::optional<MeanError> exact;  ///< where the posterior mean is feasible
  std::int64_t not_converged = 0;  ///< evaluations that ran out of iterations, in these copies and at the observations
  NotFinite not_finite;            ///< observations that lack the estimate of one of these copies, or of a drift there
};

/// The Lipschitz constant is measured by finite differences of this length, in units of t.
inline constexpr float kJacobianStep = 0.003f;

struct LipschitzRequest : Request {
  double t = 0;
  std::int64_t samples = 20;
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
  double dt = 0.5, t_end = 0;  ///< t_end is a multiple of dt
  int levels = 4;
  std::int64_t paths = 20;
};
/// The error of steps of dt: the root mean square distance at t_end between paths in steps of dt and of dt / 2.
struct ConvergenceResult {
  double dt = 0, error = 0, standard_error = 0;
  std::optional<double> ratio;  ///< error over that of dt / 2, where both are known and the latter is not 0
  std::int64_t not_converged = 0;
  NotFinite not_finite;  ///< paths that ended early with one of the two steps
};

/// A Denoiser applies a drift of one compiled size to matrices from outside. It holds all that a call needs.
class Denoiser {
 public:
  virtual ~Denoiser() = default;
  /// Replaces Y by the estimate m(Y, t). `matrix` holds n x n numbers row by row, whose symmetric part is taken for Y.
  /// n is at most the compiled size: Y is padded with zeros up to that, and the estimate is cropped. The drift's random
  /// numbers are those of the chain.
  virtual Status denoise(std::span<float> matrix, int n, float t, std::uint64_t chain) = 0;
};

/// An Experiment is one compiled size with every drift.
class Experiment {
 public:
  virtual ~Experiment() = default;
  virtual int n() const = 0;
  virtual int k() const = 0;
  /// Returns the bytes that Y takes, padding included.
  virtual std::size_t matrix_bytes() const = 0;
  /// Returns every drift that this size has, none of them wrapped.
  virtual std::vector<DriftInfo> drifts() const = 0;
  virtual std::vector<DriftVariant> variants() const = 0;
  /// Returns the drift of that name, which may be wrapped. Throws ArgumentError, which says what is wrong with the
  /// name, where there is none.
  virtual DriftInfo drift(const std::string& name) const = 0;

  // The following functions require that drift() knows the request's drift and that the other arguments are in range.
  virtual SampleResult sample(const SampleRequest& request) const = 0;
  virtual MseResult mse(const MseRequest& request) const = 0;
  virtual std::vector<ReduceResult> reduce(const ReduceRequest& request) const = 0;
  virtual LipschitzResult lipschitz(const LipschitzRequest& request) const = 0;
  virtual std::vector<ConvergenceResult> convergence(const ConvergenceRequest& request) const = 0;
  virtual std::unique_ptr<Denoiser> denoiser(const Request& request) const = 0;
  virtual std::unique_ptr<Diffusion> diffusion(const Request& request) const = 0;
};

/// Returns the experiments of all sizes in sizes.bzl, in its order.
std::vector<std::unique_ptr<Experiment>> all_experiments();

}  // namespace driftbench
