// Compares each operation, lane by lane, with the same operation on plain numbers.
#include "kernels/simd.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "tests/support.h"

namespace driftbench {
namespace {

template <class Arch>
class SimdTest : public ::testing::Test {
 protected:
  using S = Simd<Arch>;
  using F32 = typename S::F32;
  using U32 = typename S::U32;
  using U64 = typename S::U64;
  static constexpr int W = S::kLanes, W64 = S::kLanes64;

  template <class T, int Count>
  struct alignas(64) Lanes : std::array<T, static_cast<std::size_t>(Count)> {};
  using Floats = Lanes<float, W>;
  using Words = Lanes<std::uint32_t, W>;
  using Longs = Lanes<std::uint64_t, W64>;

  static F32 load(const Floats& x) { return S::load(x.data()); }
  static U32 load(const Words& x) {
    alignas(64) float bits[W];
    std::memcpy(bits, x.data(), sizeof bits);
    return S::bits(S::load(bits));
  }
  static U64 load(const Longs& x) { return S::load(x.data()); }

  static Floats lanes(F32 x) {
    Floats out;
    S::store(out.data(), x);
    return out;
  }
  static Words word_lanes(U32 x) {
    Words out;
    S::store(out.data(), x);
    return out;
  }
  static Longs long_lanes(U64 x) {
    alignas(64) U32 words[2];
    S::interleave_low_words(x, S::shift_right(x, 32), words);
    Longs out;
    std::memcpy(out.data(), words, sizeof(std::uint64_t) * static_cast<std::size_t>(W64));
    return out;
  }

  static Floats floats(Inputs& random) {
    Floats out;
    for (float& x : out) x = std::ldexp(static_cast<float>(static_cast<std::int32_t>(random.word())), -28);
    return out;
  }
  static Words words(Inputs& random) {
    Words out;
    for (auto& x : out) x = random.word();
    return out;
  }
  static Longs longs(Inputs& random) {
    Longs out;
    for (auto& x : out) x = std::uint64_t{random.word()} << 32 | random.word();
    return out;
  }

  Inputs random_{1};
};
TYPED_TEST_SUITE(SimdTest, Architectures);

TYPED_TEST(SimdTest, LoadStoreBroadcast) {
  using T = SimdTest<TypeParam>;
  const auto x = T::floats(this->random_);
  EXPECT_EQ(T::lanes(T::load(x)), x);
  for (float lane : T::lanes(T::S::broadcast(-1.5f))) EXPECT_EQ(lane, -1.5f);
  for (auto lane : T::word_lanes(T::S::broadcast(std::uint32_t{0x80000001}))) EXPECT_EQ(lane, 0x80000001U);
  for (auto lane : T::long_lanes(T::S::broadcast(std::uint64_t{0x8000000140000002}))) {
    EXPECT_EQ(lane, 0x8000000140000002U);
  }
}

TYPED_TEST(SimdTest, UnalignedLoadsAndStoresTakeEveryAddress) {
  using T = SimdTest<TypeParam>;
  alignas(64) float in[3 * T::W];
  for (int i = 0; i < 3 * T::W; ++i) in[i] = static_cast<float>(i + 1);
  for (int from = 0; from < 2 * T::W; ++from) {
    alignas(64) float out[3 * T::W] = {};
    T::S::store_unaligned(out + from, T::S::load_unaligned(in + 2 * T::W - from));
    for (int i = 0; i < 3 * T::W; ++i) {
      const bool inside = from <= i && i < from + T::W;
      EXPECT_EQ(out[i], inside ? static_cast<float>(2 * T::W - 2 * from + i + 1) : 0.0f) << from << ", " << i;
    }
  }
}

TYPED_TEST(SimdTest, TransposeExchangesRowsAndLanes) {
  using T = SimdTest<TypeParam>;
  typename T::Floats rows[T::W];
  typename T::F32 vectors[T::W];
  for (int i = 0; i < T::W; ++i) {
    rows[i] = T::floats(this->random_);
    vectors[i] = T::load(rows[i]);
  }
  T::S::transpose(vectors);
  for (std::size_t i = 0; i < T::W; ++i) {
    const auto column = T::lanes(vectors[i]);
    for (std::size_t j = 0; j < T::W; ++j) EXPECT_EQ(column[j], rows[j][i]) << "row " << j << ", lane " << i;
  }
}

TYPED_TEST(SimdTest, FloatArithmetic) {
  using T = SimdTest<TypeParam>;
  for (int trial = 0; trial < 100; ++trial) {
    const auto a = T::floats(this->random_), b = T::floats(this->random_), c = T::floats(this->random_);
    const auto fma = T::lanes(T::S::fma(T::load(a), T::load(b), T::load(c)));
    const auto root = T::lanes(T::S::sqrt(T::S::abs(T::load(a)))), magnitude = T::lanes(T::S::abs(T::load(a)));
    const auto quotient = T::lanes(T::S::divide(T::load(a), T::load(b)));
    const auto chosen = T::lanes(T::S::select(T::load(a) < T::load(b), T::load(a), T::load(c)));
    for (std::size_t i = 0; i < a.size(); ++i) {
      // The target may fuse the two operations or not, but nothing between these two results is right.
      EXPECT_TRUE(fma[i] == std::fma(a[i], b[i], c[i]) || fma[i] == a[i] * b[i] + c[i]) << "lane " << i;
      EXPECT_EQ(quotient[i], a[i] / b[i]);
      EXPECT_EQ(root[i], std::sqrt(std::fabs(a[i])));
      EXPECT_EQ(magnitude[i], std::fabs(a[i]));
      EXPECT_EQ(chosen[i], a[i] < b[i] ? a[i] : c[i]);
    }
  }
}

TYPED_TEST(SimdTest, ComparisonsWithNaNAreFalse) {
  using T = SimdTest<TypeParam>;
  const auto nan = T::S::broadcast(std::numeric_limits<float>::quiet_NaN());
  const auto one = T::S::broadcast(1.0f), zero = T::S::broadcast(0.0f);
  for (const auto& mask : {nan < one, one < nan, nan <= one, nan >= one, nan == nan}) {
    for (float lane : T::lanes(T::S::select(mask, one, zero))) EXPECT_EQ(lane, 0.0f);
  }
  for (float lane : T::lanes(T::S::abs(T::S::broadcast(-0.0f)))) EXPECT_FALSE(std::signbit(lane));
}

TYPED_TEST(SimdTest, Reductions) {
  using T = SimdTest<TypeParam>;
  // With small integers every order of addition gives the same sum.
  typename T::F32 rows[T::W];
  typename T::Floats sums{};
  for (int r = 0; r < T::W; ++r) {
    typename T::Floats row;
    for (float& x : row)
      sums[static_cast<std::size_t>(r)] += x = static_cast<float>(this->random_.word() % 1000) - 500.0f;
    rows[r] = T::load(row);
    EXPECT_EQ(T::S::reduce_add(rows[r]), sums[static_cast<std::size_t>(r)]);
  }
  EXPECT_EQ(T::lanes(T::S::reduce_add_rows(rows)), sums);
}

TYPED_TEST(SimdTest, WordsAndFloats) {
  using T = SimdTest<TypeParam>;
  const std::uint32_t edges[] = {0, 1, 0x7fffffff, 0x80000000, 0x80000001, 0xffffffff, 0x01000001, 0xfeffffff};
  for (int trial = 0; trial < 100; ++trial) {
    auto a = T::words(this->random_);
    if (trial < 8) a[static_cast<std::size_t>(trial) % a.size()] = edges[trial];
    const auto word = T::load(a);
    const auto number = T::lanes(T::S::from_signed(word));
    EXPECT_EQ(T::word_lanes(T::S::bits(T::S::from_bits(word))), a);
    for (int n : {1, 23, 31}) {
      const auto shifted = T::word_lanes(T::S::shift_right_signed(word, n));
      const auto logical = T::word_lanes(T::S::shift_right(word, n)), left = T::word_lanes(T::S::shift_left(word, n));
      for (std::size_t i = 0; i < a.size(); ++i) {
        EXPECT_EQ(shifted[i], static_cast<std::uint32_t>(static_cast<std::int32_t>(a[i]) >> n));
        EXPECT_EQ(logical[i], a[i] >> n);
        EXPECT_EQ(left[i], a[i] << n);
      }
    }
    for (std::size_t i = 0; i < a.size(); ++i) {
      EXPECT_EQ(number[i], static_cast<float>(static_cast<std::int32_t>(a[i]))) << std::hex << a[i];
    }
  }
}

TYPED_TEST(SimdTest, WordsWrapAround) {
  using T = SimdTest<TypeParam>;
  const auto a = T::words(this->random_), b = T::words(this->random_);
  const auto sum = T::word_lanes(T::load(a) + T::load(b)), difference = T::word_lanes(T::load(a) - T::load(b));
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(sum[i], a[i] + b[i]);
    EXPECT_EQ(difference[i], a[i] - b[i]);
  }
}

TYPED_TEST(SimdTest, MultipliesLowWordsWhateverLiesAbove) {
  using T = SimdTest<TypeParam>;
  for (int trial = 0; trial < 100; ++trial) {
    const auto a = T::longs(this->random_), b = T::longs(this->random_);
    const auto product = T::long_lanes(T::S::multiply_low_words(T::load(a), T::load(b)));
    for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(product[i], (a[i] & 0xffffffff) * (b[i] & 0xffffffff));
  }
}

TYPED_TEST(SimdTest, InterleavesLowWordsWhateverLiesAbove) {
  using T = SimdTest<TypeParam>;
  const auto a = T::longs(this->random_), b = T::longs(this->random_);
  alignas(64) typename T::U32 out[2];
  T::S::interleave_low_words(T::load(a), T::load(b), out);
  std::uint32_t words[2 * T::W64];
  std::memcpy(words, out, sizeof words);
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(words[2 * i], static_cast<std::uint32_t>(a[i]));
    EXPECT_EQ(words[2 * i + 1], static_cast<std::uint32_t>(b[i]));
  }
}

}  // namespace
}  // namespace driftbench
