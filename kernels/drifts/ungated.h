#pragma once

#include "kernels/drift.h"
#include "kernels/drifts/sign_pattern.h"
#include "kernels/gaussian.h"
#include "kernels/leading_eigenvector.h"

namespace driftbench {

/// The sign pattern of the K largest entries of Y's leading eigenvector, from a random start to a relative residual of
/// kEigenResidual. It commutes with signed permutations, so the samples it generates follow mu_{n,k} exactly, as bad a
/// denoiser as it is (Montanari and Vu, Proposition 2.1). Products with Y of N^2 multiply-adds each: at n = 350 half of
/// the calls need 66 or fewer in pure noise, 35 at t = 2n.
template <int N, int K, class Arch = DefaultArch>
class Ungated {
 public:
  using Estimate = RankOne<N>;
  static constexpr char kName[] = "ungated";
  static constexpr char kSummary[] = "the k largest entries' signs of the leading eigenvector, with no gate";
  static constexpr const char* kPhases[] = {"multiply", "iterate", "top_k"};
  /// Beyond this many products the gap to the next eigenvalue is below what a residual can tell.
  static constexpr int kMaxProducts = 1000;

  void randomize(const RandomAddress& at) { address_ = at; }

  template <class Probe = NoProbe>
  Status operator()(const SymMatrix<N>& y, float, Estimate& m, Probe&& probe = {}) {
    fill_gaussian<Arch>(address_, v_);
    const auto product = [&](const Vec<N>& v, Vec<N>& av) {
      probe(1);
      multiply<Arch>(y, v, av);
      probe(0);
    };
    const Status status = leading_eigenvector<Arch>(product, kEigenResidual, kMaxProducts, v_, work_).status;
    probe(1);
    if (status == Status::kNotFinite) {
      m.set_zero();
      return status;
    }
    sign_pattern<K, Arch>(v_, m);
    probe(2);
    return status;
  }

 private:
  RandomAddress address_;
  Vec<N> v_;
  EigenWork<N> work_;
};

}  // namespace driftbench
