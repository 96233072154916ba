#include "kernels/top_k.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

#include "tests/support.h"

namespace driftbench {
namespace {

/// Compares with a stable sort of the magnitudes, which keeps lower indices first among equal ones.
void expect_top_k(std::span<const float> x, int k, float kth, std::span<const float> p) {
  std::vector<std::size_t> order(x.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t i, std::size_t j) { return std::fabs(x[i]) > std::fabs(x[j]); });
  order.resize(static_cast<std::size_t>(k));
  std::vector<float> expected(p.size());  // including the padding
  for (std::size_t i : order) expected[i] = (x[i] < 0.0f ? -1.0f : 1.0f) * (1.0f / std::sqrt(static_cast<float>(k)));
  EXPECT_EQ(kth, std::fabs(x[order.back()])) << "k = " << k;
  EXPECT_EQ(std::vector<float>(p.begin(), p.end()), expected) << "k = " << k;
}

template <class Arch>
class TopKTest : public ::testing::Test {
 protected:
  template <int K, int N>
  static void check(const Vec<N>& x) {
    const auto before = x;
    Guarded<Vec<N>> p;
    for (float& stale : p.value.data) stale = std::numeric_limits<float>::quiet_NaN();
    top_k_signs<K, Arch>(x, p.value);
    expect_top_k({x.data, std::size_t{N}}, K, kth_largest_magnitude<K, Arch>(x), p.value.data);
    EXPECT_TRUE(p.intact() && same_bits(x, before));
  }

  template <int N, class F>
  static void check_all_k(F make) {
    for (int trial = 0; trial < 20; ++trial) {
      Vec<N> x;
      for (float& value : x) value = make();
      check<1>(x);
      check<(N + 1) / 2>(x);
      check<N>(x);
    }
  }
  template <class F>
  static void check_all_sizes(F make) {
    for_sizes<1, 2, 15, 16, 17, 33, 350>([&]<int N>() { check_all_k<N>(make); });
  }
};
TYPED_TEST_SUITE(TopKTest, Architectures);

TYPED_TEST(TopKTest, Random) {
  Inputs random(1);
  this->check_all_sizes([&] { return random.normal(); });
}

TYPED_TEST(TopKTest, TiesGoToLowerIndices) {
  Inputs random(2);
  this->check_all_sizes([&] { return std::round(random.normal()); });
}

TYPED_TEST(TopKTest, Zeros) {
  this->check_all_sizes([] { return 0.0f; });
  this->check_all_sizes([] { return -0.0f; });
}

TYPED_TEST(TopKTest, FewerNonZerosThanK) {
  Inputs random(3);
  this->check_all_sizes([&] { return std::max(0.0f, random.normal() - 2.0f); });
}

TYPED_TEST(TopKTest, ExtremeMagnitudes) {
  Inputs random(4);
  const float values[] = {std::numeric_limits<float>::denorm_min(), std::numeric_limits<float>::min(), 1.0f,
                          std::nextafter(1.0f, 2.0f), std::numeric_limits<float>::max()};
  int i = 0;
  this->check_all_sizes([&] { return values[i++ % 5] * (random.normal() < 0.0f ? -1.0f : 1.0f); });
}

TYPED_TEST(TopKTest, CountIncludesThePadding) {
  Vec<17> x;
  Inputs(5).fill(x);
  EXPECT_EQ(count_at_least<TypeParam>(x, 0.0f), 32);
  EXPECT_EQ(count_at_least<TypeParam>(x, std::numeric_limits<float>::max()), 0);
}

}  // namespace
}  // namespace driftbench
