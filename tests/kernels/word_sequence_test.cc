#include "kernels/word_sequence.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace driftbench {
namespace {

TEST(WordSequence, IsThePhiloxStream) {
  const RandomAddress at{1, Stream::kTarget, 5, 0};
  WordSequence words(at);
  for (std::uint64_t block = 0; block < 3; ++block) {
    for (std::uint32_t word : philox(at, block)) EXPECT_EQ(words.next(), word);
  }
}

}  // namespace
}  // namespace driftbench
