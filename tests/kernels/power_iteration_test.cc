// Tests the iteration of a fixed length in leading_eigenvector.h.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include "kernels/bounds.h"
#include "kernels/leading_eigenvector.h"
#include "tests/kernels/eigenvalues.h"
#include "tests/support.h"

namespace driftbench {
namespace {

template <class Arch>
class PowerIteration : public ::testing::Test {};
TYPED_TEST_SUITE(PowerIteration, Architectures);

TYPED_TEST(PowerIteration, AgainstDouble) {
  for_sizes<1, 2, 16, 17, 64, 350>([]<int N>() {
    constexpr int kIterations = 4;
    Inputs random(N);
    const auto a = std::make_unique<SymMatrix<N>>();
    random.fill(*a);
    Guarded<Vec<N>> v, workspace;
    random.fill(v.value);
    Vec<N> step = v.value;
    EXPECT_EQ(power_iteration<TypeParam>(*a, kIterations, v.value, workspace.value), Status::kOk);

    // Each iteration is compared with the same one in double precision, from the same vector.
    const auto h = full(*a);
    for (int k = 0; k < kIterations; ++k) {
      std::vector<double> next(N), magnitude(N);
      double norm = 0.0, magnitude_norm = 0.0;
      for (std::size_t i = 0; i < N; ++i) {
        for (std::size_t j = 0; j < N; ++j) {
          const double term = h[i][j] * static_cast<double>(step.data[j]);
          next[i] += term;
          magnitude[i] += std::fabs(term);
        }
        norm += next[i] * next[i];
        magnitude_norm += magnitude[i] * magnitude[i];
      }
      norm = std::sqrt(norm);
      magnitude_norm = std::sqrt(magnitude_norm);
      EXPECT_EQ(power_iteration<TypeParam>(*a, 1, step, workspace.value), Status::kOk);
      // The norm has the errors of the product, of half a dot product and of its root; inverse and product follow.
      const double product = multiply_error(padded(N));
      const double scale = product * magnitude_norm / norm + 0.5 * dot_error(padded(N)) + 3 * kUnitRoundoff;
      for (std::size_t i = 0; i < N; ++i) {
        EXPECT_NEAR(step.data[i], next[i] / norm, product * magnitude[i] / norm + scale * std::fabs(next[i] / norm))
            << "iteration " << k << ", element " << i;
      }
    }
    EXPECT_TRUE(same_bits(v.value, step));
    expect_unit(v.value);
    EXPECT_TRUE(v.intact() && workspace.intact());
  });
}

TYPED_TEST(PowerIteration, KeepsAVectorInTheKernel) {
  SymMatrix<17> a;
  Vec<17> v, workspace;
  v[3] = 1.0f;
  const auto before = v;
  EXPECT_EQ(power_iteration<TypeParam>(a, 25, v, workspace), Status::kOk);
  EXPECT_TRUE(same_bits(v, before));
}

TYPED_TEST(PowerIteration, NotifiesOfEachProduct) {
  SymMatrix<17> a;
  Vec<17> v, workspace;
  Inputs random(3);
  random.fill(a);
  random.fill(v);
  std::vector<int> parts;
  EXPECT_EQ(power_iteration<TypeParam>(a, 3, v, workspace, [&](int part) { parts.push_back(part); }), Status::kOk);
  EXPECT_EQ(parts, (std::vector<int>{1, 0, 1, 0, 1, 0, 1}));
}

TYPED_TEST(PowerIteration, NotFiniteAnywhereGivesZero) {
  constexpr int N = 19;
  Inputs random(6);
  for (float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                    -std::numeric_limits<float>::infinity(), 1e30f, std::numeric_limits<float>::max()}) {
    for (int i = 0; i < N; ++i) {
      for (int j = 0; j <= i; ++j) {
        SymMatrix<N> a;
        Vec<N> v, workspace;
        random.fill(a);
        random.fill(v);
        a.set(i, j, bad);
        EXPECT_EQ(power_iteration<TypeParam>(a, 25, v, workspace), Status::kNotFinite);
        EXPECT_TRUE(same_bits(v, Vec<N>{})) << bad << " at " << i << ", " << j;
      }
    }
  }
}

}  // namespace
}  // namespace driftbench
