#include "kernels/drifts/exact.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "kernels/bounds.h"
#include "kernels/targets/sparse_signs.h"
#include "runtime/observe.h"

namespace driftbench {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// Returns the posterior mean, summed pattern by pattern in double precision, row by row.
template <int N, int K>
std::vector<double> reference(const SymMatrix<N>& y, double t, double w) {
  struct Pattern {
    std::array<int, K> support;
    unsigned negative;
    double exponent;
  };
  std::vector<Pattern> patterns;
  std::array<int, K> support;
  for (int i = 0; i < K; ++i) support[static_cast<std::size_t>(i)] = i;
  const auto sign = [](unsigned negative, std::size_t a) { return (negative >> a & 1U) != 0 ? -1.0 : 1.0; };
  for (bool more = true; more;) {
    for (unsigned negative = 0; negative < 1U << K; negative += 2) {
      double form = 0;
      for (std::size_t a = 0; a < K; ++a) {
        for (std::size_t b = 0; b < K; ++b) {
          form += sign(negative, a) * sign(negative, b) * static_cast<double>(y(support[a], support[b]));
        }
      }
      patterns.push_back({support, negative, form / K - t / 2});
    }
    std::size_t last = K;
    while (last > 0 && support[last - 1] == N - K + static_cast<int>(last) - 1) --last;
    more = last > 0;
    if (!more) break;
    ++support[last - 1];
    for (std::size_t b = last; b < K; ++b) support[b] = support[b - 1] + 1;
  }
  EXPECT_EQ(static_cast<double>(patterns.size()), sign_patterns(N, K));

  std::vector<double> mean(std::size_t{N} * N, 0.0);
  if (w == 0) return mean;
  const double null = std::log(static_cast<double>(patterns.size())) + std::log1p(-w) - std::log(w);
  double highest = null;
  for (const Pattern& p : patterns) highest = std::max(highest, p.exponent);
  double total = std::exp(null - highest);
  for (const Pattern& p : patterns) total += std::exp(p.exponent - highest);
  for (const Pattern& p : patterns) {
    const double weight = std::exp(p.exponent - highest) / (total * K);
    for (std::size_t a = 0; a < K; ++a) {
      for (std::size_t b = 0; b < K; ++b) {
        mean[static_cast<std::size_t>(p.support[a] * N + p.support[b])] +=
            weight * sign(p.negative, a) * sign(p.negative, b);
      }
    }
  }
  return mean;
}

template <int N, int K, class Arch>
void expect_posterior_mean(Exact<SparseSigns<N, K>, Arch>& exact, const SymMatrix<N>& y, float t, double w,
                           double bound) {
  // Nothing of an earlier estimate may show in the next one.
  SymMatrix<N> m;
  for (float& a : m.data) a = std::numeric_limits<float>::quiet_NaN();
  ASSERT_EQ(exact(y, t, m), Status::kOk);
  const auto mean = reference<N, K>(y, t, w);
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j < N; ++j) {
      ASSERT_NEAR(m(i, j), mean[static_cast<std::size_t>(i * N + j)], bound) << i << ", " << j << " at t = " << t;
    }
  }
  SymMatrix<N> inside;
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j <= i; ++j) inside.set(i, j, m(i, j));
  }
  EXPECT_EQ(std::memcmp(m.data, inside.data, sizeof m.data), 0) << "padding is not zero, or a tile not symmetric";
}

/// Compares estimates with the reference at signal-to-noise ratios from next to none to far above every threshold, or
/// at those given.
template <int N, int K, class Arch>
void expect_posterior_means(double w, const std::vector<float>& times = {0.01f, 2.0f, 10.0f, 25.0f, 80.0f, 2000.0f}) {
  const auto exact = std::make_unique<Exact<SparseSigns<N, K>, Arch>>();
  exact->target.w = static_cast<float>(w);
  RankOne<N> x;
  SymMatrix<N> y;
  for (const float t : times) {
    const RandomAddress at{/*seed=*/3, Stream::kTarget, static_cast<std::uint64_t>(std::fmin(t, 1e9f) * 100), 0};
    SparseSigns<N, K>{0.7f}.draw(at, x);
    observe<Arch>(x, t, {at.seed, Stream::kNoise, at.chain, 0}, y);
    expect_posterior_mean<N, K, Arch>(*exact, y, t, w, static_cast<double>(kExactError));
  }
}

template <class Arch>
class ExactTest : public testing::Test {};
using Archs = testing::Types<DefaultArch, OneLane>;
TYPED_TEST_SUITE(ExactTest, Archs, );

TYPED_TEST(ExactTest, MatchesEnumerationInDouble) {
  expect_posterior_means<12, 3, TypeParam>(0.5);
  expect_posterior_means<16, 3, TypeParam>(0.5);
  expect_posterior_means<20, 3, TypeParam>(0.5);
  expect_posterior_means<24, 4, TypeParam>(0.5);
}

/// The edges are k = 1, 2 and n, and n around the lane counts 4, 8 and 16.
TYPED_TEST(ExactTest, MatchesEnumerationAtTheEdges) {
  expect_posterior_means<1, 1, TypeParam>(0.5);
  expect_posterior_means<15, 1, TypeParam>(0.5);
  expect_posterior_means<17, 1, TypeParam>(0.5);
  expect_posterior_means<2, 2, TypeParam>(0.5);
  expect_posterior_means<4, 2, TypeParam>(0.5);
  expect_posterior_means<5, 3, TypeParam>(0.5);
  expect_posterior_means<7, 7, TypeParam>(0.5);
  expect_posterior_means<8, 2, TypeParam>(0.5);
  expect_posterior_means<9, 5, TypeParam>(0.5);
  expect_posterior_means<33, 2, TypeParam>(0.5);
}

TYPED_TEST(ExactTest, WeighsTheNullByTheTarget) {
  for (const double w : {0.0, 0x1p-20, 0.125, 0.875, 1.0}) expect_posterior_means<12, 3, TypeParam>(w);
}

/// Large exponents nearly cancel here: that of the null, and those of patterns, which come in pairs that differ by less
/// than one.
TYPED_TEST(ExactTest, ErrsWithTheExponentsRounding) {
  constexpr int N = 12, K = 3;
  Exact<SparseSigns<N, K>, TypeParam> exact;
  SymMatrix<N> y;
  float largest = 0;
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j <= i; ++j) {
      // The blocks {0..5} and {6..11} have nearly equal couplings inside.
      const float value = i / 6 == j / 6 ? 1000.0f + 0.01f * static_cast<float>((7 * i + 5 * j) % 11) : 0.0f;
      y.set(i, j, value);
      largest = std::max(largest, value);
    }
  }
  const auto bound = static_cast<double>(exact_error(K, K * largest));
  for (const float t : {10.0f, 6000.0f, 6005.0f}) expect_posterior_mean<N, K, TypeParam>(exact, y, t, 0.5, bound);
}

TYPED_TEST(ExactTest, RefusesWhatIsNotFinite) {
  constexpr int N = 12;
  Exact<SparseSigns<N, 3>, TypeParam> exact;
  SymMatrix<N> m;
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), kInfinity, -kInfinity, 1e38f, -1e38f}) {
    for (const auto& [i, j] : {std::pair{0, 0}, {11, 11}, {7, 2}, {11, 0}}) {
      SymMatrix<N> y;
      y.set(i, j, bad);
      for (float& a : m.data) a = 1;
      EXPECT_EQ(exact(y, 1.0f, m), Status::kNotFinite) << bad << " at " << i << ", " << j;
      for (float a : m.data) ASSERT_EQ(a, 0);
    }
  }
  EXPECT_EQ(exact(SymMatrix<N>{}, std::numeric_limits<float>::quiet_NaN(), m), Status::kNotFinite);
}

/// A block of K x K equal elements lies far above the rest. Its pattern carries all the weight, however large the
/// exponent.
TYPED_TEST(ExactTest, FindsThePatternOfAnyFiniteBlock) {
  constexpr int N = 12, K = 3;
  Exact<SparseSigns<N, K>, TypeParam> exact;
  for (const float element : {1e5f, 3e9f, 1e10f, 1e20f, 0.999f * exact.kMaxElement}) {
    for (const double w : {0.5, 1.0}) {
      exact.target.w = static_cast<float>(w);
      SymMatrix<N> y;
      for (int i = 0; i < K; ++i) {
        for (int j = 0; j <= i; ++j) y.set(i, j, element);
      }
      expect_posterior_mean<N, K, TypeParam>(exact, y, 12.0f, w, static_cast<double>(kExactError));
    }
  }
}

/// The exponent of the null, half of t, is that of no pattern; it competes with whatever the noise leaves of theirs.
TYPED_TEST(ExactTest, WeighsTheNullAtAnyTime) {
  expect_posterior_means<12, 3, TypeParam>(1.0, {7e8f, 1e9f, 1e20f});
  expect_posterior_means<12, 3, TypeParam>(0.5, {7e8f, 1e9f, 1e20f});
}

TYPED_TEST(ExactTest, RefusesElementsWhoseSumsOverflow) {
  constexpr int N = 12;
  Exact<SparseSigns<N, 3>, TypeParam> exact;
  SymMatrix<N> y, m;
  for (const float sign : {1.0f, -1.0f}) {
    y.set(5, 4, sign * exact.kMaxElement);
    EXPECT_EQ(exact(y, 12.0f, m), Status::kOk);
    y.set(5, 4, sign * std::nextafter(exact.kMaxElement, kInfinity));
    EXPECT_EQ(exact(y, 12.0f, m), Status::kNotFinite);
  }
  // No sum of an accepted Y overflows: the largest possible sum is below the largest float by the factor that
  // kMaxElement keeps.
  static_assert(Exact<SparseSigns<N, 3>, TypeParam>::kMaxElement == std::numeric_limits<float>::max() / 24);
}

/// A drift that can be copied byte by byte has neither a pointer into itself nor memory that it has allocated.
TYPED_TEST(ExactTest, HoldsAllItsMemory) {
  static_assert(std::is_trivially_copyable_v<Exact<SparseSigns<24, 4>, TypeParam>>);
}

TEST(SignPatternsTest, CountsThem) {
  EXPECT_EQ(sign_patterns(12, 3), 880);
  EXPECT_EQ(sign_patterns(24, 4), 85008);
  EXPECT_EQ(sign_patterns(5, 5), 16);
  EXPECT_EQ(sign_patterns(7, 1), 7);
  EXPECT_EQ(sign_patterns(64, 6), 2399179776);
  EXPECT_EQ(sign_patterns(100000, 5000), 1e300);
  static_assert(exact_is_feasible(32, 4) && !exact_is_feasible(64, 6) && !exact_is_feasible(1024, 32));
}

}  // namespace
}  // namespace driftbench
