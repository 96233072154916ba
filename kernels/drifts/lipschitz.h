#pragma once

#include <cmath>
#include <concepts>
#include <cstdint>
#include <numbers>
#include <utility>

#include "kernels/assertions.h"
#include "kernels/drift.h"
#include "kernels/drifts/defaults.h"
#include "kernels/euler_maruyama.h"
#include "kernels/limited_int.h"
#include "kernels/philox.h"
#include "kernels/rank_one.h"
#include "kernels/status.h"
#include "kernels/sym_matrix.h"
#include "kernels/work.h"

namespace driftbench {

/// A smooth version of any drift D, as Theorem 3 of Montanari and Vu (arXiv 2503.08028) asks for: D averaged over
/// Gaussian noise in its input,
///
///   m(Y) = E[D(Y + sigma G)],   sigma = 2 sqrt(2 / pi) t / C,   G isotropic: diagonal variance 1, off-diagonal 1/2,
///
/// with D's estimates clipped to norm 1. In a direction H of norm 1, dm = E[D(Y + sigma G) <G, H>] / sigma. That is at
/// most E|<G, H>| / sigma = C / (2 t) whatever D does, jumps included. D sees the signal-to-noise ratio
/// t / (1 + (8 / pi) t / C^2).
///
/// The mean is over `copies` draws of G, the same for every Y at an address. So what is computed is only as smooth as
/// D: a jump of D stays a jump, of a `copies`-th of its height, and the bound holds in the mean over addresses. The
/// bound is half of C; the other half is for what a mean over 16 draws adds. For AMP at (350, 20), over differences of
/// 0.003 t, the largest constant that the power method found at 600 observations was 95 / t for C = 100.
///
/// The estimate is off by 1 / sqrt(copies) at most, root mean square. The score-matching error of AMP hardly moves,
/// from 0.21, 0.10, 0.036 to 0.18, 0.088, 0.036 at t = 200, 240, 280: runs that go astray are outvoted. The status is
/// the worst of the copies'; with kNotFinite the estimate is 0.
///
/// Each copy costs what D costs, the noise of a step, and N^2 multiply-adds. Two more matrices are kept.
template <int N, class D, class Arch = DefaultArch>
requires Drift<D, N> && std::same_as<typename D::Estimate, RankOne<N>>
class Lipschitz {
 public:
  using Estimate = SymMatrix<N>;
  static constexpr char kName[] = "lipschitz";
  static constexpr char kSummary[] =
      "D averaged over noise in Y: in the mean a Lipschitz constant of C/t in Y (Theorem 3)";
  /// The phases that follow those of D.
  static constexpr Phase kOwnPhases[] = {{"smooth"}};
  static constexpr int kMaxCopies = 64;

  /// The constant C > 0.
  float lipschitz_constant = kLipschitzConstant;
  /// The number of draws of G.
  LimitedInt<1, kMaxCopies> copies = 16;

  Lipschitz() = default;
  explicit Lipschitz(D inner) : inner_(std::move(inner)) {}

  /// The step is below kRandomAddresses / kMaxCopies, as each of a step's copies has a step of its own in the stream
  /// kSmoothing.
  void randomize(const RandomAddress& at) {
    DRIFTBENCH_ASSERT(at.step < kRandomAddresses / kMaxCopies);
    address_ = at;
    if constexpr (RandomizedDrift<D>) inner_.randomize(at);
  }

  template <class Probe = NoProbe>
  Status operator()(const SymMatrix<N>& y, float t, Estimate& m, Probe&& probe = {}) {
    DRIFTBENCH_ASSERT(lipschitz_constant > 0.0f);
    const float sigma = std::sqrt(8 * std::numbers::inv_pi_v<float>) * t / lipschitz_constant;
    Status worst = Status::kOk;
    m.set_zero();
    for (int i = 0; i < copies; ++i) {
      const RandomAddress at{address_.seed, Stream::kSmoothing, address_.chain,
                             address_.step * kMaxCopies + static_cast<std::uint64_t>(i)};
      moved_ = y;
      euler_maruyama<Arch>(RankOne<N>{}, sigma * sigma, at, moved_);
      probe(phase_count(inner_));
      const Status status = call_drift<N>(inner_, moved_, t, estimate_, probe);
      if (status > worst) worst = status;
      if (status == Status::kNotFinite) {
        m.set_zero();
        return status;
      }
      const float norm = frobenius_norm<Arch>(estimate_);
      if (norm == 0.0f) continue;
      rank_one_update<Arch>(estimate_.scale / (std::fmax(1.0f, norm) * static_cast<float>(copies)), estimate_.v, m);
    }
    probe(phase_count(inner_));
    return worst;
  }

  D& inner() { return inner_; }
  const D& inner() const { return inner_; }

  /// For each copy, Y is copied, noise is added to the copy, and its estimate is added to m. This counts the last for
  /// every copy, although it is left out where the estimate is 0.
  constexpr DriftWork work() const {
    const DriftWork inner = drift_work<N>(inner_);
    return {inner.product, kPass<N> + (inner.rest + kPass<N> * 6 + MatrixWork{0, double{N} * N, 0}) * copies};
  }

 private:
  D inner_;
  RandomAddress address_;
  SymMatrix<N> moved_;
  RankOne<N> estimate_;
};

}  // namespace driftbench
