#pragma once

#include "kernels/drift.h"
#include "kernels/drifts/defaults.h"
#include "kernels/drifts/pattern.h"
#include "kernels/drifts/ungated.h"
#include "kernels/target.h"

namespace driftbench {

/// Ungated behind a gate at 0.8 (Montanari and Vu, arXiv 2503.08028, the spectral estimator of the numerical
/// illustration). The cost is that of Ungated and K N / 2 multiply-adds for K sparse signs, and the status is that of
/// Ungated.
template <RoundedTarget T, class Arch = DefaultArch>
class Spectral : public Ungated<T, Arch> {
 public:
  using typename Ungated<T, Arch>::Estimate;
  static constexpr char kName[] = "spectral";
  static constexpr char kSummary[] = "the leading eigenvector, rounded to the nearest u, gate at 0.8";
  static constexpr Phase kPhases[] = {kProductPhase, {"iterate"}, {"top_k"}, {"gate"}};
  static constexpr float kGate = kSpectralGate;

  template <class Probe = NoProbe>
  Status operator()(const SymMatrix<T::kN>& y, float t, Estimate& m, Probe&& probe = {}) {
    const Status status = Ungated<T, Arch>::operator()(y, t, m, probe);
    gate<Arch>(y, t, kGate, m);
    probe(3);
    return status;
  }
};

}  // namespace driftbench
