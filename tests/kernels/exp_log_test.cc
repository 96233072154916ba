#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "kernels/bounds.h"
#include "kernels/exp.h"
#include "kernels/log.h"
#include "tests/support.h"

namespace driftbench {
namespace {

template <class Arch>
class ExpLogTest : public ::testing::Test {
 protected:
  /// Returns f of every value, computed in full vectors.
  template <class F>
  static std::vector<float> map(std::vector<float> values, F f) {
    using S = Simd<Arch>;
    alignas(64) float block[kTile];
    for (std::size_t start = 0; start < values.size(); start += kTile) {
      const std::size_t count = std::min<std::size_t>(kTile, values.size() - start);
      for (std::size_t i = 0; i < kTile; ++i) block[i] = values[start + (i < count ? i : 0)];
      for (int i = 0; i < kTile; i += S::kLanes) S::store(block + i, f(S::load(block + i)));
      std::copy_n(block, count, values.begin() + static_cast<std::ptrdiff_t>(start));
    }
    return values;
  }
  static std::vector<float> exp_of(const std::vector<float>& x) {
    return map(x, [](auto lanes) { return driftbench::exp<Arch>(lanes); });
  }
  static std::vector<float> log_of(const std::vector<float>& x) {
    return map(x, [](auto lanes) { return driftbench::log<Arch>(lanes); });
  }

  /// Returns the distance from the exact value in units of its last place.
  static double ulps(float value, double exact) {
    const auto nearest = static_cast<float>(exact);
    return std::fabs(value - exact) / (std::nextafter(std::fabs(nearest), INFINITY) - std::fabs(nearest));
  }
};
TYPED_TEST_SUITE(ExpLogTest, Architectures);

TYPED_TEST(ExpLogTest, ExpIsWithinItsBound) {
  std::vector<float> x;
  for (double value = -87; value <= 88; value += 1.0 / 4096) x.push_back(static_cast<float>(value * 0.99999));
  const auto y = this->exp_of(x);
  for (std::size_t i = 0; i < x.size(); ++i) {
    ASSERT_LE(this->ulps(y[i], std::exp(static_cast<double>(x[i]))), kExpMaxUlp) << "exp " << x[i];
  }
}

TYPED_TEST(ExpLogTest, LogIsWithinItsBound) {
  std::vector<float> x;
  for (float value = std::numeric_limits<float>::min(); value < 1e38f; value *= 1.00037f) x.push_back(value);
  for (int i = -4000; i <= 4000; ++i) x.push_back(1 + static_cast<float>(i) * 0x1p-22f);  // around the zero of log
  const auto y = this->log_of(x);
  for (std::size_t i = 0; i < x.size(); ++i) {
    ASSERT_LE(this->ulps(y[i], std::log(static_cast<double>(x[i]))), kLogMaxUlp) << "log " << x[i];
  }
}

TYPED_TEST(ExpLogTest, ExpBeyondItsRange) {
  const float inf = std::numeric_limits<float>::infinity(), largest = static_cast<float>(std::exp(88.0));
  const auto y = this->exp_of({-87.01f, -1e30f, -inf, 88.01f, 1e30f, inf, 0.0f, -0.0f});
  EXPECT_EQ(y[0], 0.0f);
  EXPECT_EQ(y[1], 0.0f);
  EXPECT_EQ(y[2], 0.0f);
  for (int i = 3; i < 6; ++i) EXPECT_LE(this->ulps(y[static_cast<std::size_t>(i)], largest), kExpMaxUlp);
  EXPECT_EQ(y[6], 1.0f);
  EXPECT_EQ(y[7], 1.0f);
  EXPECT_TRUE(std::isnan(this->exp_of({std::numeric_limits<float>::quiet_NaN()})[0]));
}

}  // namespace
}  // namespace driftbench
