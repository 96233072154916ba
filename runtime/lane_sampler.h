// Diffusions of as many chains at once as there are lanes, one step at a time.
#pragma once

#include <cstdint>

#include "kernels/assertions.h"
#include "kernels/lanes.h"
#include "kernels/philox.h"
#include "kernels/status.h"

namespace driftbench {

/// A Sampler of the chains chain, chain + 1, ... at once, for small N. A chain's noise has the same bits as in Sampler.
template <int N, class D, class Arch = DefaultArch>
class LaneSampler {
 public:
  /// Starts the diffusions of as many chains from `chain` on as there are lanes, all of them below kRandomAddresses:
  /// Y <- 0, t <- 0.
  void start(std::uint64_t seed, std::uint64_t chain) {
    DRIFTBENCH_ASSERT(chain <= kRandomAddresses - kChainsAtOnce<Arch>);
    address_ = {seed, Stream::kNoise, chain, 0};
    t_ = 0.0f;
    y_.set_zero();
    estimate_.set_zero();
  }

  /// Steps from t to t_next > t. The status is kNotFinite where the estimate of a chain was not finite; that chain has
  /// advanced by noise alone.
  Status step(float t_next) {
    const Status status = evaluate();
    advance(t_next);
    return status;
  }

  /// The first half of a step, as in Sampler: estimate() <- m(Y, t), and 0 at t = 0.
  Status evaluate() {
    if (t_ == 0.0f) {
      estimate_.set_zero();
      return Status::kOk;
    }
    drift_.randomize({address_.seed, Stream::kDrift, address_.chain, address_.step});
    return drift_(y_, t_, estimate_);
  }

  /// The second half of a step: Y <- Y + (t_next - t) estimate + noise.
  void advance(float t_next) {
    DRIFTBENCH_ASSERT(t_next > t_);
    euler_maruyama<Arch>(estimate_, t_next - t_, LaneNormals<Arch>(address_), y_);
    t_ = t_next;
    ++address_.step;
  }

  float t() const { return t_; }
  const LaneSymMatrix<N, Arch>& y() const { return y_; }
  const LaneRankOne<N, Arch>& estimate() const { return estimate_; }

 private:
  RandomAddress address_;
  float t_ = 0.0f;
  LaneSymMatrix<N, Arch> y_;
  LaneRankOne<N, Arch> estimate_;
  D drift_;
};

}  // namespace driftbench
