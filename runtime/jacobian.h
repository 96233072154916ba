// How fast a drift's estimate moves with its input: lower bounds on the drift's Lipschitz constant.
#pragma once

#include <algorithm>
#include <cmath>

#include "kernels/assertions.h"
#include "kernels/drift.h"
#include "kernels/euler_maruyama.h"
#include "kernels/philox.h"
#include "kernels/rank_one.h"
#include "kernels/sym_matrix.h"

namespace driftbench {

/// Two estimates count as equal where their distance is at most this times their norm: the roundings of the estimates
/// alone can make such a distance.
inline constexpr float kStill = 1e-6f;

/// The matrices that measure_jacobian works in.
template <int N, class Estimate>
struct JacobianWorkspace {
  SymMatrix<N> direction, moved;
  Estimate estimate, moved_estimate;
};

/// Two lower bounds on the drift's Lipschitz constant, but for the estimates' roundings over h. Each is the ratio
/// ||m(Y + h H) - m(Y)|| / h at the given Y in some direction H with ||H|| = 1; all norms are Frobenius norms.
struct JacobianBounds {
  double random = 0;  ///< the ratio in an isotropic direction H
  double power = 0;   ///< the largest ratio that the power method meets, `random` included
  Status status = Status::kOk;
};

/// Bounds the operator norm of a drift's Jacobian at Y from below, by finite differences of length h > 0; t > 0.
///
/// The power method starts from an isotropic direction H and goes on in the direction in which the estimate moved. It
/// finds the largest eigenvalue of a symmetric Jacobian, such as a posterior mean's. Where the estimate moved by no
/// more than roundings, as a sign pattern does between its jumps, the next direction is along the estimate, down and up
/// in turn.
///
/// `at` addresses the drift's random numbers, which are the same in each evaluation, and the first direction's. There
/// are at most iterations + 2 evaluations. The status is the worst of theirs; kNotFinite ends the method, with the
/// bounds met before.
template <int N, Drift<N> D, class Arch = DefaultArch>
JacobianBounds measure_jacobian(D& drift, const RandomAddress& at, const SymMatrix<N>& y, float t, float h,
                                int iterations, JacobianWorkspace<N, typename D::Estimate>& workspace) {
  DRIFTBENCH_ASSERT(t > 0.0f && h > 0.0f && iterations >= 0);
  JacobianBounds bounds;
  bounds.status = evaluate_drift(drift, at, y, t, workspace.estimate);
  workspace.direction.set_zero();
  euler_maruyama<Arch>(RankOne<N>{}, 1.0f, {at.seed, Stream::kDirection, at.chain, at.step}, workspace.direction);
  for (int i = 0; i <= iterations && bounds.status != Status::kNotFinite; ++i) {
    const float length = frobenius_norm<Arch>(workspace.direction);
    if (length == 0.0f) break;
    workspace.moved = y;
    add_multiple<Arch>(h / length, workspace.direction, workspace.moved);
    bounds.status = std::max(bounds.status, evaluate_drift(drift, at, workspace.moved, t, workspace.moved_estimate));
    if (bounds.status == Status::kNotFinite) break;
    workspace.direction.set_zero();
    add_multiple<Arch>(1.0f, workspace.moved_estimate, workspace.direction);
    add_multiple<Arch>(-1.0f, workspace.estimate, workspace.direction);
    const float distance = frobenius_norm<Arch>(workspace.direction);
    const double rate = static_cast<double>(distance / h);
    if (i == 0) bounds.random = rate;
    bounds.power = std::max(bounds.power, rate);
    if (distance <= kStill * frobenius_norm<Arch>(workspace.estimate)) {
      workspace.direction.set_zero();
      add_multiple<Arch>(i % 2 == 0 ? -1.0f : 1.0f, workspace.estimate, workspace.direction);
    }
  }
  return bounds;
}

}  // namespace driftbench
