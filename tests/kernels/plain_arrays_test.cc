#include "kernels/plain_arrays.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "tests/support.h"

namespace driftbench {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();

/// An array of floats at an address that is a multiple of 4 bytes and of nothing more, between NaN that nobody may use.
class Array {
 public:
  explicit Array(std::size_t count) : all_(count + 2 * kGuard, kNaN), count_(count) {
    if (reinterpret_cast<std::uintptr_t>(all_.data() + kGuard) % 8 == 0) ++begin_;
    std::fill(data(), data() + count, 0.0f);
  }
  float* data() { return all_.data() + begin_; }
  float& operator[](std::size_t i) { return data()[i]; }
  bool intact() const {
    const auto is_nan = [](float x) { return std::isnan(x); };
    const auto begin = all_.begin() + static_cast<std::ptrdiff_t>(begin_);
    return std::all_of(all_.begin(), begin, is_nan) &&
           std::all_of(begin + static_cast<std::ptrdiff_t>(count_), all_.end(), is_nan);
  }

 private:
  static constexpr std::size_t kGuard = 64;
  std::vector<float> all_;
  std::size_t count_, begin_ = kGuard;
};

template <int N>
Array random_full(Inputs& random) {
  Array full(full_count(N));
  for (std::size_t i = 0; i < full_count(N); ++i) full[i] = random.normal();
  return full;
}

/// The index of element (i, j) in a full and, for i >= j, in a packed array.
template <int N>
std::size_t at(int i, int j) {
  return static_cast<std::size_t>(i * N + j);
}
std::size_t packed_at(int i, int j) { return static_cast<std::size_t>(i * (i + 1) / 2 + j); }

template <class Arch>
class PlainArrays : public ::testing::Test {
 protected:
  /// Sizes around the lane counts 4, 8 and 16 and around multiples of a tile.
  template <class F>
  static void for_all_sizes(F f) {
    for_sizes<1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 40, 70, 80>(f);
  }
};
TYPED_TEST_SUITE(PlainArrays, Architectures);

TYPED_TEST(PlainArrays, FillFromFullTakesTheSymmetricPart) {
  this->for_all_sizes([]<int N>() {
    Inputs random(N);
    Array full = random_full<N>(random);
    Guarded<SymMatrix<N>> a;
    SymMatrix<N> expected;
    for (int i = 0; i < N; ++i) {
      for (int j = 0; j <= i; ++j) expected.set(i, j, 0.5f * full[at<N>(i, j)] + 0.5f * full[at<N>(j, i)]);
    }
    EXPECT_TRUE(fill_from_full<TypeParam>(full.data(), a.value));
    EXPECT_TRUE(same_bits(a.value, expected));
    EXPECT_TRUE(a.intact());
  });
}

TYPED_TEST(PlainArrays, AveragesOfLargeNumbersDoNotOverflow) {
  const float largest = std::numeric_limits<float>::max();
  float full[4] = {largest, largest, largest, -largest};
  SymMatrix<2> a;
  EXPECT_TRUE(fill_from_full<TypeParam>(full, a));
  EXPECT_EQ(a(1, 0), largest);
  EXPECT_EQ(a(1, 1), -largest);
}

TYPED_TEST(PlainArrays, TheSmallestNumbersStaySymmetric) {
  constexpr int N = 33;
  Array full(full_count(N));
  for (std::size_t i = 0; i < full_count(N); ++i) full[i] = 0x1p-149f * static_cast<float>(i % 7);
  SymMatrix<N> a;
  EXPECT_TRUE(fill_from_full<TypeParam>(full.data(), a));
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j < i; ++j) {
      if (i / kTile != j / kTile) continue;
      const float* tile = a.tile(i / kTile, i / kTile);
      EXPECT_EQ(tile[i % kTile * kTile + j % kTile], tile[j % kTile * kTile + i % kTile]);
    }
  }
}

TYPED_TEST(PlainArrays, FillFromLowerDoesNotUseWhatIsAboveTheDiagonal) {
  this->for_all_sizes([]<int N>() {
    Inputs random(N);
    Array full = random_full<N>(random);
    SymMatrix<N> expected;
    for (int i = 0; i < N; ++i) {
      for (int j = 0; j <= i; ++j) expected.set(i, j, full[at<N>(i, j)]);
      for (int j = i + 1; j < N; ++j) full[at<N>(i, j)] = j % 2 == 0 ? kNaN : kInfinity;
    }
    Guarded<SymMatrix<N>> a;
    EXPECT_TRUE(fill_from_lower<TypeParam>(full.data(), a.value));
    EXPECT_TRUE(same_bits(a.value, expected));
    EXPECT_TRUE(a.intact());
  });
}

TYPED_TEST(PlainArrays, FillFromPackedReadsTheLowerTriangleByRows) {
  this->for_all_sizes([]<int N>() {
    Array packed(packed_count(N));
    SymMatrix<N> expected;
    for (int i = 0; i < N; ++i) {
      for (int j = 0; j <= i; ++j) {
        packed[packed_at(i, j)] = static_cast<float>(packed_at(i, j) + 1);
        expected.set(i, j, packed[packed_at(i, j)]);
      }
    }
    Guarded<SymMatrix<N>> a;
    EXPECT_TRUE(fill_from_packed<TypeParam>(packed.data(), a.value));
    EXPECT_TRUE(same_bits(a.value, expected));
    EXPECT_TRUE(a.intact());
  });
}

TYPED_TEST(PlainArrays, OneElementThatIsNotFiniteIsNoticedWhereverItIs) {
  for_sizes<1, 5, 16, 21, 40>([]<int N>() {
    Inputs random(N);
    Array full = random_full<N>(random), packed(packed_count(N));
    SymMatrix<N> a;
    fill_from_full<TypeParam>(full.data(), a);
    write_packed<TypeParam>(a, packed.data());
    for (int i = 0; i < N; ++i) {
      for (int j = 0; j < N; ++j) {
        const float wrong = (i + j) % 3 == 0 ? kNaN : (i + j) % 3 == 1 ? kInfinity : -kInfinity;
        float& element = full[at<N>(i, j)];
        const float right = element;
        element = wrong;
        EXPECT_FALSE(fill_from_full<TypeParam>(full.data(), a)) << i << ", " << j;
        EXPECT_EQ(fill_from_lower<TypeParam>(full.data(), a), j > i) << i << ", " << j;
        EXPECT_FALSE(all_finite<TypeParam>(full.data(), full_count(N))) << i << ", " << j;
        element = right;
        if (j > i) continue;
        float& packed_element = packed[packed_at(i, j)];
        const float packed_right = packed_element;
        packed_element = wrong;
        EXPECT_FALSE(fill_from_packed<TypeParam>(packed.data(), a)) << i << ", " << j;
        packed_element = packed_right;
      }
    }
    EXPECT_TRUE(all_finite<TypeParam>(full.data(), full_count(N)));
  });
}

TYPED_TEST(PlainArrays, AllFiniteReadsNoMoreThanItIsGiven) {
  for (std::size_t count = 0; count < 300; ++count) {
    Array values(count);
    for (std::size_t i = 0; i < count; ++i) values[i] = i % 2 == 0 ? std::numeric_limits<float>::max() : -0x1p-149f;
    EXPECT_TRUE(all_finite<TypeParam>(values.data(), count)) << count;
    if (count == 0) continue;
    values[count - 1] = kNaN;
    EXPECT_FALSE(all_finite<TypeParam>(values.data(), count)) << count;
    values[count - 1] = 0.0f;
    values[count / 2] = -kInfinity;
    EXPECT_FALSE(all_finite<TypeParam>(values.data(), count)) << count;
  }
}

TYPED_TEST(PlainArrays, AddsWhatItWouldFill) {
  this->for_all_sizes([]<int N>() {
    constexpr float kFactor = 0.75f;
    Inputs random(N);
    Array full = random_full<N>(random), packed(packed_count(N));
    SymMatrix<N> b, before, expected;
    random.fill(before);
    fill_from_full<TypeParam>(full.data(), b);
    write_packed<TypeParam>(b, packed.data());
    expected = before;
    add_multiple<TypeParam>(kFactor, b, expected);
    Guarded<SymMatrix<N>> a;
    a.value = before;
    add_full<TypeParam>(kFactor, full.data(), a.value);
    EXPECT_TRUE(same_bits(a.value, expected));
    a.value = before;
    add_packed<TypeParam>(kFactor, packed.data(), a.value);
    EXPECT_TRUE(same_bits(a.value, expected));
    EXPECT_TRUE(a.intact());
  });
}

TYPED_TEST(PlainArrays, WritesEveryElementAndNoOther) {
  this->for_all_sizes([]<int N>() {
    Inputs random(N);
    SymMatrix<N> a;
    random.fill(a);
    RankOne<N> m;
    m.scale = random.normal();
    random.fill(m.v);
    const auto expect = [&](const auto& matrix, const auto& element) {
      Array full(full_count(N)), packed(packed_count(N));
      write_full<TypeParam>(matrix, full.data());
      write_packed<TypeParam>(matrix, packed.data());
      for (int i = 0; i < N; ++i) {
        for (int j = 0; j < N; ++j) EXPECT_EQ(full[at<N>(i, j)], element(i, j)) << i << ", " << j;
        for (int j = 0; j <= i; ++j) EXPECT_EQ(packed[packed_at(i, j)], element(i, j)) << i << ", " << j;
      }
      EXPECT_TRUE(full.intact() && packed.intact());
    };
    expect(a, [&](int i, int j) { return a(i, j); });
    expect(m, [&](int i, int j) { return m.scale * (m.v[i] * m.v[j]); });
  });
}

TYPED_TEST(PlainArrays, WhatIsWrittenIsReadBack) {
  this->for_all_sizes([]<int N>() {
    Inputs random(N);
    SymMatrix<N> a, b;
    random.fill(a);
    Array full(full_count(N)), packed(packed_count(N));
    write_full<TypeParam>(a, full.data());
    write_packed<TypeParam>(a, packed.data());
    fill_from_full<TypeParam>(full.data(), b);
    EXPECT_TRUE(same_bits(a, b));
    fill_from_packed<TypeParam>(packed.data(), b);
    EXPECT_TRUE(same_bits(a, b));
  });
}

}  // namespace
}  // namespace driftbench
