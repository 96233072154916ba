// What can be asked of a size, whatever its n and k: the border between run time and compile time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "kernels/status.h"
#include "runtime/latency_histogram.h"
#include "tools/drift_settings.h"

namespace driftbench {

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

/// What all requests share.
struct Request {
  std::string drift;
  DriftSettings settings;
  std::uint64_t seed = 1;
  int threads = 1;
  bool quiet = false;
};

struct SampleRequest : Request {
  std::int64_t chains = 16;
  double dt = 0.5, t_end = 0;
};
struct SampleResult {
  std::vector<float> fro_norms;  ///< by chain
  std::int64_t steps = 0;
  std::int64_t not_converged = 0;  ///< steps whose drift ran out of iterations
  double w1_norm = 0, seconds = 0;
};

struct MseRequest : Request {
  double t = 0;
  std::int64_t samples = 1000;
};
struct MseResult {
  double mse = 0, standard_error = 0;
  std::int64_t not_converged = 0;
};

struct ProfileRequest : Request {
  std::int64_t steps = 2000;
  double dt = 0.5, t_end = 0;
};
struct PhaseProfile {
  std::string phase;  ///< step, drift, drift.<its own phase>, noise
  LatencyHistogram latency;
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
  /// Every drift that this size has, none of them wrapped.
  virtual std::vector<DriftInfo> drifts() const = 0;
  virtual std::vector<DriftVariant> variants() const = 0;
  /// The drift of that name, which may be wrapped. ArgumentError where there is none: what is wrong with the name.
  virtual DriftInfo drift(const std::string& name) const = 0;

  // drift() knows the request's drift, the other arguments are in range. RunError where a drift fails.
  virtual SampleResult sample(const SampleRequest& request) const = 0;
  virtual MseResult mse(const MseRequest& request) const = 0;
  virtual std::vector<PhaseProfile> profile(const ProfileRequest& request) const = 0;
  virtual std::unique_ptr<Denoiser> denoiser(const Request& request) const = 0;
};

/// Every size in sizes.bzl, in its order.
std::vector<std::unique_ptr<Experiment>> all_experiments();

}  // namespace driftbench
