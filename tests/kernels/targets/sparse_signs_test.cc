#include "kernels/targets/sparse_signs.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <map>
#include <vector>

#include "kernels/word_sequence.h"
#include "tests/support.h"

namespace driftbench {
namespace {

RandomAddress draw_address(std::uint64_t chain) { return {1, Stream::kTarget, chain, 0}; }

TEST(SparseSigns, ExactlyKEntries) {
  const auto check = []<int K, int N>() {
    const float magnitude = 1.0f / std::sqrt(static_cast<float>(K));
    for (std::uint64_t chain = 0; chain < 1000; ++chain) {
      RankOne<N> x{NAN, {}};
      x.v[0] = NAN;
      SparseSigns<N, K>{0.5f}.draw(draw_address(chain), x);
      int entries = 0;
      for (float value : x.v) {
        EXPECT_TRUE(value == 0.0f || std::fabs(value) == magnitude);
        entries += value != 0.0f;
      }
      EXPECT_EQ(entries, K);
      EXPECT_TRUE(padding_is_zero(x.v));
      EXPECT_TRUE(x.scale == 0.0f || x.scale == 1.0f);
    }
  };
  check.operator()<1, 1>();
  check.operator()<1, 5>();
  check.operator()<5, 5>();
  check.operator()<3, 17>();
  check.operator()<20, 350>();
}

// The counts of the C(6, 3) * 2^3 patterns make a chi-square with 159 degrees of freedom; its two sides at 4.2e-8 make
// 8.4e-8 in all.
TEST(SparseSigns, SupportsAndSignsAreUniform) {
  constexpr int kDraws = 400'000, kPatterns = 160;
  std::map<std::vector<int>, int> counts;
  for (std::uint64_t chain = 0; chain < kDraws; ++chain) {
    RankOne<6> x;
    SparseSigns<6, 3>{0.5f}.draw(draw_address(chain), x);
    std::vector<int> pattern;
    for (float value : x.v) pattern.push_back((value > 0.0f) - (value < 0.0f));
    ++counts[pattern];
  }
  ASSERT_EQ(counts.size(), std::size_t{kPatterns});
  double chi_square = 0.0;
  for (const auto& [pattern, count] : counts) {
    chi_square += std::pow(count - 1.0 * kDraws / kPatterns, 2) / (1.0 * kDraws / kPatterns);
  }
  EXPECT_FALSE(improbable_chi_square(chi_square, kPatterns - 1)) << chi_square;
}

// Chernoff's bound has two sides at 4.2e-8 for each of three weights, which makes 2.5e-7.
TEST(SparseSigns, WeightIsTheProbabilityOfASpike) {
  constexpr int kDraws = 100'000;
  for (float w : {0.0f, 0.1f, 0.5f, 0.9f, 1.0f}) {
    int spikes = 0;
    for (std::uint64_t chain = 0; chain < kDraws; ++chain) {
      RankOne<8> x;
      SparseSigns<8, 2>{w}.draw(draw_address(chain), x);
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

// A spike is drawn exactly where the first word, as a fraction of 2^32, is below w; double precision tells them apart.
// One word in 512 is so small that weights beside it lie between two words.
TEST(SparseSigns, ASpikeIsAWordBelowTheWeight) {
  for (std::uint64_t chain = 0; chain < 10'000; ++chain) {
    const double fraction = WordSequence(draw_address(chain)).next() * 0x1p-32;
    const auto nearest = static_cast<float>(fraction);
    for (float w : {0.0f, std::nextafter(nearest, 0.0f), nearest, std::nextafter(nearest, 1.0f), 1.0f}) {
      RankOne<5> x;
      SparseSigns<5, 2>{w}.draw(draw_address(chain), x);
      EXPECT_EQ(x.scale, fraction < w ? 1.0f : 0.0f) << fraction << " " << w;
    }
  }
}

// The first word at this address is 2^32 - 127, which rounds to 2^32 in single precision.
TEST(SparseSigns, WeightOneIsCertain) {
  const auto at = draw_address(64830807);
  ASSERT_EQ(WordSequence(at).next(), 0xffffff81);
  RankOne<8> x;
  SparseSigns<8, 2>{1.0f}.draw(at, x);
  EXPECT_EQ(x.scale, 1.0f);
}

}  // namespace
}  // namespace driftbench
