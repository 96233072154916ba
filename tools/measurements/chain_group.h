// Chains that run in lock step, so that a drift can estimate for all of them in one call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "kernels/status.h"
#include "kernels/sym_matrix.h"
#include "runtime/trajectory.h"
#include "tools/drifts/any_drift.h"

namespace driftbench {

/// Runs chains of one seed whose numbers follow one another, all at the same t, with one drift. Each is, bit for bit,
/// the chain that a Sampler runs. A drift that makes its estimates one at a time has groups of one chain; the status of
/// an evaluation is then that chain's.
template <int N, class E>
class ChainGroup {
 public:
  /// A group has `most` chains at most, whose memory is taken here.
  ChainGroup(AnyDrift<N, E> drift, std::size_t most) : drift_(std::move(drift)), chains_(most), estimations_(most) {}

  /// Starts `count` chains, from the number `first` on, at Y = 0 and t = 0.
  void start(std::uint64_t seed, std::uint64_t first, std::size_t count) {
    start_each(count, [&](std::size_t i, Trajectory<N>& way) { way.start(seed, first + i); });
  }
  /// Starts them at (y, t), t > 0.
  void start(std::uint64_t seed, std::uint64_t first, std::size_t count, float t, const SymMatrix<N>& y) {
    start_each(count, [&](std::size_t i, Trajectory<N>& way) {
      way.start(seed, first + i, t, [&](SymMatrix<N>& own) { own = y; });
    });
  }

  /// estimate(i) <- m(Y, t) of each chain, and 0 at t = 0.
  Status evaluate() {
    if (t() == 0.0f) {
      for (std::size_t i = 0; i < count_; ++i) chains_[i].estimate.set_zero();
      return Status::kOk;
    }
    for (std::size_t i = 0; i < count_; ++i) {
      auto& [way, estimate] = chains_[i];
      estimations_[i] = {way.address(), &way.y(), &estimate};
    }
    return drift_.evaluate_all({estimations_.data(), count_}, t());
  }
  /// Each of these is the second half of a step, as in Sampler.
  void advance(float t_next) {
    for (std::size_t i = 0; i < count_; ++i) chains_[i].way.advance(chains_[i].estimate, t_next);
  }
  void flow(float t_next) {
    for (std::size_t i = 0; i < count_; ++i) chains_[i].way.flow(chains_[i].estimate, t_next);
  }

  /// Returns how many chains a group has at most.
  std::size_t most() const { return chains_.size(); }
  float t() const { return chains_.front().way.t(); }
  const SymMatrix<N>& y(std::size_t i) const { return chains_[i].way.y(); }
  const E& estimate(std::size_t i) const { return chains_[i].estimate; }

 private:
  struct Chain {
    Trajectory<N> way;
    E estimate;
  };

  template <class Start>
  void start_each(std::size_t count, Start start_one) {
    count_ = count;
    for (std::size_t i = 0; i < count; ++i) {
      start_one(i, chains_[i].way);
      chains_[i].estimate.set_zero();
    }
  }

  AnyDrift<N, E> drift_;
  std::vector<Chain> chains_;
  std::vector<Estimation<N, E>> estimations_;
  std::size_t count_ = 0;
};

}  // namespace driftbench
