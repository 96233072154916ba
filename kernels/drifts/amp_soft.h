#pragma once

#include <cmath>

#include "kernels/drift.h"
#include "kernels/gaussian.h"
#include "kernels/leading_eigenvector.h"
#include "kernels/rank_one.h"
#include "kernels/soft_threshold.h"

namespace driftbench {

/// AMP with a soft threshold for a denoiser, which knows that u is sparse and nothing else (Donoho, Maleki and
/// Montanari 2009; for a spiked matrix Montanari and Venkataramanan, Annals of Statistics 49 (2021), section 2):
///
///   z = A m - b m_previous,   b = active(eta(z_previous)) / (2 t ||eta(z_previous)||),   m <- eta(z) / ||eta(z)||,
///
/// eta's threshold a multiple of 1 / sqrt(2 t), the noise of an entry of z. As z = <u, m> u + noise, <m, z> estimates
/// <u, m>^2 without the bias of <m, A m>: it scales the estimate m m^T, and closes the gate below some deviations.
template <int N, class Arch = DefaultArch>
class AmpSoft {
 public:
  using Estimate = RankOne<N>;
  static constexpr char kName[] = "amp-soft";
  static constexpr char kSummary[] = "approximate message passing with a soft threshold, for an unknown prior";
  static constexpr const char* kPhases[] = {"start", "multiply", "threshold"};

  int iterations = 60;
  /// Converged where two unit iterates in turn are this close.
  float tolerance = 1e-3f;
  int start_products = 30;
  /// In deviations of the noise. 1.8 has the least error at (350, 20), and 1.5 to 2.1 little more.
  float threshold = 1.8f;
  /// In deviations of the noise; in pure noise the iterate chases its maximum, which lies beyond a few of them. Where
  /// it finds one of 9 to 15, the gate opens: once in 40 calls at n = 70, in 300 at n = 350.
  float gate = 6.0f;

  void randomize(const RandomAddress& at) { address_ = at; }

  template <class Probe = NoProbe>
  Status operator()(const SymMatrix<N>& y, float t, Estimate& m, Probe&& probe = {}) {
    fill_gaussian<Arch>(address_, m.v);
    const auto in_start = [&](int part) { probe(1 - part); };
    const bool finite =
        leading_eigenvector<Arch>(y, 1e-4f, start_products, m.v, work_, in_start).status != Status::kNotFinite;
    const Status status = finite ? iterate(y, t, m, probe) : Status::kNotFinite;
    if (status == Status::kNotFinite) m.set_zero();
    probe(2);
    return status;
  }

 private:
  /// From a unit vector in m.v.
  template <class Probe>
  Status iterate(const SymMatrix<N>& y, float t, Estimate& m, Probe& probe) {
    const float deviation = 1 / std::sqrt(2 * t);
    Vec<N>&z = work_.ax, &previous = work_.p;
    float onsager = 0;
    m.scale = 0;
    previous = Vec<N>{};
    for (int i = 0; i < iterations; ++i) {
      probe(2);
      multiply<Arch>(y, m.v, z);
      probe(1);
      axpby<Arch>(-onsager, previous, 1 / t, z);
      const float signal = dot<Arch>(m.v, z);  // <u, m>^2 and noise of one deviation
      if (!std::isfinite(signal)) return Status::kNotFinite;
      previous = m.v;
      m.v = z;
      const int active = soft_threshold<Arch>(threshold * deviation, m.v);
      const float norm = std::sqrt(dot<Arch>(m.v, m.v));
      if (active == 0) return Status::kOk;  // all noise: m = 0 is the fixed point
      if (!std::isfinite(norm)) return Status::kNotFinite;
      scale<Arch>(1 / norm, m.v);
      onsager = static_cast<float>(active) * deviation * deviation / norm;
      m.scale = signal > gate * deviation ? std::fmin(signal, 1.0f) : 0.0f;
      // Both are unit vectors.
      if (2 - 2 * dot<Arch>(m.v, previous) <= tolerance * tolerance) return Status::kOk;
    }
    return Status::kNotConverged;
  }

  RandomAddress address_;
  EigenWork<N> work_;
};

}  // namespace driftbench
