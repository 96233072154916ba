// A diffusion with a drift, one step at a time.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "kernels/drift.h"
#include "kernels/simd.h"
#include "kernels/status.h"
#include "kernels/sym_matrix.h"
#include "runtime/trajectory.h"

namespace driftbench {

/// Runs the diffusion dY = m(Y, t) dt + dW from Y = 0 by the method of Euler and Maruyama. All that a step needs lies
/// in this object: sizeof(Sampler) is the footprint, a step allocates nothing, and two samplers share nothing. It is
/// large: keep it off the stack.
///
/// A chain is named by (seed, chain), and its path depends on those and on the times alone. chain is below
/// kRandomAddresses, 2^40; a larger one would have the random numbers of another chain. The number of steps needs no
/// such check, as single precision holds fewer than 2^31 increasing times.
template <int N, class D, class Arch = DefaultArch>
requires Drift<D, N>
class Sampler {
 public:
  using Estimate = typename D::Estimate;

  Sampler() = default;
  explicit Sampler(D drift) : drift_(std::move(drift)) {}

  /// Returns the memory that a chain needs, all told: this object's size, which is known at compile time.
  static constexpr std::size_t bytes() { return sizeof(Sampler); }

  /// Starts a diffusion: Y <- 0, t <- 0.
  void start(std::uint64_t seed, std::uint64_t chain) {
    trajectory_.start(seed, chain);
    estimate_.set_zero();
  }

  /// Starts the diffusion from a given point: Y <- y, t <- t > 0. Chains from one (y, t) differ by their random numbers
  /// alone. y may be this sampler's own.
  void start(std::uint64_t seed, std::uint64_t chain, float t, const SymMatrix<N>& y) {
    start(seed, chain, t, [&](SymMatrix<N>& own) { own = y; });
  }
  /// The same, where fill(Y) writes Y.
  template <std::invocable<SymMatrix<N>&> F>
  void start(std::uint64_t seed, std::uint64_t chain, float t, F fill) {
    trajectory_.start(seed, chain, t, fill);
    estimate_.set_zero();
  }

  /// Steps from t to t_next > t and returns the drift's status. Where that is kNotFinite, Y has advanced by noise
  /// alone, and neither Y nor a later estimate follows the diffusion any more.
  Status step(float t_next) {
    const Status status = evaluate();
    advance(t_next);
    return status;
  }

  /// The first half of a step: estimate() <- m(Y, t), and 0 at t = 0. Called after the last step it gives the sample,
  /// m(Y_T, T). `probe` is passed on to a PhasedDrift.
  template <class Probe = NoProbe>
  Status evaluate(Probe&& probe = {}) {
    if (t() == 0.0f) {
      estimate_.set_zero();
      return Status::kOk;
    }
    return evaluate_drift(drift_, trajectory_.address(), y(), t(), estimate_, probe);
  }

  /// The second half of a step: Y <- Y + (t_next - t) estimate + noise. Two calls after one evaluate() make one step of
  /// twice the length along the same Brownian path.
  void advance(float t_next) { advance(estimate_, t_next); }

  /// The same with an estimate m of the caller's in place of estimate(), which stays what it is. m is a RankOne or a
  /// SymMatrix. The noise is that of the same step in any case.
  template <class M>
  void advance(const M& m, float t_next) {
    trajectory_.advance(m, t_next);
  }
  /// The same where add(dt, Y) adds dt m to Y, for an m of another type.
  template <std::invocable<float, SymMatrix<N>&> F>
  void advance_with(F add, float t_next) {
    trajectory_.advance_with(add, t_next);
  }

  /// The second half of a step of the probability flow, in place of advance(). That flow is deterministic. Where the
  /// drift is the posterior mean, its law at each t is that of the diffusion, but for the steps' length. The step from
  /// t = 0, where the flow starts, is noise. The random numbers that a drift draws differ from step to step, as in the
  /// diffusion.
  void flow(float t_next) { trajectory_.flow(estimate_, t_next); }

  float t() const { return trajectory_.t(); }
  const SymMatrix<N>& y() const { return trajectory_.y(); }
  const Estimate& estimate() const { return estimate_; }
  D& drift() { return drift_; }

 private:
  Trajectory<N, Arch> trajectory_;
  Estimate estimate_;
  D drift_;
};

}  // namespace driftbench
