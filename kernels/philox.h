// Counter-based random bits: a word is a function of its address, never of what was drawn before it.
//
// Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011), Philox4x32 with 10 rounds.
#pragma once

#include <array>
#include <cstdint>

#include "kernels/simd.h"

namespace driftbench {

/// What a random number is for. Different streams never share a counter.
enum class Stream : std::uint8_t {
  kNoise = 0,   ///< Brownian increments, and the noise of an observation
  kDrift = 1,   ///< a drift's own randomness, such as its starting vector
  kTarget = 2,  ///< draws of x
};

/// Addresses the words of one (seed, stream, chain, step); a position counts words from there. chain and step are below
/// 2^40, positions below 2^42; above, addresses would repeat.
struct RandomAddress {
  std::uint64_t seed = 0;
  Stream stream = Stream::kNoise;
  std::uint64_t chain = 0;
  std::uint64_t step = 0;
};

/// The counter of a block of four words: the low 32 bits of block, step and chain, then the upper 8 of each and the
/// stream.
constexpr std::array<std::uint32_t, 4> philox_counter(const RandomAddress& at, std::uint64_t block) {
  return {static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(at.step), static_cast<std::uint32_t>(at.chain),
          static_cast<std::uint32_t>((block >> 32 & 0xff) | (at.step >> 32 & 0xff) << 8 | (at.chain >> 32 & 0xff) << 16 |
                                     static_cast<std::uint64_t>(at.stream) << 24)};
}

/// Multipliers and Weyl key increments of the published generator.
inline constexpr std::uint32_t kPhiloxMultiplier0 = 0xD2511F53, kPhiloxMultiplier1 = 0xCD9E8D57;
inline constexpr std::uint32_t kPhiloxWeyl0 = 0x9E3779B9, kPhiloxWeyl1 = 0xBB67AE85;
inline constexpr int kPhiloxRounds = 10;

/// One block: four words from a counter and a key. 20 widening multiplications.
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

/// Words 4 * block to 4 * block + 3 at an address.
constexpr std::array<std::uint32_t, 4> philox(const RandomAddress& at, std::uint64_t block) {
  return philox(philox_counter(at, block), static_cast<std::uint32_t>(at.seed),
                static_cast<std::uint32_t>(at.seed >> 32));
}

/// Blocks that the vector form makes at a time: as many as the widest vector has 64-bit lanes.
inline constexpr int kPhiloxGroup = 8;

/// The 32 words of a group of kPhiloxGroup blocks. Lane order is the same on every architecture: block b of the group
/// gives its words 0 and 1 to lanes 2 b and 2 b + 1 of `first`, its words 2 and 3 to those of `second`.
template <class Arch = DefaultArch>
struct PhiloxWords {
  static constexpr int kVectors = 2 * kPhiloxGroup / Simd<Arch>::kLanes;
  typename Simd<Arch>::U32 first[kVectors], second[kVectors];
};

/// Group `group` at an address, blocks kPhiloxGroup * group on. A 64-bit lane carries one block; of its words only the
/// low halves count, which is what a widening multiply reads. 20 multiplications and 80 other operations for 4 words a
/// lane: with 8 lanes and two vector operations a cycle at least 1 cycle a word.
template <class Arch = DefaultArch>
PhiloxWords<Arch> philox_group(const RandomAddress& at, std::uint64_t group) {
  using S = Simd<Arch>;
  using U64 = typename S::U64;
  alignas(64) static constexpr std::uint64_t kBlockInGroup[kPhiloxGroup] = {0, 1, 2, 3, 4, 5, 6, 7};
  const auto counter = philox_counter(at, group * kPhiloxGroup);
  const U64 m0 = S::broadcast(std::uint64_t{kPhiloxMultiplier0}), m1 = S::broadcast(std::uint64_t{kPhiloxMultiplier1});

  PhiloxWords<Arch> words;
  constexpr int kWordsPerVector = 2 * S::kLanes64 / S::kLanes;  // 32-bit vectors that hold two words of each lane
  for (int v = 0; v < kPhiloxGroup / S::kLanes64; ++v) {
    U64 c0 = S::broadcast(std::uint64_t{counter[0]}) + S::load(kBlockInGroup + v * S::kLanes64);
    U64 c1 = S::broadcast(std::uint64_t{counter[1]});
    U64 c2 = S::broadcast(std::uint64_t{counter[2]});
    U64 c3 = S::broadcast(std::uint64_t{counter[3]});
    auto key0 = static_cast<std::uint32_t>(at.seed), key1 = static_cast<std::uint32_t>(at.seed >> 32);
#pragma GCC unroll 10
    for (int round = 0; round < kPhiloxRounds; ++round) {
      const U64 p0 = S::multiply_low_words(c0, m0), p1 = S::multiply_low_words(c2, m1);
      c0 = (p1 >> 32) ^ c1 ^ S::broadcast(std::uint64_t{key0});
      c2 = (p0 >> 32) ^ c3 ^ S::broadcast(std::uint64_t{key1});
      c1 = p1;
      c3 = p0;
      key0 += kPhiloxWeyl0;
      key1 += kPhiloxWeyl1;
    }
    S::interleave_low_words(c0, c1, words.first + v * kWordsPerVector);
    S::interleave_low_words(c2, c3, words.second + v * kWordsPerVector);
  }
  return words;
}

}  // namespace driftbench
