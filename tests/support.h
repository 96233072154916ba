// What the tests share: architectures, sizes, guards, seeded inputs, and bounds on chance.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <random>
#include <type_traits>
#include <vector>

#include "kernels/rank_one.h"
#include "kernels/simd.h"
#include "kernels/sym_matrix.h"
#include "kernels/vec.h"

namespace driftbench {

/// The architectures that tests run on: the build's own and the one-lane stand-in, which are the same where the target
/// has no vector instructions. With DRIFTBENCH_TEST_ONE_ARCH it is the build's own alone.
#if defined(DRIFTBENCH_TEST_ONE_ARCH)
inline constexpr bool kFewSizes = true;
using Architectures = ::testing::Types<DefaultArch>;
#else
inline constexpr bool kFewSizes = false;
using Architectures = std::conditional_t<std::is_same_v<DefaultArch, OneLane>, ::testing::Types<OneLane>,
                                         ::testing::Types<DefaultArch, OneLane> >;
#endif

#if defined(DRIFTBENCH_SANITIZED)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
/// This build runs at a hundredth of the usual speed or less; tests that draw many samples then draw only a few.
#if defined(DRIFTBENCH_EMULATED)
inline constexpr bool kSlowest = true;
#else
inline constexpr bool kSlowest = kSanitized;
#endif
/// This build runs at a tenth of the usual speed or less; tests then draw fewer samples.
#if defined(DRIFTBENCH_ONE_LANE)
inline constexpr bool kSlow = true;
#else
inline constexpr bool kSlow = kSlowest;
#endif

/// Calls f.operator()<N>() for each size. A failure prints the size. With DRIFTBENCH_TEST_ONE_ARCH, of four sizes or
/// more only those are taken that differ the most: 1, 3 and 5, those next to one tile of 16, and those of two tiles and
/// more up to 40. The others take the same paths, and a third of the time of compiling.
template <int... Sizes, class F>
void for_sizes(F f) {
  const auto call = [&]<int N>() {
    constexpr bool differs = N == 1 || N == 3 || N == 5 || (N >= 15 && N <= 17) || (N > 32 && N <= 40);
    if constexpr (!kFewSizes || sizeof...(Sizes) < 4 || differs) {
      SCOPED_TRACE(::testing::Message() << "n = " << N);
      f.template operator()<N>();
    }
  };
  (call.template operator()<Sizes>(), ...);
}

/// A value between guard bytes that nobody may write.
template <class T>
class Guarded {
 public:
  Guarded() {
    std::memset(before_, kPattern, sizeof before_);
    std::memset(after_, kPattern, sizeof after_);
  }
  bool intact() const {
    for (int i = 0; i < kGuard; ++i) {
      if (before_[i] != kPattern || after_[i] != kPattern) return false;
    }
    return true;
  }

 private:
  static constexpr int kGuard = 256;
  static constexpr unsigned char kPattern = 0xa5;
  alignas(64) unsigned char before_[kGuard];

 public:
  T value{};

 private:
  unsigned char after_[kGuard];
};

/// Random inputs from a seed that a failure prints. They come from another generator than the one under test.
class Inputs {
 public:
  explicit Inputs(unsigned seed) : trace_(__FILE__, __LINE__, ::testing::Message() << "seed " << seed), bits_(seed) {}

  float normal() { return normal_(bits_); }
  std::uint32_t word() { return static_cast<std::uint32_t>(bits_()); }
  template <int N>
  void fill(Vec<N>& x) {
    for (float& value : x) value = normal();
  }
  /// Fills a matrix like the observations' noise, with variance 1/2 off the diagonal and 1 on it: the edge of its
  /// spectrum lies at sqrt(2 N).
  template <int N>
  void fill(SymMatrix<N>& a) {
    for (int i = 0; i < N; ++i) {
      for (int j = 0; j <= i; ++j) a.set(i, j, normal() * (i == j ? 1.0f : std::sqrt(0.5f)));
    }
  }

 private:
  ::testing::ScopedTrace trace_;
  std::mt19937 bits_;
  std::normal_distribution<float> normal_;
};

template <int N>
double exact_dot(const Vec<N>& x, const Vec<N>& y) {
  double sum = 0.0;
  for (int i = 0; i < N; ++i) sum += static_cast<double>(x[i]) * static_cast<double>(y[i]);
  return sum;
}

template <int N>
double exact_dot_magnitude(const Vec<N>& x, const Vec<N>& y) {
  double sum = 0.0;
  for (int i = 0; i < N; ++i) sum += std::fabs(static_cast<double>(x[i]) * static_cast<double>(y[i]));
  return sum;
}

/// Returns A x, computed in double precision.
template <int N>
std::vector<double> exact_product(const SymMatrix<N>& a, const Vec<N>& x) {
  std::vector<double> y(N);
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j < N; ++j) y[static_cast<std::size_t>(i)] += static_cast<double>(a(i, j)) * x[j];
  }
  return y;
}

template <int N>
bool padding_is_zero(const Vec<N>& x) {
  for (int i = N; i < Vec<N>::kPadded; ++i) {
    if (x.data[i] != 0.0f) return false;
  }
  return true;
}

template <int N>
bool padding_is_zero(const SymMatrix<N>& a) {
  for (int row = 0; row < SymMatrix<N>::kTileRows; ++row) {
    for (int column = 0; column <= row; ++column) {
      for (int r = 0; r < kTile; ++r) {
        for (int c = 0; c < kTile; ++c) {
          const bool inside = row * kTile + r < N && column * kTile + c < N;
          if (!inside && a.tile(row, column)[r * kTile + c] != 0.0f) return false;
        }
      }
    }
  }
  return true;
}

/// Whether two vectors are the same bit for bit, including padding, NaN and the sign of zero.
template <int N>
bool same_bits(const Vec<N>& a, const Vec<N>& b) {
  return std::memcmp(a.data, b.data, sizeof a.data) == 0;
}
template <int N>
bool same_bits(const SymMatrix<N>& a, const SymMatrix<N>& b) {
  return std::memcmp(a.data, b.data, sizeof a.data) == 0;
}
template <int N>
bool same_bits(const RankOne<N>& a, const RankOne<N>& b) {
  return std::memcmp(&a.scale, &b.scale, sizeof a.scale) == 0 && same_bits(a.v, b.v);
}

/// The exponent of statistical tests: each fails by chance with probability exp(-17) = 4.2e-8 a side, or less.
inline constexpr double kImprobable = 17.0;

/// Chernoff's bound: a sum of independent indicators with mean m exceeds c > m, or falls below c < m, with probability
/// at most exp(-(c log(c / m) - c + m)). NaN counts as improbable.
inline bool improbable_count(double count, double mean) {
  return !((count > 0.0 ? count * std::log(count / mean) : 0.0) - count + mean <= kImprobable);
}

/// Laurent and Massart (2000), lemma 1: chi-square with d degrees of freedom exceeds d + 2 sqrt(d x) + 2 x, and falls
/// below d - 2 sqrt(d x), each with probability at most exp(-x). NaN counts as improbable.
inline bool improbable_chi_square(double value, double degrees) {
  const double spread = 2.0 * std::sqrt(degrees * kImprobable);
  return !(value <= degrees + spread + 2.0 * kImprobable && value >= degrees - spread);
}

/// A standard normal exceeds 5.5 in magnitude with probability 3.8e-8.
inline constexpr double kImprobableDeviations = 5.5;

}  // namespace driftbench
