#include "kernels/gaussian.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include "kernels/bounds.h"
#include "tests/support.h"

namespace driftbench {
namespace {

template <class Arch>
class GaussianTest : public ::testing::Test {};
TYPED_TEST_SUITE(GaussianTest, Architectures);

template <class Arch>
float first_lane(typename Simd<Arch>::F32 x) {
  alignas(64) float lanes[Simd<Arch>::kLanes];
  Simd<Arch>::store(lanes, x);
  return lanes[0];
}

template <class Arch>
std::array<float, kGaussianGroup> normals(const RandomAddress& at, std::uint64_t group) {
  alignas(64) std::array<float, kGaussianGroup> z;
  const auto vectors = gaussian_group<Arch>(at, group);
  for (int row = 0; row < 2; ++row) {
    for (int v = 0; v < vectors.kVectors; ++v) {
      Simd<Arch>::store(z.data() + row * kTile + v * Simd<Arch>::kLanes, vectors.row[row][v]);
    }
  }
  return z;
}

double exact_radius(std::uint32_t word) {
  const float u = static_cast<float>(static_cast<std::int32_t>(word >> 1)) + 0.5f;  // the uniform times 2^31, as stated
  return std::sqrt(-2.0 * std::log(static_cast<double>(u) * 0x1p-31));
}

/// Returns cos(2 pi word / 2^32), which is exactly 0, 1 or -1 where the cosine is.
double exact_cosine(std::uint32_t word) {
  const std::uint32_t quarter = (word + (1U << 29)) >> 30;
  const double angle = static_cast<std::int32_t>(word - (quarter << 30)) * (std::numbers::pi * 0x1p-31);
  const double values[] = {std::cos(angle), -std::sin(angle), -std::cos(angle), std::sin(angle)};
  return values[quarter % 4];
}
double exact_sine(std::uint32_t word) { return exact_cosine(word - (1U << 30)); }

double ulps(float value, double exact) {
  if (exact == 0.0) return value == 0.0f ? 0.0 : HUGE_VAL;
  return std::fabs(value - exact) / std::ldexp(1.0, std::ilogb(exact) - 23);
}

TYPED_TEST(GaussianTest, ErrorInUlps) {
  using S = Simd<TypeParam>;
  std::vector<std::uint32_t> words;
  for (std::uint32_t edge = 0; edge < 16; ++edge) {  // eighths of a turn, and powers of two for the logarithm
    for (std::uint32_t offset : {0U, 1U, 2U, ~0U, ~1U}) words.push_back((edge << 28) + offset);
    for (std::uint32_t offset : {0U, 1U, ~0U}) words.push_back((1U << (2 * edge)) + offset);
  }
  // These words lie around sqrt(1/2), where the exponent that the logarithm splits off changes.
  for (std::uint32_t offset = 0; offset < 1024; offset += 32) words.push_back(0xb504f100U + offset);
  Inputs random(1);
  for (int i = 0; i < 500; ++i) words.push_back(random.word());

  double worst = 0.0;
  for (std::uint32_t angle : words) {
    typename S::F32 cosine, sine;
    gaussian_detail::unit_circle<TypeParam>(S::broadcast(angle), cosine, sine);
    for (std::uint32_t length : words) {
      const auto r = gaussian_detail::radius<TypeParam>(S::broadcast(length));
      const double radius = exact_radius(length);
      worst = std::max({worst, ulps(first_lane<TypeParam>(r * cosine), radius * exact_cosine(angle)),
                        ulps(first_lane<TypeParam>(r * sine), radius * exact_sine(angle))});
      ASSERT_LE(worst, kGaussianMaxUlp) << std::hex << "words " << length << ", " << angle;
    }
  }
  this->RecordProperty("worst_ulp", std::to_string(worst));
}

TYPED_TEST(GaussianTest, GroupIsTheTransformOfItsWords) {
  const RandomAddress at{11, Stream::kDrift, 3, 5};
  for (std::uint64_t group = 0; group < 1000; ++group) {
    const auto z = normals<TypeParam>(at, group);
    for (std::size_t i = 0; i < kTile; ++i) {
      const auto block = philox(at, group * kPhiloxGroup + i / 2);
      const std::uint32_t length = block[i % 2], angle = block[2 + i % 2];
      ASSERT_LE(ulps(z[i], exact_radius(length) * exact_cosine(angle)), kGaussianMaxUlp) << group << ", " << i;
      ASSERT_LE(ulps(z[i + kTile], exact_radius(length) * exact_sine(angle)), kGaussianMaxUlp) << group << ", " << i;
    }
  }
}

TYPED_TEST(GaussianTest, TailAndCentreAreTheExtremeWords) {
  using S = Simd<TypeParam>;
  const auto radius = [](std::uint32_t word) {
    return first_lane<TypeParam>(gaussian_detail::radius<TypeParam>(S::broadcast(word)));
  };
  EXPECT_LE(radius(0), kGaussianTail);
  EXPECT_GE(radius(0), kGaussianTail * (1.0f - 1e-4f));
  EXPECT_GE(radius(0xffffffff), 0.0f);
  EXPECT_LE(radius(0xffffffff), 1e-3f);
  float previous = radius(0);
  for (std::uint32_t word = 1; word < 1U << 20; word += 17) {  // the result must be neither above the limit nor NaN
    const float r = radius(word);
    ASSERT_LE(r, previous * (1.0f + 4.0f * kUnitRoundoff)) << word;
    previous = r;
  }
}

TYPED_TEST(GaussianTest, FillGaussianTakesPositionsAndPadsWithZeros) {
  const RandomAddress at{2, Stream::kNoise, 1, 9};
  for_sizes<1, 15, 16, 17, 31, 32, 33, 48, 350>([&]<int N>() {
    Guarded<Vec<N>> x;
    for (float& stale : x.value.data) stale = NAN;
    fill_gaussian<TypeParam>(at, x.value);
    for (int i = 0; i < N; ++i) {
      const auto z = normals<TypeParam>(at, static_cast<std::uint64_t>(i / kGaussianGroup));
      EXPECT_EQ(x.value[i], z[static_cast<std::size_t>(i % kGaussianGroup)]) << "element " << i;
    }
    EXPECT_TRUE(padding_is_zero(x.value) && x.intact());
  });
}

}  // namespace
}  // namespace driftbench
