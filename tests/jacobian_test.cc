#include "runtime/jacobian.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>

#include "kernels/drifts/zero.h"
#include "runtime/target.h"

namespace driftbench {
namespace {

constexpr int N = 20;

/// Y -> slope * (projection of Y on u u^T) + 0.1 Y, whose Jacobian has the eigenvalues slope + 0.1 and 0.1.
struct Linear {
  using Estimate = SymMatrix<N>;
  Status operator()(const SymMatrix<N>& y, float, Estimate& m) {
    for (int i = 0; i < SymMatrix<N>::kSize; ++i) m.data[i] = 0.1f * y.data[i];
    rank_one_update(slope * quadratic_form(y, u.v), u.v, m);
    return std::isfinite(m(0, 0)) ? Status::kOk : Status::kNotFinite;
  }
  float slope = 3;
  RankOne<N> u;
};

TEST(JacobianTest, FindsTheLargestEigenvalueOfALinearMap) {
  Linear drift;
  draw_target<3>({1, Stream::kTarget, 0, 0}, 1.0f, drift.u);
  JacobianWork<N, SymMatrix<N>> work;
  SymMatrix<N> y;
  observe(drift.u, 5.0f, {1, Stream::kNoise, 0, 0}, y);
  const JacobianBounds bounds = measure_jacobian(drift, {}, y, 5.0f, 0.5f, 8, work);
  EXPECT_EQ(bounds.status, Status::kOk);
  EXPECT_NEAR(bounds.power, 3.1, 1e-3);
  // A random direction has a squared overlap of 1 / 210 with u u^T.
  EXPECT_GE(bounds.random, 0.1 - 1e-4);
  EXPECT_LE(bounds.random, 1.0);
}

TEST(JacobianTest, IsZeroForAConstant) {
  Zero<N> drift;
  JacobianWork<N, RankOne<N>> work;
  const JacobianBounds bounds = measure_jacobian(drift, {}, SymMatrix<N>{}, 5.0f, 0.5f, 8, work);
  EXPECT_EQ(bounds.random, 0);
  EXPECT_EQ(bounds.power, 0);
}

TEST(JacobianTest, SaysWhatWentWrong) {
  Linear drift;
  JacobianWork<N, SymMatrix<N>> work;
  SymMatrix<N> y;
  y.set(0, 0, std::numeric_limits<float>::infinity());
  EXPECT_EQ(measure_jacobian(drift, {}, y, 5.0f, 0.5f, 8, work).status, Status::kNotFinite);
}

}  // namespace
}  // namespace driftbench
