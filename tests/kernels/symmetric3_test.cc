// Tests the 3 x 3 problem that each step of leading_eigenvector solves.
#include <gtest/gtest.h>

#include <cmath>

#include "kernels/bounds.h"
#include "kernels/leading_eigenvector.h"
#include "tests/kernels/eigenvalues.h"
#include "tests/support.h"

namespace driftbench {
namespace {

TEST(Symmetric3Eigenvector, AgainstDouble) {
  Inputs random(11);
  for (int trial = 0; trial < 10000; ++trial) {
    const float spread = trial % 3 == 0 ? 1.0f : trial % 3 == 1 ? 1e-3f : 1e3f;  // size of the off-diagonal elements
    const Symmetric3 m{random.normal(), spread * random.normal(), spread * random.normal(),
                       random.normal(), spread * random.normal(), random.normal()};
    const double h[3][3] = {{m.a, m.b, m.c}, {m.b, m.d, m.e}, {m.c, m.e, m.f}};
    const Vec3 found = leading_eigenvector(m);
    const double x[3] = {found.x, found.y, found.z};
    double value = 0.0, length = 0.0, size = 0.0;
    for (int i = 0; i < 3; ++i) {
      length += x[i] * x[i];
      for (int j = 0; j < 3; ++j) {
        value += x[i] * h[i][j] * x[j];
        size += h[i][j] * h[i][j];
      }
    }
    // There are some 24 rotations, each of which errs by a few roundings of ||H||.
    const double bound = 24 * 4 * static_cast<double>(kUnitRoundoff);
    const double largest =
        eigenvalues({{h[0][0], h[0][1], h[0][2]}, {h[1][0], h[1][1], h[1][2]}, {h[2][0], h[2][1], h[2][2]}}).back();
    EXPECT_NEAR(length, 1.0, bound);
    EXPECT_NEAR(value, largest, bound * std::sqrt(size));
  }
}

TEST(Symmetric3Eigenvector, DiagonalMatricesPickTheLargest) {
  for (int top = 0; top < 3; ++top) {
    const float d[3] = {top == 0 ? 2.0f : -5.0f, top == 1 ? 2.0f : 1.0f, top == 2 ? 2.0f : 0.0f};
    const Vec3 x = leading_eigenvector(Symmetric3{d[0], 0, 0, d[1], 0, d[2]});
    EXPECT_EQ(std::fabs(x.x), top == 0 ? 1.0f : 0.0f);
    EXPECT_EQ(std::fabs(x.y), top == 1 ? 1.0f : 0.0f);
    EXPECT_EQ(std::fabs(x.z), top == 2 ? 1.0f : 0.0f);
  }
}

}  // namespace
}  // namespace driftbench
