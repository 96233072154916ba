// The way of one chain of a diffusion, whose estimates come from outside.
#pragma once

#include <concepts>
#include <cstdint>

#include "kernels/assertions.h"
#include "kernels/euler_maruyama.h"
#include "kernels/philox.h"
#include "kernels/probability_flow.h"
#include "kernels/rank_one.h"
#include "kernels/simd.h"
#include "kernels/sym_matrix.h"

namespace driftbench {

/// Holds a chain's Y and time, and steps both on by an estimate m(Y, t): a RankOne or a SymMatrix of the caller's that
/// does not overlap Y. The noise of a step depends on (seed, chain) and the step's number alone, and not on m. chain is
/// below kRandomAddresses. A step allocates nothing.
template <int N, class Arch = DefaultArch>
class Trajectory {
 public:
  /// Y <- 0, t <- 0.
  void start(std::uint64_t seed, std::uint64_t chain) {
    start_at(seed, chain, 0.0f);
    y_.set_zero();
  }
  /// Y <- what fill(Y) writes, t <- t > 0.
  template <std::invocable<SymMatrix<N>&> F>
  void start(std::uint64_t seed, std::uint64_t chain, float t, F fill) {
    DRIFTBENCH_ASSERT(t > 0.0f);
    start_at(seed, chain, t);
    fill(y_);
  }

  /// Y <- Y + (t_next - t) m + noise, t <- t_next > t: a step of Euler and Maruyama.
  template <class M>
  void advance(const M& m, float t_next) {
    DRIFTBENCH_ASSERT(t_next > t_);
    euler_maruyama<Arch>(m, t_next - t_, address_, y_);
    step_to(t_next);
  }
  /// The same where add(dt, Y) adds dt m to Y, for an m of another type.
  template <std::invocable<float, SymMatrix<N>&> F>
  void advance_with(F add, float t_next) {
    add(t_next - t_, y_);
    advance(RankOne<N>{}, t_next);
  }
  /// A step of the probability flow, which has no noise but for that of the step from t = 0.
  template <class M>
  void flow(const M& m, float t_next) {
    if (t_ == 0.0f) {
      advance(m, t_next);
      return;
    }
    probability_flow<Arch>(m, t_, t_next, y_);
    step_to(t_next);
  }

  float t() const { return t_; }
  const SymMatrix<N>& y() const { return y_; }
  /// Names the chain and the next step.
  const RandomAddress& address() const { return address_; }

 private:
  void start_at(std::uint64_t seed, std::uint64_t chain, float t) {
    DRIFTBENCH_ASSERT(chain < kRandomAddresses);
    address_ = {seed, Stream::kNoise, chain, 0};
    t_ = t;
  }
  void step_to(float t_next) {
    t_ = t_next;
    ++address_.step;
  }

  RandomAddress address_;
  float t_ = 0.0f;
  SymMatrix<N> y_;
};

}  // namespace driftbench
