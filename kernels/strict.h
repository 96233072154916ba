// An architecture whose results have the same bits on every target.
#pragma once

#include <cstdint>

namespace driftbench {

template <class Arch>
struct Simd;

/// An architecture of 16 virtual lanes, made of vectors of the architecture Base. Products are rounded before they are
/// added, and a sum across lanes is one fixed tree: what the kernels compute on Strict<A> and on Strict<B> is the same
/// to the bit, NaN aside. The compiler must be told not to fuse a * b + c, GCC by -ffp-contract=off.
template <class Base>
struct Strict {
  static constexpr const char* name() { return "strict"; }
};

namespace strict_detail {

/// The virtual lanes, as so many vectors V. Operators work on each of the vectors.
template <class V, int Parts>
struct Lanes {
  V part[Parts];
};

template <int Parts, class F>
auto each(F f) {
  Lanes<decltype(f(0)), Parts> result;
#pragma GCC unroll 16
  for (int p = 0; p < Parts; ++p) result.part[p] = f(p);
  return result;
}

template <class V, int P>
auto operator+(const Lanes<V, P>& a, const Lanes<V, P>& b) {
  return each<P>([&](int p) -> V { return a.part[p] + b.part[p]; });
}
template <class V, int P>
auto operator-(const Lanes<V, P>& a, const Lanes<V, P>& b) {
  return each<P>([&](int p) -> V { return a.part[p] - b.part[p]; });
}
template <class V, int P>
auto operator*(const Lanes<V, P>& a, const Lanes<V, P>& b) {
  return each<P>([&](int p) -> V { return a.part[p] * b.part[p]; });
}
template <class V, int P>
auto operator&(const Lanes<V, P>& a, const Lanes<V, P>& b) {
  return each<P>([&](int p) -> V { return a.part[p] & b.part[p]; });
}
template <class V, int P>
auto operator|(const Lanes<V, P>& a, const Lanes<V, P>& b) {
  return each<P>([&](int p) -> V { return a.part[p] | b.part[p]; });
}
template <class V, int P>
auto operator^(const Lanes<V, P>& a, const Lanes<V, P>& b) {
  return each<P>([&](int p) -> V { return a.part[p] ^ b.part[p]; });
}
template <class V, int P>
auto operator<(const Lanes<V, P>& a, const Lanes<V, P>& b) {
  return each<P>([&](int p) { return a.part[p] < b.part[p]; });
}
template <class V, int P>
auto operator<=(const Lanes<V, P>& a, const Lanes<V, P>& b) {
  return each<P>([&](int p) { return a.part[p] <= b.part[p]; });
}
template <class V, int P>
auto operator>(const Lanes<V, P>& a, const Lanes<V, P>& b) {
  return each<P>([&](int p) { return a.part[p] > b.part[p]; });
}
template <class V, int P>
auto operator>=(const Lanes<V, P>& a, const Lanes<V, P>& b) {
  return each<P>([&](int p) { return a.part[p] >= b.part[p]; });
}
template <class V, int P>
auto operator==(const Lanes<V, P>& a, const Lanes<V, P>& b) {
  return each<P>([&](int p) { return a.part[p] == b.part[p]; });
}

}  // namespace strict_detail

template <class Base>
struct Simd<Strict<Base>> {
 private:
  using B = Simd<Base>;
  static constexpr int kParts = 16 / B::kLanes, kParts64 = 8 / B::kLanes64;

 public:
  using F32 = strict_detail::Lanes<typename B::F32, kParts>;
  using U32 = strict_detail::Lanes<typename B::U32, kParts>;
  using U64 = strict_detail::Lanes<typename B::U64, kParts64>;
  using Mask = strict_detail::Lanes<typename B::Mask, kParts>;

  static constexpr bool kStrict = true;
  static constexpr int kLanes = 16;
  static constexpr int kLanes64 = 8;
  /// The number of registers of 16 lanes: kParts registers of Base hold one.
  static constexpr int kRegisters = B::kRegisters / kParts;

  static F32 load(const float* p) {
    return map([&](int i) { return B::load(p + i * B::kLanes); });
  }
  static F32 load_unaligned(const float* p) {
    return map([&](int i) { return B::load_unaligned(p + i * B::kLanes); });
  }
  static F32 in_register(F32 a) {
    return map([&](int i) { return B::in_register(a.part[i]); });
  }
  static void store(float* p, F32 a) {
#pragma GCC unroll 16
    for (int i = 0; i < kParts; ++i) B::store(p + i * B::kLanes, a.part[i]);
  }
  static void store_unaligned(float* p, F32 a) {
#pragma GCC unroll 16
    for (int i = 0; i < kParts; ++i) B::store_unaligned(p + i * B::kLanes, a.part[i]);
  }
  static F32 broadcast(float a) {
    return map([&](int) { return B::broadcast(a); });
  }
  static U32 broadcast(std::uint32_t a) {
    return map([&](int) { return B::broadcast(a); });
  }
  static U64 broadcast(std::uint64_t a) {
    return map64([&](int) { return B::broadcast(a); });
  }
  static U64 load(const std::uint64_t* p) {
    return map64([&](int i) { return B::load(p + i * B::kLanes64); });
  }
  static U32 load_words(const std::uint32_t* p) {
    return map([&](int i) { return B::load_words(p + i * B::kLanes); });
  }
  static void store(std::uint32_t* p, U32 a) {
#pragma GCC unroll 16
    for (int i = 0; i < kParts; ++i) B::store(p + i * B::kLanes, a.part[i]);
  }

  static F32 lane_index() {
    return map([](int i) { return B::lane_index() + B::broadcast(static_cast<float>(i * B::kLanes)); });
  }

  /// Returns a * b + c, rounded twice.
  static F32 fma(F32 a, F32 b, F32 c) { return a * b + c; }
  static F32 divide(F32 a, F32 b) {
    return map([&](int i) { return B::divide(a.part[i], b.part[i]); });
  }
  static F32 sqrt(F32 a) {
    return map([&](int i) { return B::sqrt(a.part[i]); });
  }
  static F32 abs(F32 a) {
    return map([&](int i) { return B::abs(a.part[i]); });
  }
  static F32 max(F32 a, F32 b) {
    return map([&](int i) { return B::max(a.part[i], b.part[i]); });
  }
  static F32 select(Mask m, F32 a, F32 b) {
    return map([&](int i) { return B::select(m.part[i], a.part[i], b.part[i]); });
  }

  /// Adds the quarters q of four lanes as (q0 + q2) + (q1 + q3), and then the four lanes of that sum in the same way.
  static float reduce_add(F32 a) {
    Quarter sum;
    add_quarters(a, sum);
    return total(sum);
  }
  static F32 reduce_add_rows(const F32* rows) {
    Quarter sums[kLanes];
    for (int row = 0; row < kLanes; ++row) add_quarters(rows[row], sums[row]);
    alignas(64) float totals[kLanes];
    for (int row = 0; row < kLanes; ++row) totals[row] = total(sums[row]);
    return load(totals);
  }

  /// Transposes the blocks of B::kLanes rows and columns one by one, where two that mirror each other change places.
  static void transpose(F32* rows) {
    for (int p = 0; p < kParts; ++p) {
      for (int q = 0; q <= p; ++q) {
        typename B::F32 low[B::kLanes], high[B::kLanes];
        for (int i = 0; i < B::kLanes; ++i) {
          low[i] = rows[p * B::kLanes + i].part[q];
          high[i] = rows[q * B::kLanes + i].part[p];
        }
        B::transpose(low);
        B::transpose(high);
        for (int i = 0; i < B::kLanes; ++i) {
          rows[p * B::kLanes + i].part[q] = high[i];
          rows[q * B::kLanes + i].part[p] = low[i];
        }
      }
    }
  }

  static Mask has_none(U32 a, U32 b) {
    return map([&](int i) { return B::has_none(a.part[i], b.part[i]); });
  }
  static U32 bits(F32 a) {
    return map([&](int i) { return B::bits(a.part[i]); });
  }
  static F32 from_bits(U32 a) {
    return map([&](int i) { return B::from_bits(a.part[i]); });
  }
  static F32 from_signed(U32 a) {
    return map([&](int i) { return B::from_signed(a.part[i]); });
  }
  static U32 shift_left(U32 a, int n) {
    return map([&](int i) { return B::shift_left(a.part[i], n); });
  }
  static U32 shift_right(U32 a, int n) {
    return map([&](int i) { return B::shift_right(a.part[i], n); });
  }
  static U64 shift_right(U64 a, int n) {
    return map64([&](int i) { return B::shift_right(a.part[i], n); });
  }
  static U32 shift_right_signed(U32 a, int n) {
    return map([&](int i) { return B::shift_right_signed(a.part[i], n); });
  }

  static U64 multiply_low_words(U64 a, U64 b) {
    return map64([&](int i) { return B::multiply_low_words(a.part[i], b.part[i]); });
  }
  static U32 low_words(const U64* a) {
    U32 words;
    interleave_low_words(a[0], a[1], &words);
    return words;
  }
  static void interleave_low_words(U64 a, U64 b, U32* out) {
#pragma GCC unroll 8
    for (int i = 0; i < kParts64; ++i) {
      B::interleave_low_words(a.part[i], b.part[i], out->part + i * (kParts / kParts64));
    }
  }

 private:
  template <class F>
  static auto map(F f) {
    return strict_detail::each<kParts>(f);
  }
  template <class F>
  static auto map64(F f) {
    return strict_detail::each<kParts64>(f);
  }

  struct Quarter {
    alignas(16) float lane[4];
  };
  static void add_quarters(F32 a, Quarter& sum) {
    alignas(64) float lanes[kLanes];
    store(lanes, a);
    for (int i = 0; i < 4; ++i) sum.lane[i] = (lanes[i] + lanes[8 + i]) + (lanes[4 + i] + lanes[12 + i]);
  }
  static float total(const Quarter& sum) { return (sum.lane[0] + sum.lane[2]) + (sum.lane[1] + sum.lane[3]); }
};

}  // namespace driftbench
