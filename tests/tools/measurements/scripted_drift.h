// A drift whose estimates a test writes, in the form that the command line's measurements take.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "kernels/philox.h"
#include "kernels/rank_one.h"
#include "kernels/status.h"
#include "kernels/sym_matrix.h"
#include "tools/drifts/any_drift.h"
#include "tools/drifts/drift_settings.h"
#include "tools/drifts/registry.h"

namespace driftbench {

/// What the drift is called with; `at` names the chain and the step.
template <int N>
struct DriftCall {
  RandomAddress at;
  const SymMatrix<N>& y;
  float t;
};

/// Writes the estimate of a call, which is 0 before.
template <int N, class E>
using DriftScript = std::function<Status(const DriftCall<N>&, E&)>;

template <int N, class E>
class ScriptedDrift {
 public:
  using Estimate = E;

  explicit ScriptedDrift(DriftScript<N, E> script) : script_(std::move(script)) {}

  void randomize(const RandomAddress& at) { at_ = at; }
  Status operator()(const SymMatrix<N>& y, float t, E& m) {
    m.set_zero();
    return script_(DriftCall<N>{at_, y, t}, m);
  }

 private:
  DriftScript<N, E> script_;
  RandomAddress at_;
};

/// Returns the registry's entry for a scripted drift. Several threads may call the script at once.
template <int N, class E>
DriftEntry<N, E> scripted_entry(DriftScript<N, E> script) {
  const auto make = [script = std::move(script)](const DriftSettings&) {
    return AnyDrift<N, E>(std::make_unique<ScriptedDrift<N, E>>(script));
  };
  return {{"scripted", "a drift of a test", 0, false, false}, make};
}

/// Sets m <- norm e e^T, where e is the first unit vector.
template <int N>
void set_norm(float norm, RankOne<N>& m) {
  m.scale = norm;
  m.v[0] = 1;
}
template <int N>
void set_norm(float norm, SymMatrix<N>& m) {
  m.set(0, 0, norm);
}

}  // namespace driftbench
