// Uniform random words, one after another.
#pragma once

#include <array>
#include <cstdint>

#include "kernels/assertions.h"
#include "kernels/philox.h"

namespace driftbench {

/// Uniform random words at an address, one after another.
class WordSequence {
 public:
  explicit WordSequence(const RandomAddress& at) : at_(at) {}

  std::uint32_t next() {
    if (position_ % 4 == 0) block_ = philox(at_, position_ / 4);
    return block_[position_++ % 4];
  }

  /// Returns a number that is uniform on 0 ... bound - 1, to within 2^-32 in each value's probability; bound >= 1.
  int next_below(int bound) {
    DRIFTBENCH_ASSERT(bound >= 1);
    return static_cast<int>(std::uint64_t{next()} * static_cast<std::uint64_t>(bound) >> 32);
  }

 private:
  RandomAddress at_;
  std::uint64_t position_ = 0;
  std::array<std::uint32_t, 4> block_{};
};

}  // namespace driftbench
