// Samplers of the C interface in memory between guards.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstring>
#include <new>
#include <vector>

#include "c/driftbench.h"

namespace driftbench {

/// Memory of a given alignment, filled with a pattern and between bytes that nobody may write.
class Memory {
 public:
  Memory(std::size_t bytes, std::size_t alignment)
      : bytes_(bytes),
        alignment_(alignment),
        begin_(static_cast<unsigned char*>(::operator new (bytes + 2 * kGuard, std::align_val_t{alignment}))) {
    std::memset(begin_, kPattern, bytes + 2 * kGuard);
  }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  ~Memory() {
    EXPECT_TRUE(guards_are_intact());
    ::operator delete (begin_, std::align_val_t{alignment_});
  }

  unsigned char* data() { return begin_ + kGuard; }
  std::size_t bytes() const { return bytes_; }
  std::vector<unsigned char> content() const { return {begin_ + kGuard, begin_ + kGuard + bytes_}; }
  bool is_untouched() const { return content() == std::vector<unsigned char>(bytes_, kPattern); }

 private:
  static constexpr std::size_t kGuard = 256;
  static constexpr unsigned char kPattern = 0xa5;

  bool guards_are_intact() const {
    for (std::size_t i = 0; i < kGuard; ++i) {
      if (begin_[i] != kPattern || begin_[kGuard + bytes_ + i] != kPattern) return false;
    }
    return true;
  }

  std::size_t bytes_, alignment_;
  unsigned char* begin_;
};

/// A size of the library's.
struct Size {
  const char* target = "sparse-signs";
  int n = 0, k = 0;

  std::size_t full() const { return static_cast<std::size_t>(n) * static_cast<std::size_t>(n); }
  std::size_t packed() const { return (full() + static_cast<std::size_t>(n)) / 2; }
};

inline std::vector<Size> library_sizes() {
  std::vector<Size> sizes;
  Size size;
  while (driftbench_size(sizes.size(), &size.target, &size.n, &size.k) == DRIFTBENCH_OK) sizes.push_back(size);
  return sizes;
}

/// Returns the status of driftbench_workspace, whose bytes and alignment are of no interest.
inline driftbench_status workspace_status(const Size& size, const char* drift) {
  std::size_t bytes = 0, alignment = 0;
  return driftbench_workspace(size.target, size.n, size.k, drift, &bytes, &alignment);
}

inline Memory make_workspace(const Size& size, const char* drift) {
  std::size_t bytes = 0, alignment = 1;
  EXPECT_EQ(driftbench_workspace(size.target, size.n, size.k, drift, &bytes, &alignment), DRIFTBENCH_OK) << drift;
  return {bytes, alignment};
}

/// An initialized sampler with its memory.
struct Instance {
  Instance(const Size& size, const char* drift) : workspace(make_workspace(size, drift)) {
    EXPECT_EQ(driftbench_init(workspace.data(), workspace.bytes(), size.target, size.n, size.k, drift, &sampler),
              DRIFTBENCH_OK)
        << drift;
  }
  /// The same of the target sparse-signs.
  Instance(int n, int k, const char* drift) : Instance({.n = n, .k = k}, drift) {}
  Memory workspace;
  driftbench_sampler* sampler = nullptr;
};

/// Returns weights that are always the same and of a size that keeps the network's activations near one.
inline std::vector<float> some_weights() {
  std::vector<float> weights(DRIFTBENCH_WEIGHTS);
  unsigned state = 1;
  for (float& weight : weights) {
    state = state * 1664525U + 1013904223U;
    weight = static_cast<float>(state >> 8) * 0x1p-24f - 0.5f;
  }
  return weights;
}

}  // namespace driftbench
