#include "runtime/target.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "tests/support.h"

namespace driftbench {
namespace {

RandomAddress draw_address(std::uint64_t chain) { return {1, Stream::kTarget, chain, 0}; }

TEST(WordSequence, IsThePhiloxStream) {
  const auto at = draw_address(5);
  WordSequence words(at);
  for (std::uint64_t block = 0; block < 3; ++block) {
    for (std::uint32_t word : philox(at, block)) EXPECT_EQ(words.next(), word);
  }
}

TEST(DrawTarget, ExactlyKEntries) {
  const auto check = []<int K, int N>() {
    const float magnitude = 1.0f / std::sqrt(static_cast<float>(K));
    for (std::uint64_t chain = 0; chain < 1000; ++chain) {
      RankOne<N> x{NAN, {}};
      x.v[0] = NAN;
      draw_target<K>(draw_address(chain), 0.5f, x);
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
TEST(DrawTarget, SupportsAndSignsAreUniform) {
  constexpr int kDraws = 400'000, kPatterns = 160;
  std::map<std::vector<int>, int> counts;
  for (std::uint64_t chain = 0; chain < kDraws; ++chain) {
    RankOne<6> x;
    draw_target<3>(draw_address(chain), 0.5f, x);
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
TEST(DrawTarget, WeightIsTheProbabilityOfASpike) {
  constexpr int kDraws = 100'000;
  for (float w : {0.0f, 0.1f, 0.5f, 0.9f, 1.0f}) {
    int spikes = 0;
    for (std::uint64_t chain = 0; chain < kDraws; ++chain) {
      RankOne<8> x;
      draw_target<2>(draw_address(chain), w, x);
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
TEST(DrawTarget, ASpikeIsAWordBelowTheWeight) {
  for (std::uint64_t chain = 0; chain < 10'000; ++chain) {
    const double fraction = WordSequence(draw_address(chain)).next() * 0x1p-32;
    const auto nearest = static_cast<float>(fraction);
    for (float w : {0.0f, std::nextafter(nearest, 0.0f), nearest, std::nextafter(nearest, 1.0f), 1.0f}) {
      RankOne<5> x;
      draw_target<2>(draw_address(chain), w, x);
      EXPECT_EQ(x.scale, fraction < w ? 1.0f : 0.0f) << fraction << " " << w;
    }
  }
}

// The first word at this address is 2^32 - 127, which rounds to 2^32 in single precision.
TEST(DrawTarget, WeightOneIsCertain) {
  const auto at = draw_address(64830807);
  ASSERT_EQ(WordSequence(at).next(), 0xffffff81);
  RankOne<8> x;
  draw_target<2>(at, 1.0f, x);
  EXPECT_EQ(x.scale, 1.0f);
}

template <class Arch>
class ObserveTest : public ::testing::Test {};
TYPED_TEST_SUITE(ObserveTest, Architectures);

// The means over kDraws observations are normal around t x, so their squares sum to a chi-square, and so do the squares
// of the deviations from t x. Four sums with two sides each at 4.2e-8 make 3.4e-7.
TYPED_TEST(ObserveTest, MeanAndVariances) {
  constexpr int N = 17, kDraws = 4000;
  constexpr float t = 6.0f;
  RankOne<N> x;
  draw_target<4>(draw_address(1), 1.0f, x);
  std::vector<double> sums(std::size_t{N} * N);
  double squares[2] = {}, mean_squares[2] = {};
  for (std::uint64_t chain = 0; chain < kDraws; ++chain) {
    SymMatrix<N> y;
    y.set(3, 2, NAN);  // what was there before does not matter
    observe<TypeParam>(x, t, {2, Stream::kNoise, chain, 0}, y);
    for (int i = 0; i < N; ++i) {
      for (int j = 0; j <= i; ++j) {
        const double deviation = static_cast<double>(y(i, j)) - static_cast<double>(t) * x.v[i] * x.v[j];
        const double variance = i == j ? t : 0.5 * t;
        sums[static_cast<std::size_t>(i * N + j)] += deviation;
        squares[i == j] += deviation * deviation / variance;
      }
    }
    EXPECT_TRUE(padding_is_zero(y));
  }
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j <= i; ++j) {
      const double variance = kDraws * (i == j ? t : 0.5 * t);
      mean_squares[i == j] += std::pow(sums[static_cast<std::size_t>(i * N + j)], 2) / variance;
    }
  }
  const double elements[2] = {N * (N - 1) / 2, N};
  for (int diagonal : {0, 1}) {
    EXPECT_FALSE(improbable_chi_square(mean_squares[diagonal], elements[diagonal])) << mean_squares[diagonal];
    EXPECT_FALSE(improbable_chi_square(squares[diagonal], kDraws * elements[diagonal])) << squares[diagonal];
  }
}

}  // namespace
}  // namespace driftbench
