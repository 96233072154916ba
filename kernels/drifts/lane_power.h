#pragma once

#include <limits>

#include "kernels/drifts/power.h"
#include "kernels/lanes.h"
#include "kernels/philox.h"
#include "kernels/simd.h"
#include "kernels/status.h"
#include "kernels/target.h"

namespace driftbench {

/// The drift Power for as many chains at once as there are lanes. 26 N^2 multiply-adds a chain.
template <SparseTarget T, class Arch = DefaultArch>
class LanePower {
  static constexpr int N = T::kN, K = T::kK;

 public:
  using Estimate = LaneRankOne<N, Arch>;
  using OfOneChain = Power<T, Arch>;

  void randomize(const RandomAddress& at) { address_ = at; }

  /// m <- the estimates of all chains. The status is kNotFinite where the vectors of any chain overflowed or were not
  /// finite; the estimate of such a chain is 0.
  Status operator()(const LaneSymMatrix<N, Arch>& y, float t, Estimate& m) {
    using S = Simd<Arch>;
    using F32 = typename S::F32;
    const F32 zero = S::broadcast(0.0f), one = S::broadcast(1.0f),
              largest = S::broadcast(std::numeric_limits<float>::max());
    fill_gaussian<Arch>(LaneNormals<Arch>(address_), v_);
    normalize(v_, S::sqrt(dot<Arch>(v_, v_)));
    F32 finite = one;
    for (int i = 0; i < OfOneChain::kIterations; ++i) {
      multiply<Arch>(y, v_, workspace_);
      const F32 norm = S::sqrt(dot<Arch>(workspace_, workspace_));
      finite = S::select(norm <= largest, finite, zero);
      const F32 vanishes = S::select(norm == zero, one, zero);
      const F32 inverse = S::divide(one, norm + vanishes);
      if (S::reduce_add(vanishes) == 0.0f) {
        for (int j = 0; j < v_.kPadded; ++j) v_.set(j, inverse * workspace_[j]);
      } else {  // where A v = 0, v stays as it is
        for (int j = 0; j < v_.kPadded; ++j) v_.set(j, S::fma(vanishes, v_[j], inverse * workspace_[j]));
      }
    }
    top_k_signs<K, Arch>(v_, m.v);
    multiply<Arch>(y, m.v, workspace_);
    const F32 passes = S::select(S::broadcast(OfOneChain::kGate * t) <= dot<Arch>(m.v, workspace_), finite, zero);
    S::store(m.scale, passes);
    return S::reduce_add(finite) == static_cast<float>(S::kLanes) ? Status::kOk : Status::kNotFinite;
  }

 private:
  static void normalize(LaneVec<N, Arch>& x, typename Simd<Arch>::F32 norm) {
    const auto inverse = Simd<Arch>::divide(Simd<Arch>::broadcast(1.0f), norm);
    for (int i = 0; i < N; ++i) x.set(i, inverse * x[i]);
  }

  RandomAddress address_;
  LaneVec<N, Arch> v_, workspace_;
};

}  // namespace driftbench
