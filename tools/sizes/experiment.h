// What can be asked of a size, whatever its n and k: the border between run time and compile time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "kernels/status.h"
#include "tools/drifts/drift_info.h"
#include "tools/measurements/requests.h"

namespace driftbench {

class Diffusion;

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
