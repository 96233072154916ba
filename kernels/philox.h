// Counter-based random bits: a word is a function of its address, never of what was drawn before it.
//
// The generator is Philox4x32 with 10 rounds (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2,
// 3", SC 2011).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "kernels/assertions.h"
#include "kernels/simd.h"

namespace driftbench {

/// What a random number is for. Two streams never share a counter.
enum class Stream : std::uint8_t {
  kNoise = 0,       ///< Brownian increments, and the noise of an observation
  kDrift = 1,       ///< random numbers of a drift itself, such as its starting vector
  kTarget = 2,      ///< draws of x
  kSmoothing = 3,   ///< noise that a drift is averaged over
  kResampling = 4,  ///< the bootstrap's choices
  kDirection = 5,   ///< directions in which a drift is differentiated
  kWeight = 6,      ///< whether x is 0, where kTarget holds the normals that x is made of
};

/// The bound of the numbers of chains and of steps, 2^40.
inline constexpr std::uint64_t kRandomAddresses = std::uint64_t{1} << 40;

/// The address of a sequence of random words, which a position counts from 0. chain and step are below kRandomAddresses
/// and positions below 2^42; beyond, addresses would repeat.
struct RandomAddress {
  std::uint64_t seed = 0;
  Stream stream = Stream::kNoise;
  std::uint64_t chain = 0;
  std::uint64_t step = 0;
};

/// Returns whether `at` is the step after `last` in the same chain. Step 1 follows no other: it is the first of a chain
/// that starts at t = 0, whatever was evaluated before under the same name.
constexpr bool is_next_step(const RandomAddress& last, const RandomAddress& at) {
  return at.seed == last.seed && at.stream == last.stream && at.chain == last.chain && at.step == last.step + 1 &&
         at.step > 1;
}

/// Returns the counter of a block, which makes four words: the low 32 bits of block, step and chain, then a word of the
/// next 8 bits of each and of the stream. The block is below 2^40.
constexpr std::array<std::uint32_t, 4> philox_counter(const RandomAddress& at, std::uint64_t block) {
  DRIFTBENCH_ASSERT(at.chain < kRandomAddresses && at.step < kRandomAddresses && block >> 40 == 0);
  return {static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(at.step), static_cast<std::uint32_t>(at.chain),
          static_cast<std::uint32_t>((block >> 32 & 0xff) | (at.step >> 32 & 0xff) << 8 |
                                     (at.chain >> 32 & 0xff) << 16 | static_cast<std::uint64_t>(at.stream) << 24)};
}

/// The multipliers and the increments of the key (a Weyl sequence) of the published generator.
inline constexpr std::uint32_t kPhiloxMultiplier0 = 0xD2511F53, kPhiloxMultiplier1 = 0xCD9E8D57;
inline constexpr std::uint32_t kPhiloxWeyl0 = 0x9E3779B9, kPhiloxWeyl1 = 0xBB67AE85;
inline constexpr int kPhiloxRounds = 10;

/// Returns one block: four words, from a counter and a key. 20 widening multiplications.
constexpr std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> c, std::uint32_t key0, std::uint32_t key1) {
  for (int round = 0; round < kPhiloxRounds; ++round) {
    const std::uint64_t p0 = std::uint64_t{kPhiloxMultiplier0} * c[0], p1 = std::uint64_t{kPhiloxMultiplier1} * c[2];
    c = {static_cast<std::uint32_t>(p1 >> 32) ^ c[1] ^ key0, static_cast<std::uint32_t>(p1),
         static_cast<std::uint32_t>(p0 >> 32) ^ c[3] ^ key1, static_cast<std::uint32_t>(p0)};
    key0 += kPhiloxWeyl0;
    key1 += kPhiloxWeyl1;
  }
  return c;
}

/// Returns the words 4 * block to 4 * block + 3 at an address.
constexpr std::array<std::uint32_t, 4> philox(const RandomAddress& at, std::uint64_t block) {
  return philox(philox_counter(at, block), static_cast<std::uint32_t>(at.seed),
                static_cast<std::uint32_t>(at.seed >> 32));
}

/// The blocks in a group, the unit of the vector form: as many as the widest vector has 64-bit lanes.
inline constexpr int kPhiloxGroup = 8;

/// The words of G successive groups of kPhiloxGroup blocks, 32 words a group. The order of the lanes is the same on
/// every architecture: in each group, block b gives its words 0 and 1 to lanes 2 b and 2 b + 1 of that group's part of
/// `first`, and its words 2 and 3 to the same lanes of `second`.
template <class Arch = DefaultArch, int G = 1>
struct PhiloxWords {
  static constexpr int kVectors = G * 2 * kPhiloxGroup / Simd<Arch>::kLanes;
  typename Simd<Arch>::U32 first[kVectors], second[kVectors];
};

/// Turns counters c0 to c3 into blocks of random words, in place, one block in each 64-bit lane. Only the low half of a
/// lane counts, before and after, since that is what a widening multiplication reads.
///
/// A round is 2 multiplications, 2 shifts and 4 exclusive-ors, so the 4 words of a lane cost 80 operations, or 60 where
/// one instruction combines three operands. Each round waits for the one before; the caller passes several vectors, V,
/// to fill the gaps.
template <class Arch, std::size_t V>
void philox_rounds(std::uint64_t seed, typename Simd<Arch>::U64 (&c0)[V], typename Simd<Arch>::U64 (&c1)[V],
                   typename Simd<Arch>::U64 (&c2)[V], typename Simd<Arch>::U64 (&c3)[V]) {
  using S = Simd<Arch>;
  using U64 = typename S::U64;
  const U64 m0 = S::broadcast(std::uint64_t{kPhiloxMultiplier0}), m1 = S::broadcast(std::uint64_t{kPhiloxMultiplier1});
  auto key0 = static_cast<std::uint32_t>(seed), key1 = static_cast<std::uint32_t>(seed >> 32);
#pragma GCC unroll 10
  for (int round = 0; round < kPhiloxRounds; ++round) {
#pragma GCC unroll 32
    for (std::size_t v = 0; v < V; ++v) {
      const U64 p0 = S::multiply_low_words(c0[v], m0), p1 = S::multiply_low_words(c2[v], m1);
      c0[v] = S::shift_right(p1, 32) ^ c1[v] ^ S::broadcast(std::uint64_t{key0});
      c2[v] = S::shift_right(p0, 32) ^ c3[v] ^ S::broadcast(std::uint64_t{key1});
      c1[v] = p1;
      c3[v] = p0;
    }
    key0 += kPhiloxWeyl0;
    key1 += kPhiloxWeyl1;
  }
}

/// Returns the groups group ... group + G - 1 at an address; group is a multiple of G, and G a power of two.
template <class Arch = DefaultArch, int G = 1>
PhiloxWords<Arch, G> philox_group(const RandomAddress& at, std::uint64_t group) {
  using S = Simd<Arch>;
  using U64 = typename S::U64;
  constexpr int kVectors = G * kPhiloxGroup / S::kLanes64;
  alignas(64) static constexpr std::uint64_t kBlockInGroup[] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10,
                                                                11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
                                                                22, 23, 24, 25, 26, 27, 28, 29, 30, 31};
  static_assert(G * kPhiloxGroup <= 32);
  DRIFTBENCH_ASSERT(group % G == 0);
  const auto counter = philox_counter(at, group * kPhiloxGroup);
  U64 c0[kVectors], c1[kVectors], c2[kVectors], c3[kVectors];
#pragma GCC unroll 32
  for (int v = 0; v < kVectors; ++v) {
    c0[v] = S::broadcast(std::uint64_t{counter[0]}) + S::load(kBlockInGroup + v * S::kLanes64);
    c1[v] = S::broadcast(std::uint64_t{counter[1]});
    c2[v] = S::broadcast(std::uint64_t{counter[2]});
    c3[v] = S::broadcast(std::uint64_t{counter[3]});
  }
  philox_rounds<Arch>(at.seed, c0, c1, c2, c3);
  PhiloxWords<Arch, G> words;
  constexpr int kWordVectors =
      PhiloxWords<Arch, G>::kVectors / kVectors;  // the 32-bit vectors that a pair of U64 fills
#pragma GCC unroll 32
  for (int v = 0; v < kVectors; ++v) {
    S::interleave_low_words(c0[v], c1[v], words.first + v * kWordVectors);
    S::interleave_low_words(c2[v], c3[v], words.second + v * kWordVectors);
  }
  return words;
}

}  // namespace driftbench
