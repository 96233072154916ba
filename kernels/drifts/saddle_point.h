#pragma once

#include "kernels/assertions.h"
#include "kernels/drift.h"
#include "kernels/philox.h"
#include "kernels/spherical_posterior.h"
#include "kernels/status.h"
#include "kernels/sym_matrix.h"
#include "kernels/target.h"
#include "kernels/targets/sphere.h"

namespace driftbench {

/// The posterior mean of the target Sphere, by the saddle point (SphericalPosterior of kernels/spherical_posterior.h,
/// which states cost, error and status). The estimate has full rank. A call for the step after the last call's, in the
/// same chain, starts from what that call found; any other starts afresh, so that the estimate depends on the chain's
/// path alone.
template <class T, class Arch = DefaultArch>
class SaddlePoint;

template <int N, class Arch>
class SaddlePoint<Sphere<N>, Arch> {
 public:
  using Estimate = SymMatrix<N>;
  static constexpr char kName[] = "saddle-point";
  static constexpr char kSummary[] = "the posterior mean of the sphere, (zI - Y)^-1 / 2, by the saddle point";

  Sphere<N> target;

  void randomize(const RandomAddress& at) {
    if (!is_next_step(address_, at)) posterior_.forget();
    address_ = at;
  }

  Status operator()(const SymMatrix<N>& y, float t, Estimate& m) {
    DRIFTBENCH_ASSERT(0.0f <= target.w && target.w <= 1.0f);
    return posterior_.estimate(y, t, target.w, m).status;
  }

 private:
  RandomAddress address_;
  SphericalPosterior<N, Arch> posterior_;
};

}  // namespace driftbench
