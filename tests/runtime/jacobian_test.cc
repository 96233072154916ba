#include "runtime/jacobian.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>

#include "kernels/drifts/zero.h"
#include "kernels/targets/sparse_signs.h"
#include "runtime/observe.h"

namespace driftbench {
namespace {

constexpr int N = 20;

/// The drift slope * (projection of Y on u u^T) + 0.1 Y, whose Jacobian has the eigenvalues slope + 0.1 and 0.1.
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
  SparseSigns<N, 3>{1.0f}.draw({1, Stream::kTarget, 0, 0}, drift.u);
  JacobianWorkspace<N, SymMatrix<N>> workspace;
  SymMatrix<N> y;
  observe(drift.u, 5.0f, {1, Stream::kNoise, 0, 0}, y);
  const JacobianBounds bounds = measure_jacobian(drift, {}, y, 5.0f, 0.5f, 8, workspace);
  EXPECT_EQ(bounds.status, Status::kOk);
  EXPECT_NEAR(bounds.power, 3.1, 1e-3);
  // A random direction has a squared overlap of about 1 / 210 with u u^T.
  EXPECT_GE(bounds.random, 0.1 - 1e-4);
  EXPECT_LE(bounds.random, 1.0);
}

TEST(JacobianTest, IsZeroForAConstant) {
  Zero<N> drift;
  JacobianWorkspace<N, RankOne<N>> workspace;
  const JacobianBounds bounds = measure_jacobian(drift, {}, SymMatrix<N>{}, 5.0f, 0.5f, 8, workspace);
  EXPECT_EQ(bounds.random, 0);
  EXPECT_EQ(bounds.power, 0);
}

TEST(JacobianTest, SaysWhatWentWrong) {
  Linear drift;
  JacobianWorkspace<N, SymMatrix<N>> workspace;
  SymMatrix<N> y;
  y.set(0, 0, std::numeric_limits<float>::infinity());
  EXPECT_EQ(measure_jacobian(drift, {}, y, 5.0f, 0.5f, 8, workspace).status, Status::kNotFinite);
}

/// The drift 0.5 Y, which from some call on fails with a zero estimate. It runs out of iterations in the call before.
struct Failing {
  using Estimate = SymMatrix<N>;
  Status operator()(const SymMatrix<N>& y, float, Estimate& m) {
    m.set_zero();
    if (++calls >= failing_call) return Status::kNotFinite;
    add_multiple(0.5f, y, m);
    return calls + 1 == failing_call ? Status::kNotConverged : Status::kOk;
  }
  int calls = 0, failing_call = 1000;
};

TEST(JacobianTest, EndsWithTheBoundsMetBeforeAFailure) {
  JacobianWorkspace<N, SymMatrix<N>> workspace;
  SymMatrix<N> y;
  y.set(1, 0, 1e3f);
  Failing drift{.failing_call = 4};
  const JacobianBounds bounds = measure_jacobian(drift, {}, y, 5.0f, 0.5f, 8, workspace);
  EXPECT_EQ(bounds.status, Status::kNotFinite);
  EXPECT_EQ(drift.calls, 4);
  EXPECT_NEAR(bounds.random, 0.5, 1e-3);
  EXPECT_NEAR(bounds.power, 0.5, 1e-3);
  Failing converging{.failing_call = 11};
  EXPECT_EQ(measure_jacobian(converging, {}, y, 5.0f, 0.5f, 8, workspace).status, Status::kNotConverged);
  EXPECT_EQ(converging.calls, 10);
  Failing at_once{.failing_call = 1};
  EXPECT_EQ(measure_jacobian(at_once, {}, y, 5.0f, 0.5f, 8, workspace).power, 0);
}

/// A drift whose only non-zero element is another element of Y; which two these are does not matter. The power method
/// moves on from there to a direction of slope 0.
struct Shear {
  using Estimate = SymMatrix<N>;
  Status operator()(const SymMatrix<N>& y, float, Estimate& m) {
    m.set_zero();
    m.set(0, 0, y(2, 1));
    return Status::kOk;
  }
};

TEST(JacobianTest, KeepsTheLargestOfWhatItMeets) {
  Shear drift;
  JacobianWorkspace<N, SymMatrix<N>> workspace;
  const JacobianBounds bounds = measure_jacobian(drift, {}, SymMatrix<N>{}, 5.0f, 0.5f, 8, workspace);
  EXPECT_GT(bounds.random, 0);
  EXPECT_EQ(bounds.power, bounds.random);
}

/// A drift that is constant but for a jump: it is a sign pattern where Y has enough of it, and 0 elsewhere.
struct Jump {
  using Estimate = RankOne<N>;
  Status operator()(const SymMatrix<N>& y, float, Estimate& m) {
    m = u;
    if (quadratic_form(y, u.v) < 1.0f) m.set_zero();
    return Status::kOk;
  }
  RankOne<N> u;
};

/// Equal estimates must leave no direction: their difference holds only rounding, on any instruction set.
TEST(JacobianTest, FindsTheJumpOfAPattern) {
  Jump drift;
  SparseSigns<N, 3>{1.0f}.draw({1, Stream::kTarget, 0, 0}, drift.u);
  JacobianWorkspace<N, RankOne<N>> workspace;
  SymMatrix<N> y;
  constexpr float kH = 0.5f;
  // The isotropic direction has a part of about 1 / sqrt(210) along the pattern, which is too short for the jump.
  add_multiple(1.0f + 0.8f * kH, drift.u, y);
  const JacobianBounds bounds = measure_jacobian(drift, {}, y, 5.0f, kH, 8, workspace);
  EXPECT_LE(bounds.random, 1e-6);
  EXPECT_NEAR(bounds.power, 1 / kH, 1e-5);
  EXPECT_NEAR((measure_jacobian<N, Jump, OneLane>(drift, {}, y, 5.0f, kH, 8, workspace).power), 1 / kH, 1e-5);
}

/// The drift <Y, H> H, where H is the isotropic direction of one address.
struct AlongADirection {
  using Estimate = SymMatrix<N>;
  Status operator()(const SymMatrix<N>& y, float, Estimate& m) {
    double inner = 0;
    for (int i = 0; i < N; ++i) {
      for (int j = 0; j < N; ++j) inner += double{y(i, j)} * double{direction(i, j)};
    }
    m.set_zero();
    add_multiple(static_cast<float>(inner), direction, m);
    return Status::kOk;
  }
  SymMatrix<N> direction;
};

/// The noise that a drift is averaged over must not be the direction in which it is differentiated. In 210 dimensions
/// the cosine of two independent directions is below 0.5 except once in 1e13.
TEST(JacobianTest, DirectionsAreNotTheNoiseOfSmoothing) {
  AlongADirection drift;
  const RandomAddress at{3, Stream::kNoise, 1, 0};
  euler_maruyama(RankOne<N>{}, 1.0f, {at.seed, Stream::kSmoothing, at.chain, at.step}, drift.direction);
  const float length = frobenius_norm(drift.direction);
  for (float& element : drift.direction.data) element /= length;
  JacobianWorkspace<N, SymMatrix<N>> workspace;
  const JacobianBounds bounds = measure_jacobian(drift, at, SymMatrix<N>{}, 5.0f, 0.5f, 4, workspace);
  EXPECT_LT(bounds.random, 0.5);
  EXPECT_NEAR(bounds.power, 1, 1e-3);
}

}  // namespace
}  // namespace driftbench
