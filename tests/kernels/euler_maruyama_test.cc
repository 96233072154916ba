#include "kernels/euler_maruyama.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "kernels/bounds.h"
#include "tests/support.h"

namespace driftbench {
namespace {

constexpr RandomAddress kAddress{5, Stream::kNoise, 2, 3};

template <class Arch>
class EulerMaruyamaTest : public ::testing::Test {};
TYPED_TEST_SUITE(EulerMaruyamaTest, Architectures);

/// Returns the normal of element (i, j), with i >= j, from the address that the header states.
template <int N, class Arch>
float normal_of(const SymMatrix<N>& y, const RandomAddress& at, int i, int j) {
  const auto position = y.tile(i / kTile, j / kTile) + i % kTile * kTile + j % kTile - y.data;
  alignas(64) float lanes[Simd<Arch>::kLanes];
  const auto group = gaussian_group<Arch>(at, static_cast<std::uint64_t>(position / kGaussianGroup));
  const auto in_row = position % kTile;
  Simd<Arch>::store(lanes, group.row[position % kGaussianGroup / kTile][in_row / Simd<Arch>::kLanes]);
  return lanes[in_row % Simd<Arch>::kLanes];
}

/// Compares a step with the same step in double precision. Its normals come from the generator of NormalArch, which may
/// differ from Arch.
template <class Arch, class NormalArch, int N, class Estimate, class Element>
void check_step(const Estimate& m, Element element) {
  constexpr float kDt = 0.37f;
  const auto y = std::make_unique<Guarded<SymMatrix<N>>>();
  Inputs(N + 1).fill(y->value);
  const auto before = std::make_unique<SymMatrix<N>>(y->value);
  const auto m_before = std::make_unique<Estimate>(m);
  euler_maruyama<Arch>(m, kDt, kAddress, y->value);
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j <= i; ++j) {
      const double noise = std::sqrt((i == j ? 1.0 : 0.5) * static_cast<double>(kDt)) *
                           static_cast<double>(normal_of<N, NormalArch>(*before, kAddress, i, j));
      const double old = (*before)(i, j), drift = static_cast<double>(kDt) * element(i, j);
      const double bound = kEulerMaruyamaError * (std::fabs(old) + std::fabs(drift) + std::fabs(noise));
      EXPECT_NEAR(y->value(i, j), old + drift + noise, bound) << i << ", " << j;
      // Products also read the mirrored element of a tile on the diagonal.
      if (i / kTile == j / kTile) {
        const float mirrored = y->value.tile(i / kTile, i / kTile)[j % kTile * kTile + i % kTile];
        EXPECT_NEAR(mirrored, old + drift + noise, bound) << j << ", " << i;
      }
    }
  }
  EXPECT_TRUE(padding_is_zero(y->value) && y->intact());
  EXPECT_TRUE(same_bits(m, *m_before));
}

TYPED_TEST(EulerMaruyamaTest, EachElementOfAStep) {
  for_sizes<1, 2, 15, 16, 17, 31, 33, 350>([]<int N>() {
    Inputs random(N);
    const auto rank_one = std::make_unique<RankOne<N>>();
    rank_one->scale = -1.7f;
    random.fill(rank_one->v);
    check_step<TypeParam, TypeParam, N>(*rank_one, [&](int i, int j) {
      return static_cast<double>(rank_one->scale) * rank_one->v[i] * rank_one->v[j];
    });
    const auto full = std::make_unique<SymMatrix<N>>();
    random.fill(*full);
    check_step<TypeParam, TypeParam, N>(*full, [&](int i, int j) { return static_cast<double>((*full)(i, j)); });
    check_step<TypeParam, OneLane, N>(*full, [&](int i, int j) { return static_cast<double>((*full)(i, j)); });
  });
}

TYPED_TEST(EulerMaruyamaTest, NoTimeNoChange) {
  SymMatrix<17> y, m;
  Inputs random(1);
  random.fill(y);
  random.fill(m);
  const auto before = y;
  euler_maruyama<TypeParam>(m, 0.0f, kAddress, y);
  for (int i = 0; i < 17; ++i) {
    for (int j = 0; j < 17; ++j) EXPECT_EQ(y(i, j), before(i, j));
  }
}

TYPED_TEST(EulerMaruyamaTest, NoiseIsExactlySymmetric) {
  SymMatrix<33> y;
  euler_maruyama<TypeParam>(RankOne<33>{}, 0.5f, kAddress, y);
  for (int i = 0; i < 33; ++i) {
    for (int j = 0; j < i; ++j) {
      if (i / kTile == j / kTile) {
        EXPECT_EQ(y(i, j), y.tile(i / kTile, i / kTile)[j % kTile * kTile + i % kTile]);
      }
    }
  }
}

// The sums of squares over the stated variances are chi-square: 2 sums with 2 sides at 4.2e-8 for each size, which
// makes 5.1e-7 in all.
TYPED_TEST(EulerMaruyamaTest, Variances) {
  constexpr float kDt = 0.5f;
  for_sizes<2, 17, 350>([]<int N>() {
    constexpr int kSteps = 40 + 20000 / N;
    const auto y = std::make_unique<SymMatrix<N>>();
    double off_diagonal = 0.0, diagonal = 0.0;
    for (std::uint64_t step = 0; step < kSteps; ++step) {
      y->set_zero();
      euler_maruyama<TypeParam>(RankOne<N>{}, kDt, {9, Stream::kNoise, 1, step}, *y);
      for (int i = 0; i < N; ++i) {
        for (int j = 0; j <= i; ++j) {
          const double value = (*y)(i, j);
          (i == j ? diagonal : off_diagonal) += value * value;
        }
      }
    }
    const double count = kSteps;
    EXPECT_FALSE(improbable_chi_square(off_diagonal / (0.5 * kDt), count * N * (N - 1) / 2)) << off_diagonal;
    EXPECT_FALSE(improbable_chi_square(diagonal / kDt, count * N)) << diagonal;
  });
}

TYPED_TEST(EulerMaruyamaTest, EachPartOfTheAddressCounts) {
  const auto draw = [](const RandomAddress& at) {
    SymMatrix<16> y;
    euler_maruyama<TypeParam>(RankOne<16>{}, 1.0f, at, y);
    return y;
  };
  const auto base = draw(kAddress);
  EXPECT_TRUE(same_bits(base, draw(kAddress)));
  auto chain = kAddress, step = kAddress, seed = kAddress, stream = kAddress;
  ++chain.chain;
  ++step.step;
  ++seed.seed;
  stream.stream = Stream::kTarget;
  for (const auto& at : {chain, step, seed, stream}) EXPECT_NE(draw(at)(1, 0), base(1, 0));
}

}  // namespace
}  // namespace driftbench
