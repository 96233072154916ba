#include "kernels/lanes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>

#include "kernels/bounds.h"
#include "kernels/drifts/lane_power.h"
#include "kernels/drifts/power.h"
#include "kernels/euler_maruyama.h"
#include "kernels/targets/sparse_signs.h"
#include "kernels/top_k.h"
#include "runtime/lane_sampler.h"
#include "runtime/sampler.h"
#include "tests/support.h"

namespace driftbench {
namespace {

template <class Arch>
class Lanes : public ::testing::Test {
 protected:
  static constexpr int kLanes = Simd<Arch>::kLanes;
};
TYPED_TEST_SUITE(Lanes, Architectures);

TYPED_TEST(Lanes, ProductOfEachChainIsWithinItsBound) {
  for_sizes<1, 2, 7, 8, 9, 16, 20, 32, 33>([&]<int N>() {
    Inputs inputs(1);
    const auto a = std::make_unique<LaneSymMatrix<N, TypeParam>>();
    auto x = std::make_unique<LaneVec<N, TypeParam>>();
    auto y = std::make_unique<Guarded<LaneVec<N, TypeParam>>>();
    SymMatrix<N> one[TestFixture::kLanes];
    Vec<N> v[TestFixture::kLanes];
    for (int lane = 0; lane < TestFixture::kLanes; ++lane) {
      inputs.fill(one[lane]);
      inputs.fill(v[lane]);
      for (int i = 0; i < N; ++i) {
        x->at(i, lane) = v[lane][i];
        for (int j = 0; j <= i; ++j) a->set(i, j, lane, one[lane](i, j));
      }
    }
    multiply<TypeParam>(*a, *x, y->value);
    EXPECT_TRUE(y->intact());
    for (int lane = 0; lane < TestFixture::kLanes; ++lane) {
      const auto exact = exact_product(one[lane], v[lane]);
      for (int i = 0; i < N; ++i) {
        double magnitude = 0;
        for (int j = 0; j < N; ++j) magnitude += std::fabs(static_cast<double>(one[lane](i, j)) * v[lane][j]);
        EXPECT_NEAR(y->value.at(i, lane), exact[static_cast<std::size_t>(i)], multiply_error(padded(N)) * magnitude)
            << "chain " << lane << ", element " << i;
      }
    }
    for (int i = N; i < y->value.kPadded; ++i) {
      for (int lane = 0; lane < TestFixture::kLanes; ++lane) EXPECT_EQ(y->value.at(i, lane), 0.0f);
    }
  });
}

TYPED_TEST(Lanes, SelectionIsThatOfOneChainTiesIncluded) {
  constexpr int kN = 21, kK = 5;
  Inputs inputs(2);
  LaneVec<kN, TypeParam> x, p;
  Vec<kN> v[TestFixture::kLanes];
  for (int lane = 0; lane < TestFixture::kLanes; ++lane) {
    for (int i = 0; i < kN; ++i) {
      // Every other chain has few different magnitudes, and one has only zeros.
      const float value = lane == 3 ? 0.0f : lane % 2 == 0 ? std::round(inputs.normal()) : inputs.normal();
      v[lane][i] = x.at(i, lane) = value;
    }
  }
  top_k_signs<kK, TypeParam>(x, p);
  for (int lane = 0; lane < TestFixture::kLanes; ++lane) {
    Vec<kN> expected;
    top_k_signs<kK, TypeParam>(v[lane], expected);
    for (int i = 0; i < kN; ++i) EXPECT_EQ(p.at(i, lane), expected[i]) << "chain " << lane << ", element " << i;
  }
}

TYPED_TEST(Lanes, NormalsAreThoseOfEachChain) {
  for_sizes<5, 32, 40>([&]<int N>() {
    const RandomAddress at{7, Stream::kDrift, (std::uint64_t{1} << 32) - 2, 9};
    LaneVec<N, TypeParam> x;
    fill_gaussian<TypeParam>(LaneNormals<TypeParam>(at), x);
    for (int lane = 0; lane < TestFixture::kLanes; ++lane) {
      Vec<N> expected;
      fill_gaussian<TypeParam>({at.seed, at.stream, at.chain + static_cast<std::uint64_t>(lane), at.step}, expected);
      for (int i = 0; i < N; ++i) EXPECT_EQ(x.at(i, lane), expected[i]) << "chain " << lane << ", element " << i;
    }
  });
}

// The step includes the drift's part, for which the estimate is any rank-one matrix.
TYPED_TEST(Lanes, StepOfEachChainHasTheSameBits) {
  for_sizes<1, 3, 16, 17, 32, 35>([&]<int N>() {
    Inputs inputs(3);
    const RandomAddress at{5, Stream::kNoise, 3, 4};
    auto y = std::make_unique<LaneSymMatrix<N, TypeParam>>();
    LaneRankOne<N, TypeParam> m;
    auto expected = std::make_unique<SymMatrix<N>>();
    for (int lane = 0; lane < TestFixture::kLanes; ++lane) {
      m.scale[lane] = inputs.normal();
      for (int i = 0; i < N; ++i) m.v.at(i, lane) = inputs.normal();
      for (int i = 0; i < N; ++i) {
        for (int j = 0; j <= i; ++j) y->set(i, j, lane, static_cast<float>(i - j + lane));
      }
    }
    euler_maruyama<TypeParam>(m, 0.25f, LaneNormals<TypeParam>(at), *y);
    for (int lane = 0; lane < TestFixture::kLanes; ++lane) {
      RankOne<N> estimate;
      m.get(lane, estimate);
      for (int i = 0; i < N; ++i) {
        for (int j = 0; j <= i; ++j) expected->set(i, j, static_cast<float>(i - j + lane));
      }
      euler_maruyama<TypeParam>(estimate, 0.25f,
                                {at.seed, at.stream, at.chain + static_cast<std::uint64_t>(lane), at.step}, *expected);
      for (int i = 0; i < N; ++i) {
        for (int j = 0; j <= i; ++j) {
          EXPECT_EQ(y->at(i, j, lane), (*expected)(i, j)) << "chain " << lane << ", (" << i << ", " << j << ")";
        }
      }
    }
  });
}

TYPED_TEST(Lanes, PowerFollowsTheChainsOfPower) {
  constexpr int kN = 24, kK = 4, kSteps = 200;
  const auto lanes = std::make_unique<LaneSampler<kN, LanePower<SparseSigns<kN, kK>, TypeParam>, TypeParam>>();
  const auto one = std::make_unique<Sampler<kN, Power<SparseSigns<kN, kK>, TypeParam>, TypeParam>>();
  constexpr std::uint64_t kFirst = 4;
  lanes->start(1, kFirst);
  for (int i = 1; i <= kSteps; ++i) EXPECT_EQ(lanes->step(0.5f * static_cast<float>(i)), Status::kOk);
  EXPECT_EQ(lanes->t(), 0.5f * kSteps);
  // An estimate is a sign pattern or zero, so another order of sums changes it only where two entries nearly tie.
  int equal = 0;
  for (int lane = 0; lane < TestFixture::kLanes; ++lane) {
    one->start(1, kFirst + static_cast<std::uint64_t>(lane));
    for (int i = 1; i <= kSteps; ++i) one->step(0.5f * static_cast<float>(i));
    RankOne<kN> estimate;
    lanes->estimate().get(lane, estimate);
    equal += same_bits(estimate.v, one->estimate().v) && estimate.scale == one->estimate().scale;
  }
  EXPECT_GE(equal, TestFixture::kLanes - TestFixture::kLanes / 8);
}

// A planted pattern must be found in every chain, at its own place.
TYPED_TEST(Lanes, PowerFindsWhatIsPlantedAndGatesNoise) {
  constexpr int kN = 32, kK = 4;
  auto y = std::make_unique<LaneSymMatrix<kN, TypeParam>>();
  LanePower<SparseSigns<kN, kK>, TypeParam> drift;
  LaneRankOne<kN, TypeParam> m;
  const float t = 400.0f;
  euler_maruyama<TypeParam>(m, t, LaneNormals<TypeParam>({3, Stream::kNoise, 0, 0}), *y);
  for (int lane = 0; lane < TestFixture::kLanes; lane += 2) {
    for (int i = 0; i < kK; ++i) {
      for (int j = 0; j <= i; ++j) y->set(lane + i, lane + j, lane, y->at(lane + i, lane + j, lane) + t / kK);
    }
  }
  drift.randomize({3, Stream::kDrift, 0, 0});
  EXPECT_EQ(drift(*y, t, m), Status::kOk);
  for (int lane = 0; lane < TestFixture::kLanes; ++lane) {
    EXPECT_EQ(m.scale[lane], lane % 2 == 0 ? 1.0f : 0.0f) << "chain " << lane;
    for (int i = 0; i < kN && lane % 2 == 0; ++i) {
      const bool planted = lane <= i && i < lane + kK;
      EXPECT_EQ(std::fabs(m.v.at(i, lane)), planted ? 0.5f : 0.0f) << "chain " << lane << ", element " << i;
    }
  }
}

TYPED_TEST(Lanes, ChainThatIsNotFiniteLeavesTheOthersAlone) {
  constexpr int kN = 16, kK = 3;
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), 1e30f}) {
    auto y = std::make_unique<LaneSymMatrix<kN, TypeParam>>();
    LanePower<SparseSigns<kN, kK>, TypeParam> drift;
    LaneRankOne<kN, TypeParam> m, before;
    euler_maruyama<TypeParam>(m, 100.0f, LaneNormals<TypeParam>({3, Stream::kNoise, 0, 0}), *y);
    drift.randomize({3, Stream::kDrift, 0, 0});
    EXPECT_EQ(drift(*y, 100.0f, before), Status::kOk);
    const int lane = TestFixture::kLanes - 1;
    y->set(5, 2, lane, bad);
    EXPECT_EQ(drift(*y, 100.0f, m), Status::kNotFinite) << bad;
    RankOne<kN> estimate, other;
    m.get(lane, estimate);
    EXPECT_EQ(estimate.scale, 0.0f) << bad;
    for (float value : estimate.v) EXPECT_TRUE(std::isfinite(value)) << bad;
    for (int i = 0; i < lane; ++i) {
      m.get(i, estimate);
      before.get(i, other);
      EXPECT_TRUE(same_bits(estimate, other)) << bad << ", chain " << i;
    }
  }
}

}  // namespace
}  // namespace driftbench
