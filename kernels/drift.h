// The concept Drift: what a type must provide to drive the diffusion, and what it may provide besides.
#pragma once

#include <concepts>
#include <cstddef>
#include <iterator>

#include "kernels/assertions.h"
#include "kernels/philox.h"
#include "kernels/status.h"
#include "kernels/sym_matrix.h"

namespace driftbench {

/// The largest number of iterations, or of products with Y, that an option of a drift may ask for.
inline constexpr int kIterationLimit = 1 << 20;

/// A probe that ignores what it is told, for callers that do not measure phases.
struct NoProbe {
  void operator()(int) const {}
};

/// A phase of a drift's calls. A profile shows it by its name.
struct Phase {
  const char* name;
  bool is_product = false;  ///< each stretch of the phase is one product with Y, or with a matrix of Y's size
  bool is_wait = false;     ///< in the phase the thread waits for another process, so that its CPU may do other work
};
/// The phase of a drift's products.
inline constexpr Phase kProductPhase{"multiply", true};

namespace drift_detail {

/// Returns whether each phase has a name and at most one of them is_product.
template <std::size_t Count>
constexpr bool are_phases(const Phase (&phases)[Count]) {
  int products = 0;
  for (const Phase& phase : phases) {
    if (phase.name == nullptr || *phase.name == '\0') return false;
    products += phase.is_product;
  }
  return products <= 1;
}

/// A drift whose call takes a probe.
template <class D, int N>
concept Probed = requires(D drift, const SymMatrix<N>& y, float t, typename D::Estimate& estimate, NoProbe probe) {
  { drift(y, t, estimate, probe) } -> std::same_as<Status>;
};

/// Returns whether the drift takes a probe and states phases as PhasedDrift wants, or does neither.
template <class D, int N>
constexpr bool has_right_phases() {
  if constexpr (requires { D::kPhases; }) {
    return Probed<D, N> && are_phases(D::kPhases);
  } else if constexpr (requires { D::kOwnPhases; }) {
    return Probed<D, N> && are_phases(D::kOwnPhases);
  } else {
    return Probed<D, N> == requires(const D& drift) { drift.phase_count(); };
  }
}

}  // namespace drift_detail

/// A drift m(Y, t) of the diffusion dY = m dt + dW: a denoiser, which estimates x from y_t = t x + W_t.
///
/// It is called with t > 0, and y and the estimate do not overlap. The type of the estimate, D::Estimate, is RankOne<N>
/// or SymMatrix<N>. All that a drift needs, within a call or from one call to the next, are its members: its sizeof is
/// its footprint, and a call allocates nothing. Whatever status it returns, the estimate is defined and finite.
///
/// Its phases, if it tells them apart, are those of a PhasedDrift.
template <class D, int N>
concept Drift = drift_detail::has_right_phases<D, N>() &&
    requires(D drift, const SymMatrix<N>& y, float t, typename D::Estimate& estimate) {
  { drift(y, t, estimate) } -> std::same_as<Status>;
};

/// A drift that draws random numbers is told their address before each call, so that they depend on that address alone.
template <class D>
concept RandomizedDrift = requires(D drift, const RandomAddress& at) {
  drift.randomize(at);
};

/// A drift whose calls consist of phases that can be measured. It states them in D::kPhases, an array of Phase. Each
/// has a name, and at most one is_product. A drift that wraps another one, inner(), states in D::kOwnPhases only the
/// phases that follow those of inner(). A drift whose type is known only at run time has a member phase_count().
///
/// Its call takes a probe as a fourth argument and calls it with a phase's index whenever a stretch of that phase ends,
/// as often as there are stretches. The time after the last such call belongs to the last phase.
template <class D, int N>
concept PhasedDrift = Drift<D, N> && drift_detail::Probed<D, N>;

/// Returns the number of phases of a drift, 0 where it states none.
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

/// estimate <- drift(y, t). The probe is passed on to a PhasedDrift and is unused otherwise.
template <int N, Drift<N> D, class Probe>
Status call_drift(D& drift, const SymMatrix<N>& y, float t, typename D::Estimate& estimate, Probe&& probe) {
  DRIFTBENCH_ASSERT(!(t <= 0.0f) && is_apart(y, estimate));
  if constexpr (PhasedDrift<D, N>) {
    return drift(y, t, estimate, probe);
  } else {
    return drift(y, t, estimate);
  }
}

/// Calls the drift as call_drift does, but first tells a RandomizedDrift its random numbers' address: (seed, chain,
/// step) of `at` in the stream that belongs to drifts.
template <int N, Drift<N> D, class Probe = NoProbe>
Status evaluate_drift(D& drift, const RandomAddress& at, const SymMatrix<N>& y, float t, typename D::Estimate& estimate,
                      Probe&& probe = {}) {
  if constexpr (RandomizedDrift<D>) drift.randomize({at.seed, Stream::kDrift, at.chain, at.step});
  return call_drift<N>(drift, y, t, estimate, probe);
}

}  // namespace driftbench
