#pragma once

#include "kernels/drift.h"
#include "kernels/drifts/defaults.h"
#include "kernels/drifts/sign_pattern.h"
#include "kernels/drifts/ungated.h"

namespace driftbench {

/// The sign pattern of the leading eigenvector's K largest entries, behind a gate at 0.8 (Montanari and Vu, arXiv
/// 2503.08028, the spectral estimator of the numerical illustration). The cost is that of Ungated and K N / 2
/// multiply-adds, and the status is that of Ungated.
template <int N, int K, class Arch = DefaultArch>
class Spectral {
 public:
  using Estimate = RankOne<N>;
  static constexpr char kName[] = "spectral";
  static constexpr char kSummary[] = "the k largest entries' signs of the leading eigenvector, gate at 0.8";
  static constexpr Phase kPhases[] = {kProductPhase, {"iterate"}, {"top_k"}, {"gate"}};
  static constexpr float kGate = kSpectralGate;

  void randomize(const RandomAddress& at) { pattern_.randomize(at); }

  template <class Probe = NoProbe>
  Status operator()(const SymMatrix<N>& y, float t, Estimate& m, Probe&& probe = {}) {
    const Status status = pattern_(y, t, m, probe);
    gate<Arch>(y, t, kGate, m);
    probe(3);
    return status;
  }

 private:
  Ungated<N, K, Arch> pattern_;
};

}  // namespace driftbench
