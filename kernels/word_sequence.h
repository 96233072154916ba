// Uniform random words, one after another.
#pragma once

#include <array>
#include <cmath>
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

  /// Returns true with probability p in [0, 1], rounded up to a multiple of 2^-32. Whole numbers are compared, because
  /// some words are not floats, and small processors have no double precision.
  bool next_event(float p) {
    DRIFTBENCH_ASSERT(0.0f <= p && p <= 1.0f);
    const std::uint32_t word = next();
    return p >= 1.0f || word < static_cast<std::uint32_t>(std::ceil(p * 0x1p32f));
  }

  /// Returns a number that is uniform on 0 ... bound - 1, to within 2^-32 in each value's probability; bound >= 1.
  int next_below(int bound) {
    DRIFTBENCH_ASSERT(bound >= 1);
    return static_cast<int>(std::uint64_t{next()} * static_cast<std::uint64_t>(bound) >> 32);
  }

  /// Draws a subset of 0 ... n - 1 that has `count` elements, 0 <= count <= n, each subset with the same probability:
  /// calls take(i) for its elements one after another, where is_taken(i) tells of which this was called already.
  /// Floyd's algorithm (Bentley and Floyd, Communications of the ACM 30 (1987)), one word an element.
  template <class IsTaken, class Take>
  void next_subset(int n, int count, IsTaken is_taken, Take take) {
    DRIFTBENCH_ASSERT(0 <= count && count <= n);
    for (int last = n - count; last < n; ++last) {
      const int candidate = next_below(last + 1);
      take(is_taken(candidate) ? last : candidate);
    }
  }

 private:
  RandomAddress at_;
  std::uint64_t position_ = 0;
  std::array<std::uint32_t, 4> block_{};
};

}  // namespace driftbench
