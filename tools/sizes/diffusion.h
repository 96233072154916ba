// A Diffusion runs a drift at a size that is known at run time only. A profile takes its steps from one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/drift.h"
#include "kernels/status.h"
#include "kernels/work.h"
#include "runtime/step_timer.h"

namespace driftbench {

/// A diffusion with one drift, run chain by chain. A step has two halves, as in Sampler: evaluate() calls the drift,
/// advance() updates Y.
class Diffusion {
 public:
  virtual ~Diffusion() = default;
  /// Returns the drift's own phases, by the index with which the drift notifies its probe.
  virtual const std::vector<Phase>& phases() const = 0;
  /// Returns the work of each of the drift's products, and of the rest of a call.
  virtual DriftWork work() const = 0;
  virtual void start(std::uint64_t chain) = 0;
  virtual Status evaluate() = 0;
  virtual Status evaluate(StepTimer& timer) = 0;
  virtual void advance(float t_next) = 0;
  virtual float t() const = 0;
  /// Returns the largest magnitude of an element of Y.
  virtual float largest() const = 0;
  /// Returns the Frobenius norm of the last evaluation's estimate m.
  virtual float norm() const = 0;
  /// Returns how many numbers copy_estimate writes for m: the n entries of sqrt(scale) v where m = scale v v^T, else
  /// the n x n entries of m row by row.
  virtual std::size_t estimate_size() const = 0;
  virtual void copy_estimate(std::span<float> numbers) const = 0;
};

}  // namespace driftbench
