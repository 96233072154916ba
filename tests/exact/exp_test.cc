#include "kernels/exp.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "kernels/bounds.h"
#include "kernels/simd.h"

namespace driftbench {
namespace {

constexpr float kExpLowest = -87, kExpHighest = 88;

template <class Arch>
class ExpTest : public testing::Test {
 public:
  /// e^x in the first of the lanes, the same x in all.
  static float exp_of(float x) {
    using S = Simd<Arch>;
    alignas(64) float out[S::kLanes];
    S::store(out, driftbench::exp<Arch>(S::broadcast(x)));
    for (float lane : out) EXPECT_EQ(std::bit_cast<std::uint32_t>(lane), std::bit_cast<std::uint32_t>(out[0]));
    return out[0];
  }
};
struct ArchName {
  template <class Arch>
  static std::string GetName(int) {
    return std::is_same_v<Arch, OneLane> ? "OneLane" : "Default";
  }
};
using Archs = testing::Types<DefaultArch, OneLane>;
TYPED_TEST_SUITE(ExpTest, Archs, ArchName);

/// Every 997th float of the range, on both sides of zero.
TYPED_TEST(ExpTest, IsWithinItsBound) {
  double worst = 0;
  const auto check = [&](float x) {
    const double exact = std::exp(static_cast<double>(x));
    const double ulp = std::ldexp(1.0, std::ilogb(exact) - 23);
    const double error = std::fabs(static_cast<double>(this->exp_of(x)) - exact) / ulp;
    ASSERT_LE(error, kExpMaxUlp) << "at " << x;
    worst = std::fmax(worst, error);
  };
  for (std::uint32_t bits = 0; std::bit_cast<float>(bits) <= kExpHighest; bits += 997) {
    check(std::bit_cast<float>(bits));
  }
  for (std::uint32_t bits = 0x80000000; std::bit_cast<float>(bits) >= kExpLowest; bits += 997) {
    check(std::bit_cast<float>(bits));
  }
  for (const float x : {0.0f, -0.0f, 1.0f, kExpLowest, kExpHighest}) check(x);
  this->RecordProperty("max_ulp", std::to_string(worst));
}

TYPED_TEST(ExpTest, SaturatesOutsideItsRange) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  for (const float x : {std::nextafter(kExpLowest, -kInfinity), -88.0f, -1e4f, -1e30f, -kInfinity}) {
    EXPECT_EQ(this->exp_of(x), 0.0f) << "at " << x;
  }
  for (const float x : {std::nextafter(kExpHighest, kInfinity), 89.0f, 1e4f, 1e30f, kInfinity}) {
    EXPECT_EQ(this->exp_of(x), this->exp_of(kExpHighest)) << "at " << x;
  }
  EXPECT_TRUE(std::isnan(this->exp_of(std::numeric_limits<float>::quiet_NaN())));
}

}  // namespace
}  // namespace driftbench
