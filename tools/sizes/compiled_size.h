// A CompiledSize answers what can be asked of one size, whatever its n and k. It is the border between run time and
// compile time.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tools/drifts/drift_info.h"
#include "tools/measurements/requests.h"
#include "tools/sizes/size_id.h"
#include "tools/theory/entry_law.h"

namespace driftbench {

class Denoiser;
class Diffusion;

/// What is known of a target at run time.
struct TargetInfo {
  std::string name, summary;
  bool has_density;  ///< it has a density besides n, which is chosen at run time
};

/// The times t that part what can be known of x. Each is empty where the target does not tell it.
struct Thresholds {
  std::optional<double> bayes;        ///< above it the best estimate of x beats 0
  std::optional<double> algorithmic;  ///< above it polynomial-time estimates do, and none is known to below
};

/// Draws makes draws of the target at one compiled size. It holds all that a draw needs.
class Draws {
 public:
  virtual ~Draws() = default;
  /// Draws x number i of the seed and observes it: Y is the symmetric part of y_t = t x + W_t, for t >= 0. At t > 0
  /// this is the draw that the measurements at t make as their sample i, and the C interface as its chain i. i is below
  /// kRandomAddresses.
  virtual void draw(std::uint64_t seed, std::int64_t i, float t) = 0;
  /// Return the numbers of x, and of Y row by row. They stay until the next call.
  virtual std::span<const float> x(MatrixForm form) = 0;
  virtual std::span<const float> y() = 0;
};

/// A CompiledSize is one compiled size with every drift.
class CompiledSize {
 public:
  virtual ~CompiledSize() = default;
  virtual SizeId id() const = 0;
  virtual TargetInfo target() const = 0;
  virtual Thresholds thresholds(const TargetSettings& target) const = 0;
  /// Returns the law of the entries of sqrt(n) u; none where the target does not tell it.
  virtual std::optional<EntryLaw> entry_law(const TargetSettings& target) const = 0;
  int n() const { return id().n; }

  /// Returns the bytes that Y takes, padding included.
  virtual std::size_t matrix_bytes() const = 0;
  /// Returns every drift that this size has, none of them wrapped.
  virtual std::vector<DriftInfo> drifts() const = 0;
  virtual std::vector<WrapperInfo> wrappers() const = 0;
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
  virtual std::unique_ptr<Draws> draws(const TargetSettings& target) const = 0;
  virtual std::unique_ptr<Diffusion> diffusion(const Request& request) const = 0;
};

/// Returns all sizes in sizes.bzl, in its order.
std::vector<std::unique_ptr<CompiledSize>> all_sizes();

}  // namespace driftbench
