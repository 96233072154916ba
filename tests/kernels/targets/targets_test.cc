// Properties of every target: what is drawn, where it is rounded to, and the laws that tell the targets apart.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "kernels/sym_matrix.h"
#include "kernels/target.h"
#include "kernels/targets/signs.h"
#include "kernels/targets/sparse_signs.h"
#include "kernels/targets/sphere.h"
#include "kernels/targets/submatrix.h"
#include "tests/support.h"

namespace driftbench {
namespace {

RandomAddress draw_address(std::uint64_t chain) { return {3, Stream::kTarget, chain, 0}; }

template <class T>
class TargetTest : public ::testing::Test {};
using Targets = ::testing::Types<SparseSigns<37, 5>, Submatrix<37, 5>, Signs<37>, Sphere<37>, SparseSigns<16, 1>,
                                 Submatrix<16, 16>, Signs<1>, Sphere<1>>;
TYPED_TEST_SUITE(TargetTest, Targets);

TYPED_TEST(TargetTest, DrawsAreUnitVectorsOrNothing) {
  // Signs have a random number of entries, and norm 1 at density 1 alone.
  for (std::uint64_t chain = 0; chain < 200; ++chain) {
    Guarded<RankOne<TypeParam::kN>> x;
    x.value = {NAN, {}};
    for (float& entry : x.value.v) entry = NAN;
    TypeParam().draw(draw_address(chain), x.value);
    EXPECT_TRUE(x.value.scale == 0.0f || x.value.scale == 1.0f);
    EXPECT_NEAR(dot(x.value.v, x.value.v), 1, 1e-5);
    EXPECT_TRUE(padding_is_zero(x.value.v) && x.intact());
  }
}

// Chernoff's bound has two sides at 4.2e-8 for each of three weights, which makes 2.5e-7.
TYPED_TEST(TargetTest, WeightIsTheProbabilityOfASpike) {
  constexpr int kDraws = 20'000;
  for (const float w : {0.0f, 0.1f, 0.5f, 0.9f, 1.0f}) {
    int spikes = 0;
    TypeParam target;
    target.w = w;
    for (std::uint64_t chain = 0; chain < kDraws; ++chain) {
      RankOne<TypeParam::kN> x;
      target.draw(draw_address(chain), x);
      spikes += x.scale == 1.0f;
    }
    if (w == 0.0f || w == 1.0f) {
      EXPECT_EQ(spikes, w == 0.0f ? 0 : kDraws);
    } else {
      EXPECT_FALSE(improbable_count(spikes, w * kDraws)) << w << ": " << spikes;
      EXPECT_FALSE(improbable_count(kDraws - spikes, (1.0 - w) * kDraws)) << w << ": " << spikes;
    }
  }
}

/// u is the pattern nearest to itself, to a multiple of itself and, up to the sign, to -u.
TYPED_TEST(TargetTest, ADrawIsRoundedToItself) {
  constexpr int N = TypeParam::kN;
  const TypeParam target;
  for (std::uint64_t chain = 0; chain < 50; ++chain) {
    RankOne<N> x;
    target.draw(draw_address(chain), x);
    for (const float factor : {1.0f, 7.0f, 1e-3f, -1.0f}) {
      Vec<N> v;
      for (int i = 0; i < N; ++i) v[i] = factor * x.v[i];
      Guarded<Vec<N>> u;
      target.round(v, u.value);
      EXPECT_TRUE(u.intact() && padding_is_zero(u.value));
      EXPECT_NEAR(std::fabs(dot(u.value, x.v)), 1, 1e-5) << factor;
    }
  }
}

TYPED_TEST(TargetTest, DrawsDependOnTheAddressAlone) {
  constexpr int N = TypeParam::kN;
  const TypeParam target;
  RankOne<N> a, b;
  std::set<std::vector<float>> draws;
  for (std::uint64_t chain = 0; chain < 20; ++chain) {
    target.draw(draw_address(chain), a);
    target.draw(draw_address(chain), b);
    std::vector<float> first(a.v.begin(), a.v.end()), second(b.v.begin(), b.v.end());
    EXPECT_EQ(first, second);
    EXPECT_EQ(a.scale, b.scale);
    draws.insert(std::move(first));
  }
  if constexpr (N > 1 && !std::is_same_v<TypeParam, Submatrix<16, 16>>) {
    EXPECT_GT(draws.size(), 10U);
  }
}

/// The chi-square of the counts of C(6, 3) supports has 19 degrees of freedom.
TEST(Submatrix, SupportsAreUniform) {
  constexpr int kDraws = 100'000, kPatterns = 20;
  std::map<std::vector<bool>, int> counts;
  for (std::uint64_t chain = 0; chain < kDraws; ++chain) {
    RankOne<6> x;
    Submatrix<6, 3>().draw(draw_address(chain), x);
    std::vector<bool> pattern;
    for (const float value : x.v) {
      EXPECT_TRUE(value == 0.0f || value == 1.0f / std::sqrt(3.0f));
      pattern.push_back(value > 0.0f);
    }
    ++counts[pattern];
  }
  ASSERT_EQ(counts.size(), std::size_t{kPatterns});
  double chi_square = 0.0;
  for (const auto& [pattern, count] : counts) {
    chi_square += std::pow(count - 1.0 * kDraws / kPatterns, 2) / (1.0 * kDraws / kPatterns);
  }
  EXPECT_FALSE(improbable_chi_square(chi_square, kPatterns - 1)) << chi_square;
}

/// Each of the 3^4 patterns of entries has the product of its entries' probabilities: 80 degrees of freedom.
TEST(Signs, EntriesAreIndependent) {
  constexpr int kDraws = 400'000, N = 4;
  const Signs<N> target{0.5f, 0.3f};
  std::map<std::vector<int>, int> counts;
  for (std::uint64_t chain = 0; chain < kDraws; ++chain) {
    RankOne<N> x;
    target.draw(draw_address(chain), x);
    std::vector<int> pattern;
    for (const float value : x.v) {
      EXPECT_TRUE(value == 0.0f || std::fabs(value) == target.entry());
      pattern.push_back((value > 0.0f) - (value < 0.0f));
    }
    ++counts[pattern];
  }
  ASSERT_EQ(counts.size(), 81U);
  double chi_square = 0.0;
  for (const auto& [pattern, count] : counts) {
    double expected = kDraws;
    for (const int sign : pattern) expected *= sign == 0 ? 0.7 : 0.15;
    chi_square += std::pow(count - expected, 2) / expected;
  }
  EXPECT_FALSE(improbable_chi_square(chi_square, 80)) << chi_square;
}

/// (1 + <a, u>) / 2 of a point u on the sphere in three dimensions is uniform (Archimedes). With 100 cells the
/// chi-square has 99 degrees of freedom.
TEST(Sphere, HasTheLawOfAProjection) {
  constexpr int kDraws = 200'000, kCells = 100;
  std::vector<int> counts(kCells);
  for (std::uint64_t chain = 0; chain < kDraws; ++chain) {
    RankOne<3> x;
    Sphere<3>().draw(draw_address(chain), x);
    const double projection = 0.6 * static_cast<double>(x.v[0]) - 0.8 * static_cast<double>(x.v[2]);
    ++counts[static_cast<std::size_t>(std::clamp(static_cast<int>(kCells * (1 + projection) / 2), 0, kCells - 1))];
  }
  double chi_square = 0.0;
  for (const int count : counts) chi_square += std::pow(count - 1.0 * kDraws / kCells, 2) / (1.0 * kDraws / kCells);
  EXPECT_FALSE(improbable_chi_square(chi_square, kCells - 1)) << chi_square;
}

/// Every pattern is closer in angle to no other one; all of them are tried.
TEST(Submatrix, RoundsToTheNearestOfAllPatterns) {
  constexpr int N = 7, K = 3;
  Inputs inputs(4);
  for (int trial = 0; trial < 200; ++trial) {
    Vec<N> v, u;
    for (float& entry : v) entry = inputs.normal();
    Submatrix<N, K>().round(v, u);
    double best = 0;
    for (unsigned set = 0; set < 1U << N; ++set) {
      double product = 0;
      int size = 0;
      for (unsigned i = 0; i < N; ++i) {
        if ((set >> i & 1) == 0) continue;
        ++size;
        product += static_cast<double>(v[static_cast<int>(i)]) / std::sqrt(double{K});
      }
      if (size == K) best = std::max(best, std::fabs(product));
    }
    EXPECT_NEAR(std::fabs(static_cast<double>(dot(u, v))), best, 1e-5);
  }
}

TEST(Signs, RoundsEachEntryToTheNearest) {
  constexpr int N = 5;
  const Signs<N> target{0.5f, 0.8f};  // entries are +-1/2
  Vec<N> v, u;
  const float entries[N] = {0.9f, -0.26f, 0.24f, -0.2f, 0.1f};
  float norm = 0;
  for (const float entry : entries) norm += entry * entry;
  for (int i = 0; i < N; ++i) v[i] = 3 * entries[i];
  target.round(v, u);
  for (int i = 0; i < N; ++i) {
    const float unit = entries[i] / std::sqrt(norm);
    EXPECT_EQ(u[i], std::fabs(unit) < 0.25f ? 0.0f : std::copysign(target.entry(), unit)) << i;
  }
}

TEST(PatternTargets, CountTheirPatterns) {
  EXPECT_NEAR((SparseSigns<6, 3>().log_patterns()), std::log(20 * 4.0), 1e-4);
  EXPECT_NEAR((Submatrix<6, 3>().log_patterns()), std::log(20.0), 1e-4);
  EXPECT_NEAR(Signs<8>().log_patterns(), std::log(128.0), 1e-4);
  EXPECT_NEAR((Signs<8>{0.5f, 0.5f}.log_patterns()), std::log((std::pow(3.0, 8) - 1) / 2), 1e-3);
}

TEST(PatternTargets, KnowTheirThresholds) {
  EXPECT_FLOAT_EQ((SparseSigns<350, 20>().t_alg()), 175);
  EXPECT_FLOAT_EQ(Signs<350>().t_alg(), 175);
  EXPECT_NEAR((Submatrix<350, 20>().t_alg()), 175 / std::exp(1.0), 1e-3);
}

}  // namespace
}  // namespace driftbench
