#include "kernels/philox.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "tests/support.h"

namespace driftbench {
namespace {

using Block = std::array<std::uint32_t, 4>;

template <class Arch>
class PhiloxTest : public ::testing::Test {
 protected:
  /// Returns the blocks of a group in order, taken from the lanes that the header states.
  static std::array<Block, kPhiloxGroup> blocks(const RandomAddress& at, std::uint64_t group) {
    const auto words = philox_group<Arch>(at, group);
    std::uint32_t first[2 * kPhiloxGroup], second[2 * kPhiloxGroup];
    static_assert(sizeof first == sizeof words.first);
    std::memcpy(first, words.first, sizeof first);
    std::memcpy(second, words.second, sizeof second);
    std::array<Block, kPhiloxGroup> result;
    for (std::size_t b = 0; b < kPhiloxGroup; ++b) {
      result[b] = {first[2 * b], first[2 * b + 1], second[2 * b], second[2 * b + 1]};
    }
    return result;
  }
};
TYPED_TEST_SUITE(PhiloxTest, Architectures);

constexpr std::uint64_t kLow = 0xffffffff, kTop = (std::uint64_t{1} << 40) - 1;

TYPED_TEST(PhiloxTest, KnownAnswers) {
  std::ifstream file("tests/kernels/philox_known_answers.txt");
  int answers = 0;
  for (std::string line; std::getline(file, line);) {
    if (line[0] == '#') continue;
    std::istringstream fields(line);
    Block counter, expected;
    std::uint64_t key0, key1;
    fields >> std::hex >> counter[0] >> counter[1] >> counter[2] >> counter[3] >> key0 >> key1;
    for (auto& word : expected) fields >> word;
    ASSERT_TRUE(fields) << line;
    EXPECT_EQ(philox(counter, static_cast<std::uint32_t>(key0), static_cast<std::uint32_t>(key1)), expected) << line;

    const std::uint64_t upper = counter[3];
    const RandomAddress at{key1 << 32 | key0, static_cast<Stream>(upper >> 24), (upper >> 16 & 0xff) << 32 | counter[2],
                           (upper >> 8 & 0xff) << 32 | counter[1]};
    const std::uint64_t block = (upper & 0xff) << 32 | counter[0];
    EXPECT_EQ(philox_counter(at, block), counter) << line;
    EXPECT_EQ(this->blocks(at, block / kPhiloxGroup)[block % kPhiloxGroup], expected) << line;
    ++answers;
  }
  EXPECT_EQ(answers, 3);
}

TYPED_TEST(PhiloxTest, GroupEqualsBlocks) {
  const std::uint64_t groups[] = {0, 1, 1000, kLow / kPhiloxGroup, kLow / kPhiloxGroup + 1, kTop / kPhiloxGroup};
  const RandomAddress addresses[] = {{},
                                     {0x0123456789abcdef, Stream::kTarget, 5, 7},
                                     {~std::uint64_t{0}, Stream::kDrift, kTop, kTop},
                                     {std::uint64_t{1} << 32, Stream::kNoise, kLow + 1, kLow}};
  for (const auto& at : addresses) {
    for (std::uint64_t group : groups) {
      const auto blocks = this->blocks(at, group);
      for (std::size_t b = 0; b < kPhiloxGroup; ++b) {
        EXPECT_EQ(blocks[b], philox(at, group * kPhiloxGroup + b)) << "group " << group << ", block " << b;
      }
    }
  }
}

// The hash is that of Random123's own Philox4x32 on the same counters.
TYPED_TEST(PhiloxTest, EveryArchitectureGivesTheseBits) {
  const RandomAddress at{0x0123456789abcdef, Stream::kDrift, 3, 5};
  std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a over words
  for (std::uint64_t group = 0; group < 65536 / kPhiloxGroup; ++group) {
    for (const auto& block : this->blocks(at, group)) {
      for (std::uint32_t word : block) hash = (hash ^ word) * 0x100000001b3;
    }
  }
  EXPECT_EQ(hash, 0xe0101571ad45bdbbU);
}

TEST(Philox, CountersNeverRepeat) {
  const std::uint64_t edges[] = {0, 1, 2, 255, 256, kLow - 1, kLow, kLow + 1, kLow + 2, kTop - 1, kTop};
  std::set<Block> counters;
  std::size_t addresses = 0;
  for (Stream stream : {Stream::kNoise, Stream::kDrift, Stream::kTarget}) {
    for (std::uint64_t chain : edges) {
      for (std::uint64_t step : edges) {
        for (std::uint64_t block : edges) {
          counters.insert(philox_counter({1, stream, chain, step}, block));
          ++addresses;
        }
      }
    }
  }
  EXPECT_EQ(counters.size(), addresses);
}

TEST(Philox, BothHalvesOfTheSeedCount) {
  const auto words = [](std::uint64_t seed) { return philox(RandomAddress{seed, Stream::kNoise, 0, 0}, 0); };
  const std::set<Block> distinct{words(0), words(1), words(kLow), words(kLow + 1), words(kLow + 2)};
  EXPECT_EQ(distinct.size(), 5U);
}

// Every bit of counter and key reaches about half of the 128 bits of a block. A flipped bit count is binomial(128, 1/2)
// and strays 40 from its mean of 64, 7 deviations, with probability 2 exp(-2 * 40^2 / 128) = 3e-11 (Hoeffding); there
// are 192 such counts.
TEST(Philox, Avalanche) {
  const std::array<std::uint32_t, 6> base{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0};
  const auto words = [](const std::array<std::uint32_t, 6>& in) {
    return philox(Block{in[0], in[1], in[2], in[3]}, in[4], in[5]);
  };
  for (std::size_t bit = 0; bit < 192; ++bit) {
    auto flipped = base;
    flipped[bit / 32] ^= 1U << bit % 32;
    const auto a = words(base), b = words(flipped);
    int changed = 0;
    for (std::size_t i = 0; i < 4; ++i) changed += std::popcount(a[i] ^ b[i]);
    EXPECT_NEAR(changed, 64, 40) << "bit " << bit;
  }
}

}  // namespace
}  // namespace driftbench
