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

/// a <- a - b.
template <class Arch = DefaultArch, int N>
void subtract(const RankOne<N>& b, SymMatrix<N>& a) {
  rank_one_update<Arch>(-b.scale, b.v, a);
}
template <class Arch = DefaultArch, int N>
void subtract(const SymMatrix<N>& b, SymMatrix<N>& a) {
  for (int i = 0; i < SymMatrix<N>::kSize; ++i) a.data[i] -= b.data[i];
}

/// What measure_jacobian works in.
template <int N, class Estimate>
struct JacobianWork {
  SymMatrix<N> direction, moved;
  Estimate estimate, moved_estimate;
};

/// Both are met at the point by some direction H with ||H|| = 1, as ||m(Y + h H) - m(Y)|| / h, all norms Frobenius: the
/// drift's Lipschitz constant is no smaller.
struct JacobianBounds {
  double random = 0;  ///< H isotropic
  double power = 0;   ///< the largest of the power method's
  Status status = Status::kOk;
};

/// The operator norm of a drift's Jacobian at Y, from below, by finite differences of length h: the power method goes
/// from an isotropic H on in the direction in which the estimate moved, which finds the largest eigenvalue of a
/// symmetric Jacobian, such as a posterior mean's. `at` addresses the drift's random numbers, the same in each
/// evaluation, of which there are iterations + 2; kNotFinite ends it early.
template <int N, Drift<N> D, class Arch = DefaultArch>
JacobianBounds measure_jacobian(D& drift, const RandomAddress& at, const SymMatrix<N>& y, float t, float h,
                                int iterations, JacobianWork<N, typename D::Estimate>& work) {
  JacobianBounds bounds;
  bounds.status = evaluate_drift(drift, at, y, t, work.estimate);
  work.direction.set_zero();
  euler_maruyama<Arch>(RankOne<N>{}, 1.0f, {at.seed, Stream::kSmoothing, at.chain, at.step}, work.direction);
  for (int i = 0; i <= iterations && bounds.status != Status::kNotFinite; ++i) {
    const float length = frobenius_norm<Arch>(work.direction);
    if (length == 0.0f) break;
    for (int e = 0; e < SymMatrix<N>::kSize; ++e) work.moved.data[e] = y.data[e] + h / length * work.direction.data[e];
    bounds.status = std::max(bounds.status, evaluate_drift(drift, at, work.moved, t, work.moved_estimate));
    // direction <- moved_estimate - estimate.
    work.direction.set_zero();
    subtract<Arch>(work.moved_estimate, work.direction);
    for (float& element : work.direction.data) element = -element;
    subtract<Arch>(work.estimate, work.direction);
    const double rate = static_cast<double>(frobenius_norm<Arch>(work.direction) / h);
    if (i == 0) bounds.random = rate;
    bounds.power = std::max(bounds.power, rate);
  }
  return bounds;
}

}  // namespace driftbench
