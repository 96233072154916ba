// How fast a drift's estimate moves with its input: lower bounds on its Lipschitz constant.
#pragma once

#include <algorithm>
#include <cmath>

#include "kernels/drift.h"
#include "kernels/euler_maruyama.h"
#include "kernels/philox.h"
#include "kernels/rank_one.h"
#include "kernels/sym_matrix.h"

namespace driftbench {

/// What an estimate seems to move by, over its norm, where it does not: the roundings of the difference.
inline constexpr float kStill = 1e-6f;

/// What measure_jacobian works in.
template <int N, class Estimate>
struct JacobianWork {
  SymMatrix<N> direction, moved;
  Estimate estimate, moved_estimate;
};

/// Both are met at the point by some direction H with ||H|| = 1, as ||m(Y + h H) - m(Y)|| / h, all norms Frobenius: the
/// drift's Lipschitz constant is no smaller, but for the estimates' roundings over h.
struct JacobianBounds {
  double random = 0;  ///< H isotropic
  double power = 0;   ///< the largest that the power method meets, the first of which is `random`
  Status status = Status::kOk;
};

/// The operator norm of a drift's Jacobian at Y, from below, by finite differences of length h: the power method goes
/// from an isotropic H on in the direction in which the estimate moved, which finds the largest eigenvalue of a
/// symmetric Jacobian, such as a posterior mean's. Where it moved by no more than roundings, as a sign pattern does
/// between its jumps, it goes along the estimate, down and up in turn. `at` addresses the drift's random numbers, the
/// same in each evaluation, of which there are iterations + 2, and the first direction. The status is the worst of
/// them; kNotFinite ends it, with the bounds met before.
template <int N, Drift<N> D, class Arch = DefaultArch>
JacobianBounds measure_jacobian(D& drift, const RandomAddress& at, const SymMatrix<N>& y, float t, float h,
                                int iterations, JacobianWork<N, typename D::Estimate>& work) {
  JacobianBounds bounds;
  bounds.status = evaluate_drift(drift, at, y, t, work.estimate);
  work.direction.set_zero();
  euler_maruyama<Arch>(RankOne<N>{}, 1.0f, {at.seed, Stream::kDirection, at.chain, at.step}, work.direction);
  for (int i = 0; i <= iterations && bounds.status != Status::kNotFinite; ++i) {
    const float length = frobenius_norm<Arch>(work.direction);
    if (length == 0.0f) break;
    work.moved = y;
    add_multiple<Arch>(h / length, work.direction, work.moved);
    bounds.status = std::max(bounds.status, evaluate_drift(drift, at, work.moved, t, work.moved_estimate));
    if (bounds.status == Status::kNotFinite) break;
    work.direction.set_zero();
    add_multiple<Arch>(1.0f, work.moved_estimate, work.direction);
    add_multiple<Arch>(-1.0f, work.estimate, work.direction);
    const float distance = frobenius_norm<Arch>(work.direction);
    const double rate = static_cast<double>(distance / h);
    if (i == 0) bounds.random = rate;
    bounds.power = std::max(bounds.power, rate);
    if (distance <= kStill * frobenius_norm<Arch>(work.estimate)) {
      work.direction.set_zero();
      add_multiple<Arch>(i % 2 == 0 ? -1.0f : 1.0f, work.estimate, work.direction);
    }
  }
  return bounds;
}

}  // namespace driftbench
