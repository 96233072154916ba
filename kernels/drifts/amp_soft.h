#pragma once

#include <cmath>

#include "kernels/drift.h"
#include "kernels/drifts/defaults.h"
#include "kernels/gaussian.h"
#include "kernels/leading_eigenvector.h"
#include "kernels/limited_int.h"
#include "kernels/rank_one.h"
#include "kernels/soft_threshold.h"
#include "kernels/target.h"

namespace driftbench {

/// Approximate message passing with a soft threshold eta for a denoiser, which knows that u is sparse and nothing else
/// (Donoho, Maleki and Montanari 2009; for a spiked matrix Montanari and Venkataramanan, Annals of Statistics 49
/// (2021), section 2):
///
///   z = A m - b m_previous,   b = active(eta(z_previous)) / (2 t ||eta(z_previous)||),   m <- eta(z) / ||eta(z)||.
///
/// A is Y / t, and active counts the entries that are not 0. The threshold of eta is a multiple of 1 / sqrt(2 t), the
/// deviation of the noise in an entry of z. As z = <u, m> u + noise, <m, z> estimates <u, m>^2 without the bias of
/// <m, A m>. It scales the estimate m m^T, and where it is below `gate` deviations the estimate is 0.
///
/// It makes at most start_products + 1 products for the start (see leading_eigenvector) and `iterations` after it.
/// Where those run out, the status is kNotConverged: the estimate's vector is the last iterate, and its scale the
/// <m, z> of the iterate before, as another product would be needed for its own.
template <SeparableTarget T, class Arch = DefaultArch>
requires(T::Prior::kIsEven) class AmpSoft {
  static constexpr int N = T::kN;

 public:
  using Estimate = RankOne<N>;
  static constexpr char kName[] = "amp-soft";
  static constexpr char kSummary[] = "approximate message passing with a soft threshold, for an unknown prior";
  static constexpr Phase kPhases[] = {{"start"}, kProductPhase, {"threshold"}};

  LimitedInt<1, kIterationLimit> iterations = 60;
  /// The iteration has converged where two unit iterates in turn are this close, >= 0.
  float tolerance = 1e-3f;
  /// The number of products with Y spent on the start, the leading eigenvector.
  LimitedInt<0, kIterationLimit> start_products = 30;
  /// The threshold of eta in deviations of the noise. 1.8 has the least error at (350, 20), and 1.5 to 2.1 little more.
  float threshold = 1.8f;
  /// The least <m, z>, in deviations of the noise, that counts as a signal. In pure noise the iterate seeks the
  /// maximum of <m, z>, usually a few deviations. Once in 40 calls at n = 70, and once in 300 at n = 350, it finds one
  /// of 9 to 15, and the gate opens.
  float gate = 6.0f;

  void randomize(const RandomAddress& at) { address_ = at; }

  template <class Probe = NoProbe>
  Status operator()(const SymMatrix<N>& y, float t, Estimate& m, Probe&& probe = {}) {
    fill_gaussian<Arch>(address_, m.v);
    const auto in_start = [&](int part) { probe(1 - part); };
    const bool finite =
        leading_eigenvector<Arch>(y, kStartResidual, start_products, m.v, workspace_, in_start).status !=
        Status::kNotFinite;
    const Status status = finite ? iterate(y, t, m, probe) : Status::kNotFinite;
    if (status == Status::kNotFinite) m.set_zero();
    probe(2);
    return status;
  }

 private:
  /// Iterates from the unit vector in m.v and leaves the estimate in m.
  template <class Probe>
  Status iterate(const SymMatrix<N>& y, float t, Estimate& m, Probe& probe) {
    const float deviation = 1 / std::sqrt(2 * t);
    Vec<N>&z = workspace_.ax, &previous = workspace_.p;
    float onsager = 0;
    m.scale = 0;
    previous = Vec<N>{};
    for (int i = 0; i < iterations; ++i) {
      probe(2);
      multiply<Arch>(y, m.v, z);
      probe(1);
      axpby<Arch>(-onsager, previous, 1 / t, z);
      const float signal = dot<Arch>(m.v, z);  // <u, m>^2 plus noise of one deviation
      if (!std::isfinite(signal)) return Status::kNotFinite;
      previous = m.v;
      m.v = z;
      const int active = soft_threshold<Arch>(threshold * deviation, m.v);
      const float norm = std::sqrt(dot<Arch>(m.v, m.v));
      if (active == 0) return Status::kOk;  // only noise is left: m = 0 is the fixed point
      if (!std::isfinite(norm)) return Status::kNotFinite;
      scale<Arch>(1 / norm, m.v);
      onsager = static_cast<float>(active) * deviation * deviation / norm;
      m.scale = signal > gate * deviation ? std::fmin(signal, 1.0f) : 0.0f;
      // Both are unit vectors, so this is their squared distance.
      if (2 - 2 * dot<Arch>(m.v, previous) <= tolerance * tolerance) return Status::kOk;
    }
    return Status::kNotConverged;
  }

  RandomAddress address_;
  EigenWorkspace<N> workspace_;
};

}  // namespace driftbench
