// This header is the only one that names vector instructions: it defines, for each architecture, the operations that
// the kernels need.
//
// `Simd<Arch>` names the lane types of an xsimd architecture and wraps the operations that xsimd lacks or that differ
// between its versions. `Simd<OneLane>` does the same on plain numbers: for targets without vector instructions, for
// single numbers, and as the reference for the other architectures. `Simd<Strict<Arch>>` gives the same bits on every
// target. Lane types take the operators + - * & | ^, and lanes of float also < <= > >= ==.
#pragma once

#include <bit>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>

#include "kernels/assertions.h"
#include "kernels/strict.h"

#if !defined(DRIFTBENCH_ONE_LANE) && !defined(__riscv) && (!defined(__arm__) || defined(__ARM_NEON))
// xsimd is not warning-free, and GCC 12 warns of undefined operands inside its own AVX-512 intrinsics (its bug 105593).
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <xsimd/xsimd.hpp>
#pragma GCC diagnostic pop
#if !defined(XSIMD_NO_SUPPORTED_ARCHITECTURE)
#define DRIFTBENCH_HAS_XSIMD 1
#endif
#endif

namespace driftbench {

/// The architecture of targets without vector instructions: each of its "vectors" is one number.
struct OneLane {
  static constexpr const char* name() { return "scalar"; }
};

#if defined(DRIFTBENCH_HAS_XSIMD)
using NativeArch = xsimd::default_arch;
#else
using NativeArch = OneLane;
#endif
#if defined(DRIFTBENCH_STRICT)
using DefaultArch = Strict<NativeArch>;
#else
using DefaultArch = NativeArch;
#endif

template <>
struct Simd<OneLane> {
  using F32 = float;
  using U32 = std::uint32_t;
  using U64 = std::uint64_t;
  using Mask = bool;

  /// Whether the results have the same bits on every architecture.
  static constexpr bool kStrict = false;
  static constexpr int kLanes = 1;
  static constexpr int kRegisters = 16;
  /// The number of 64-bit lanes in one U64.
  static constexpr int kLanes64 = 1;

  static F32 load(const float* p) { return *p; }
  static F32 load_unaligned(const float* p) { return *p; }
  static F32 in_register(F32 a) { return a; }
  static void store(float* p, F32 a) { *p = a; }
  static void store_unaligned(float* p, F32 a) { *p = a; }
  static F32 broadcast(float a) { return a; }
  static U32 broadcast(std::uint32_t a) { return a; }
  static U64 broadcast(std::uint64_t a) { return a; }
  static U64 load(const std::uint64_t* p) { return *p; }
  static U32 load_words(const std::uint32_t* p) { return *p; }
  static void store(std::uint32_t* p, U32 a) { *p = a; }

  static F32 lane_index() { return 0.0f; }

  static F32 fma(F32 a, F32 b, F32 c) { return a * b + c; }
  static F32 divide(F32 a, F32 b) { return a / b; }
  static F32 sqrt(F32 a) { return std::sqrt(a); }
  static F32 abs(F32 a) { return std::fabs(a); }
  static F32 max(F32 a, F32 b) { return a > b ? a : b; }
  static F32 select(Mask m, F32 a, F32 b) { return m ? a : b; }
  static float reduce_add(F32 a) { return a; }
  static F32 reduce_add_rows(const F32* rows) { return *rows; }
  static void transpose(F32*) {}

  static Mask has_none(U32 a, U32 b) { return (a & b) == 0; }
  static U32 bits(F32 a) { return std::bit_cast<U32>(a); }
  static F32 from_bits(U32 a) { return std::bit_cast<F32>(a); }
  static F32 from_signed(U32 a) { return static_cast<F32>(static_cast<std::int32_t>(a)); }
  static U32 shift_left(U32 a, int n) { return a << n; }
  static U32 shift_right(U32 a, int n) { return a >> n; }
  static U64 shift_right(U64 a, int n) { return a >> n; }
  static U32 shift_right_signed(U32 a, int n) { return static_cast<U32>(static_cast<std::int32_t>(a) >> n); }

  static U64 multiply_low_words(U64 a, U64 b) { return (a & 0xffffffffU) * (b & 0xffffffffU); }
  static U32 low_words(const U64* a) { return static_cast<U32>(*a); }
  static void interleave_low_words(U64 a, U64 b, U32* out) {
    out[0] = static_cast<U32>(a);
    out[1] = static_cast<U32>(b);
  }
};

#if defined(DRIFTBENCH_HAS_XSIMD)
template <class Arch>
struct Simd {
  using F32 = xsimd::batch<float, Arch>;
  using U32 = xsimd::batch<std::uint32_t, Arch>;
  using I32 = xsimd::batch<std::int32_t, Arch>;
  using U64 = xsimd::batch<std::uint64_t, Arch>;
  using Mask = typename F32::batch_bool_type;

  static constexpr bool kStrict = false;
  /// The number of 32-bit lanes in one vector.
  static constexpr int kLanes = static_cast<int>(F32::size);
  /// The number of vector registers, 32 with AVX-512 and 64-bit NEON and 16 elsewhere. It bounds the accumulators that
  /// a kernel keeps.
#if defined(__aarch64__)
  static constexpr int kRegisters = 32;
#else
  static constexpr int kRegisters = kLanes == 16 ? 32 : 16;
#endif
  static constexpr int kLanes64 = static_cast<int>(U64::size);

  /// Every load and store but those named unaligned wants an address that is a multiple of the vector's own size.
  static F32 load(const float* p) {
    DRIFTBENCH_ASSERT(is_aligned(p, sizeof(F32)));
    return F32::load_aligned(p);
  }
  static F32 load_unaligned(const float* p) { return F32::load_unaligned(p); }
  /// Returns a, and keeps the compiler from loading it again for each use: for vectors of 8 lanes and more, GCC would
  /// otherwise make the load an operand of every instruction that uses a.
  static F32 in_register(F32 a) {
#if defined(__AVX__)
    if constexpr (kLanes >= 8) asm("" : "+v"(a.data));
#endif
    return a;
  }
  static void store(float* p, F32 a) {
    DRIFTBENCH_ASSERT(is_aligned(p, sizeof(F32)));
    a.store_aligned(p);
  }
  static void store_unaligned(float* p, F32 a) { a.store_unaligned(p); }
  static F32 broadcast(float a) { return F32(a); }
  static U32 broadcast(std::uint32_t a) { return U32(a); }
  static U64 broadcast(std::uint64_t a) { return U64(a); }
  static U64 load(const std::uint64_t* p) { return U64::load_aligned(p); }
  static U32 load_words(const std::uint32_t* p) { return U32::load_aligned(p); }
  static void store(std::uint32_t* p, U32 a) { a.store_aligned(p); }

  /// Returns 0, 1, 2, ..., the index of each lane.
  static F32 lane_index() {
    alignas(64) static constexpr float kIndex[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    return load(kIndex);
  }

  /// Returns a * b + c, rounded once where the target has a fused multiply-add.
  static F32 fma(F32 a, F32 b, F32 c) {
#if defined(__AVX512F__)  // xsimd before 11 multiplies, then adds
    if constexpr (kLanes == 16) return F32(_mm512_fmadd_ps(a, b, c));
#endif
    return xsimd::fma(a, b, c);
  }
  /// Division and square root are correctly rounded. On 64-bit NEON xsimd's own are not: they are those of 32-bit NEON,
  /// which has only estimates of both.
  static F32 divide(F32 a, F32 b) {
#if defined(__aarch64__)
    return F32(vdivq_f32(a, b));
#else
    return a / b;
#endif
  }
  static F32 sqrt(F32 a) {
#if defined(__aarch64__)
    return F32(vsqrtq_f32(a));
#else
    return xsimd::sqrt(a);
#endif
  }
  static F32 abs(F32 a) { return xsimd::abs(a); }
  /// Returns the larger of a and b; where one of them is NaN, either of the two may come out.
  static F32 max(F32 a, F32 b) { return xsimd::max(a, b); }
  static F32 select(Mask m, F32 a, F32 b) { return xsimd::select(m, a, b); }

  /// Returns the sum of the lanes, added in an order of the architecture's own.
  static float reduce_add(F32 a) {
#if XSIMD_VERSION_MAJOR >= 9
    return xsimd::reduce_add(a);
#else
    return xsimd::hadd(a);
#endif
  }
  /// Takes as many rows as a vector has lanes; lane i of the result is the sum of the lanes of rows[i].
  static F32 reduce_add_rows(const F32* rows) {
#if defined(__AVX512F__)  // xsimd 8.1 returns the sums in another order
    if constexpr (kLanes == 16) {
      __m512 quad[4];
      for (int i = 0; i < 4; ++i) {
        const __m512 ab = add_halves(rows[4 * i], rows[4 * i + 1]), cd = add_halves(rows[4 * i + 2], rows[4 * i + 3]);
        const __m512d low = _mm512_castps_pd(ab), high = _mm512_castps_pd(cd);
        quad[i] = _mm512_add_ps(_mm512_castpd_ps(_mm512_unpacklo_pd(low, high)),
                                _mm512_castpd_ps(_mm512_unpackhi_pd(low, high)));
      }
      const __m512 ab = add_quarters(quad[0], quad[1]), cd = add_quarters(quad[2], quad[3]);
      return F32(_mm512_add_ps(_mm512_shuffle_f32x4(ab, cd, 0x88), _mm512_shuffle_f32x4(ab, cd, 0xdd)));
    }
#endif
    return xsimd::haddp(rows);
  }
  /// Transposes as many rows as a vector has lanes: lane j of rows[i] and lane i of rows[j] change places.
  static void transpose(F32* rows) {
    if constexpr (kLanes == 4) {
      const F32 a = xsimd::zip_lo(rows[0], rows[2]), b = xsimd::zip_lo(rows[1], rows[3]);
      const F32 c = xsimd::zip_hi(rows[0], rows[2]), d = xsimd::zip_hi(rows[1], rows[3]);
      rows[0] = xsimd::zip_lo(a, b);
      rows[1] = xsimd::zip_hi(a, b);
      rows[2] = xsimd::zip_lo(c, d);
      rows[3] = xsimd::zip_hi(c, d);
    }
#if defined(__AVX__)
    if constexpr (kLanes == 8) {
      // Half h of columns[g + j] is column 4 h + j of the four rows from g on.
      __m256 columns[8];
#pragma GCC unroll 2
      for (int g = 0; g < 8; g += 4) {
        const __m256d ab = _mm256_castps_pd(_mm256_unpacklo_ps(rows[g], rows[g + 1]));
        const __m256d ab_high = _mm256_castps_pd(_mm256_unpackhi_ps(rows[g], rows[g + 1]));
        const __m256d cd = _mm256_castps_pd(_mm256_unpacklo_ps(rows[g + 2], rows[g + 3]));
        const __m256d cd_high = _mm256_castps_pd(_mm256_unpackhi_ps(rows[g + 2], rows[g + 3]));
        columns[g] = _mm256_castpd_ps(_mm256_unpacklo_pd(ab, cd));
        columns[g + 1] = _mm256_castpd_ps(_mm256_unpackhi_pd(ab, cd));
        columns[g + 2] = _mm256_castpd_ps(_mm256_unpacklo_pd(ab_high, cd_high));
        columns[g + 3] = _mm256_castpd_ps(_mm256_unpackhi_pd(ab_high, cd_high));
      }
#pragma GCC unroll 4
      for (int j = 0; j < 4; ++j) {
        rows[j] = _mm256_permute2f128_ps(columns[j], columns[4 + j], 0x20);
        rows[4 + j] = _mm256_permute2f128_ps(columns[j], columns[4 + j], 0x31);
      }
    }
#endif
#if defined(__AVX512F__)
    if constexpr (kLanes == 16) {
      // Quarter q of columns[g + j] is column 4 q + j of the four rows from g on.
      __m512 columns[16];
#pragma GCC unroll 4
      for (int g = 0; g < 16; g += 4) {
        const __m512d ab = _mm512_castps_pd(_mm512_unpacklo_ps(rows[g], rows[g + 1]));
        const __m512d ab_high = _mm512_castps_pd(_mm512_unpackhi_ps(rows[g], rows[g + 1]));
        const __m512d cd = _mm512_castps_pd(_mm512_unpacklo_ps(rows[g + 2], rows[g + 3]));
        const __m512d cd_high = _mm512_castps_pd(_mm512_unpackhi_ps(rows[g + 2], rows[g + 3]));
        columns[g] = _mm512_castpd_ps(_mm512_unpacklo_pd(ab, cd));
        columns[g + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(ab, cd));
        columns[g + 2] = _mm512_castpd_ps(_mm512_unpacklo_pd(ab_high, cd_high));
        columns[g + 3] = _mm512_castpd_ps(_mm512_unpackhi_pd(ab_high, cd_high));
      }
#pragma GCC unroll 4
      for (int j = 0; j < 4; ++j) {
        // The even and the odd quarters of the columns of the first eight rows, and of the last eight.
        const __m512 even = _mm512_shuffle_f32x4(columns[j], columns[4 + j], 0x88);
        const __m512 odd = _mm512_shuffle_f32x4(columns[j], columns[4 + j], 0xdd);
        const __m512 last_even = _mm512_shuffle_f32x4(columns[8 + j], columns[12 + j], 0x88);
        const __m512 last_odd = _mm512_shuffle_f32x4(columns[8 + j], columns[12 + j], 0xdd);
        rows[j] = _mm512_shuffle_f32x4(even, last_even, 0x88);
        rows[4 + j] = _mm512_shuffle_f32x4(odd, last_odd, 0x88);
        rows[8 + j] = _mm512_shuffle_f32x4(even, last_even, 0xdd);
        rows[12 + j] = _mm512_shuffle_f32x4(odd, last_odd, 0xdd);
      }
    }
#endif
  }

  /// Selects the lanes in which a and b have no bit in common.
  static Mask has_none(U32 a, U32 b) {
    return Mask(std::bit_cast<typename Mask::register_type>(((a & b) == U32(std::uint32_t{0})).data));
  }
  static U32 bits(F32 a) { return cast<std::uint32_t>(a); }
  static F32 from_bits(U32 a) { return cast<float>(a); }
  /// Converts each lane, read as a two's complement integer, to the nearest float.
  static F32 from_signed(U32 a) { return xsimd::to_float(cast<std::int32_t>(a)); }
#if defined(__aarch64__)  // xsimd 8 tries every constant n that there is, which takes a compiler 15 s
  static U32 shift_left(U32 a, int n) { return U32(a.data << static_cast<std::uint32_t>(n)); }
  static U64 shift_left(U64 a, int n) { return U64(a.data << static_cast<std::uint64_t>(n)); }
  static U32 shift_right(U32 a, int n) { return U32(a.data >> static_cast<std::uint32_t>(n)); }
  static U64 shift_right(U64 a, int n) { return U64(a.data >> static_cast<std::uint64_t>(n)); }
  static U32 shift_right_signed(U32 a, int n) { return cast<std::uint32_t>(I32(cast<std::int32_t>(a).data >> n)); }
#else
  static U32 shift_left(U32 a, int n) { return a << n; }
  static U64 shift_left(U64 a, int n) { return a << n; }
  static U32 shift_right(U32 a, int n) { return a >> n; }
  static U64 shift_right(U64 a, int n) { return a >> n; }
  static U32 shift_right_signed(U32 a, int n) { return cast<std::uint32_t>(cast<std::int32_t>(a) >> n); }
#endif

  /// Multiplies the low 32 bits of each 64-bit lane to a product of 64 bits.
  static U64 multiply_low_words(U64 a, U64 b) {
#if defined(__AVX512F__)
    if constexpr (kLanes64 == 8) return U64(_mm512_mul_epu32(a, b));
#endif
#if defined(__AVX2__)
    if constexpr (kLanes64 == 4) return U64(_mm256_mul_epu32(a, b));
#endif
#if defined(__SSE2__)
    if constexpr (kLanes64 == 2) return U64(_mm_mul_epu32(a, b));
#elif defined(__ARM_NEON)
    return U64(vmull_u32(vmovn_u64(a), vmovn_u64(b)));
#endif
  }

  /// Packs the low words of kLanes / kLanes64 vectors into one vector: 32-bit lanes a[0]_0 a[1]_0 a[0]_1 a[1]_1 ...
  static U32 low_words(const U64* a) {
    U32 words;
    interleave_low_words(a[0], a[1], &words);
    return words;
  }
  /// Interleaves the low words of a and b to 32-bit lanes a0 b0 a1 b1 ..., which fill one vector, or two with one lane.
  static void interleave_low_words(U64 a, U64 b, U32* out) {
#if defined(__AVX512F__)
    if constexpr (kLanes64 == 8) {
      *out = U32(_mm512_mask_shuffle_epi32(a, 0xaaaa, b, _MM_PERM_CCAA));
      return;
    }
#endif
    *out = cast<std::uint32_t>((a & U64(std::uint64_t{0xffffffffU})) | shift_left(b, 32));
  }

 private:
#if defined(__AVX512F__)
  /// Each quarter of the result is a0 + a2, b0 + b2, a1 + a3, b1 + b3, of that quarter's lanes of a and b.
  static __m512 add_halves(__m512 a, __m512 b) {
    return _mm512_add_ps(_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b));
  }
  /// The quarters of the result are a0 + a2, a1 + a3, b0 + b2, b1 + b3, of the quarters of a and b.
  static __m512 add_quarters(__m512 a, __m512 b) {
    return _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x44), _mm512_shuffle_f32x4(a, b, 0xee));
  }
#endif

  /// Reinterprets the bits of a vector. xsimd's own cast differs between its versions, and costs a compiler for NEON
  /// 7 s.
  template <class To, class From>
  static auto cast(xsimd::batch<From, Arch> a) {
    using Result = xsimd::batch<To, Arch>;
    return Result(std::bit_cast<typename Result::register_type>(a.data));
  }
};
#endif

}  // namespace driftbench
