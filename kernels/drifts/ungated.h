#pragma once

#include "kernels/drift.h"
#include "kernels/drifts/defaults.h"
#include "kernels/drifts/pattern.h"
#include "kernels/gaussian.h"
#include "kernels/leading_eigenvector.h"
#include "kernels/target.h"

namespace driftbench {

/// The target's pattern nearest to Y's leading eigenvector, which is found to a relative residual of kEigenResidual.
/// With sparse signs it commutes with signed permutations, so the samples that it generates follow mu_{n,k} exactly, as
/// bad a denoiser as it is (Montanari and Vu, Proposition 2.1).
///
/// The iteration starts from a random vector. In a call for the step after the last call's, in the same chain, it
/// starts from that call's eigenvector and a tenth of a random vector. It makes at most kMaxEigenProducts + 1 products
/// with Y, of N^2 multiply-adds each: at n = 350 half of the calls need 64 or fewer in pure noise from a random start,
/// and 35 along a chain of steps of 0.5. Where the products run out, the last iterate is used and the status is
/// kNotConverged.
template <RoundedTarget T, class Arch = DefaultArch>
class Ungated {
  static constexpr int N = T::kN;

 public:
  using Estimate = RankOne<N>;
  static constexpr char kName[] = "ungated";
  static constexpr char kSummary[] = "the leading eigenvector, rounded to the nearest u, with no gate";
  static constexpr Phase kPhases[] = {kProductPhase, {"iterate"}, {"top_k"}};

  T target;

  void randomize(const RandomAddress& at) {
    follows_ = is_next_step(address_, at);
    address_ = at;
  }

  template <class Probe = NoProbe>
  Status operator()(const SymMatrix<N>& y, float, Estimate& m, Probe&& probe = {}) {
    fill_gaussian<Arch>(address_, random_);
    normalize<Arch>(random_);
    axpby<Arch>(follows_ ? kRandomPart : 1.0f, random_, follows_ ? 1.0f : 0.0f, v_);
    const Status status = leading_eigenvector<Arch>(y, kEigenResidual, kMaxEigenProducts, v_, workspace_, probe).status;
    if (status == Status::kNotFinite) {
      m.set_zero();
      return status;
    }
    round_to_pattern<Arch>(target, v_, m);
    probe(2);
    return status;
  }

  /// The unit eigenvector that the last call found, or 0 where that returned kNotFinite.
  const Vec<N>& eigenvector() const { return v_; }

 private:
  /// The random part of a start beside the last eigenvector: enough to find an eigenvector that has overtaken the last.
  static constexpr float kRandomPart = 0.1f;

  RandomAddress address_;
  bool follows_ = false;
  Vec<N> v_, random_;
  EigenWorkspace<N> workspace_;
};

}  // namespace driftbench
