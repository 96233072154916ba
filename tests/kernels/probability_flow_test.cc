#include "kernels/probability_flow.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "kernels/bounds.h"
#include "tests/support.h"

namespace driftbench {
namespace {

template <class Arch>
class ProbabilityFlowTest : public ::testing::Test {};
TYPED_TEST_SUITE(ProbabilityFlowTest, Architectures);

template <class Arch, int N, class Estimate, class Element>
void check_step(const Estimate& m, Element element) {
  constexpr float kT = 3.3f, kNext = 4.7f;
  const auto y = std::make_unique<Guarded<SymMatrix<N>>>();
  Inputs(N + 1).fill(y->value);
  const auto before = std::make_unique<SymMatrix<N>>(y->value);
  const auto m_before = std::make_unique<Estimate>(m);
  probability_flow<Arch>(m, kT, kNext, y->value);
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j <= i; ++j) {
      const double grown = std::sqrt(double{kNext} / double{kT}) * static_cast<double>((*before)(i, j));
      const double drift = (double{kNext} - std::sqrt(double{kT} * double{kNext})) * element(i, j);
      const double bound = kProbabilityFlowError * (std::fabs(grown) + double{kNext} * std::fabs(element(i, j)));
      EXPECT_NEAR(y->value(i, j), grown + drift, bound) << i << ", " << j;
      if (i / kTile == j / kTile) {
        const float mirrored = y->value.tile(i / kTile, i / kTile)[j % kTile * kTile + i % kTile];
        EXPECT_NEAR(mirrored, grown + drift, bound) << j << ", " << i;
      }
    }
  }
  EXPECT_TRUE(padding_is_zero(y->value) && y->intact());
  EXPECT_TRUE(same_bits(m, *m_before));
}

TYPED_TEST(ProbabilityFlowTest, EachElementOfAStep) {
  for_sizes<1, 2, 15, 16, 17, 31, 33, 350>([]<int N>() {
    Inputs random(N);
    const auto rank_one = std::make_unique<RankOne<N>>();
    rank_one->scale = -1.7f;
    random.fill(rank_one->v);
    check_step<TypeParam, N>(*rank_one, [&](int i, int j) {
      return static_cast<double>(rank_one->scale) * rank_one->v[i] * rank_one->v[j];
    });
    const auto full = std::make_unique<SymMatrix<N>>();
    random.fill(*full);
    check_step<TypeParam, N>(*full, [&](int i, int j) { return static_cast<double>((*full)(i, j)); });
  });
}

}  // namespace
}  // namespace driftbench
