// What a drift is.
#pragma once

#include <concepts>
#include <iterator>

#include "kernels/philox.h"
#include "kernels/status.h"
#include "kernels/sym_matrix.h"

namespace driftbench {

/// A drift m(Y, t) of dY = m dt + dW: a denoiser of x from y_t = t x + W_t. Called with t > 0; y and the estimate do
/// not overlap. Its Estimate is a RankOne<N> or a SymMatrix<N>. Whatever it needs between calls or to work in are its
/// members: its sizeof is its footprint, and a call allocates nothing. On a status other than kOk the estimate is
/// defined.
template <class D, int N>
concept Drift = requires(D drift, const SymMatrix<N>& y, float t, typename D::Estimate& estimate) {
  { drift(y, t, estimate) } -> std::same_as<Status>;
};

/// A drift that draws random numbers is told before each call where its numbers lie, so that they depend on nothing
/// else.
template <class D>
concept RandomizedDrift = requires(D drift, const RandomAddress& at) {
  drift.randomize(at);
};

/// The fourth argument where nobody listens.
struct NoProbe {
  void operator()(int) const {}
};

/// A drift that tells its phases apart names them in D::kPhases or, where it works around another drift inner(), in
/// D::kOwnPhases those that follow the other's. It takes a fourth argument, called with a phase's index when a stretch
/// of that phase ends, as often as there are stretches; what follows the last call belongs to the last phase.
template <class D, int N>
concept PhasedDrift = Drift<D, N> &&
    requires(D drift, const SymMatrix<N>& y, float t, typename D::Estimate& estimate, NoProbe probe) {
  { drift(y, t, estimate, probe) } -> std::same_as<Status>;
};

/// Phases that a drift tells apart; a drift known at run time only says so itself.
template <class D>
constexpr int phase_count(const D& drift) {
  if constexpr (requires { drift.phase_count(); }) {
    return drift.phase_count();
  } else if constexpr (requires { D::kPhases; }) {
    return static_cast<int>(std::size(D::kPhases));
  } else if constexpr (requires { D::kOwnPhases; }) {
    return phase_count(drift.inner()) + static_cast<int>(std::size(D::kOwnPhases));
  } else {
    return 0;
  }
}

/// estimate <- drift(y, t); a PhasedDrift notifies the probe.
template <int N, Drift<N> D, class Probe>
Status call_drift(D& drift, const SymMatrix<N>& y, float t, typename D::Estimate& estimate, Probe&& probe) {
  if constexpr (PhasedDrift<D, N>) {
    return drift(y, t, estimate, probe);
  } else {
    return drift(y, t, estimate);
  }
}

/// The same with random numbers for a RandomizedDrift, which lie at (seed, chain, step) of `at` in the drifts' own
/// stream.
template <int N, Drift<N> D, class Probe = NoProbe>
Status evaluate_drift(D& drift, const RandomAddress& at, const SymMatrix<N>& y, float t, typename D::Estimate& estimate,
                      Probe&& probe = {}) {
  if constexpr (RandomizedDrift<D>) drift.randomize({at.seed, Stream::kDrift, at.chain, at.step});
  return call_drift<N>(drift, y, t, estimate, probe);
}

}  // namespace driftbench
