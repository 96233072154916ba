#pragma once

#include "kernels/drift.h"
#include "kernels/drifts/defaults.h"
#include "kernels/drifts/pattern.h"
#include "kernels/drifts/ungated.h"
#include "kernels/target.h"

namespace driftbench {

/// The target's pattern nearest to the leading eigenvector, behind a gate at 0.8 (Montanari and Vu, arXiv
/// 2503.08028, the spectral estimator of the numerical illustration). The cost is that of Ungated and K N / 2
/// multiply-adds, and the status is that of Ungated.
template <PatternTarget T, class Arch = DefaultArch>
class Spectral {
  static constexpr int N = T::kN;

 public:
  using Estimate = RankOne<N>;
  static constexpr char kName[] = "spectral";
  static constexpr char kSummary[] = "the k largest entries' signs of the leading eigenvector, gate at 0.8";
  static constexpr Phase kPhases[] = {kProductPhase, {"iterate"}, {"top_k"}, {"gate"}};
  static constexpr float kGate = kSpectralGate;

  T target;

  void randomize(const RandomAddress& at) { pattern_.randomize(at); }

  template <class Probe = NoProbe>
  Status operator()(const SymMatrix<N>& y, float t, Estimate& m, Probe&& probe = {}) {
    pattern_.target = target;
    const Status status = pattern_(y, t, m, probe);
    gate<Arch>(y, t, kGate, m);
    probe(3);
    return status;
  }

 private:
  Ungated<T, Arch> pattern_;
};

}  // namespace driftbench
