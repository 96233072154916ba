// What the tests of the network share: random weights, the network in double precision, and safetensors files.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include "bench/network_in_double.h"
#include "kernels/message_passing.h"
#include "tests/kernels/safetensors.h"
#include "tests/support.h"

namespace driftbench {

/// Makes Y look like an observation: variance t / 2 off the diagonal and t on it, and a strong direction.
template <int N>
void fill_observation(unsigned seed, float t, SymMatrix<N>& y) {
  std::mt19937 bits(seed);
  std::normal_distribution<float> normal(0, 1);
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j <= i; ++j) {
      const float signal = i < 4 && j < 4 ? 0.25f * t : 0.0f;
      y.set(i, j, signal + normal(bits) * std::sqrt(i == j ? t : 0.5f * t));
    }
  }
}

template <int N>
Vec<N> random_vector(unsigned seed) {
  std::mt19937 bits(seed);
  std::normal_distribution<float> normal(0, 1);
  Vec<N> v;
  for (float& value : v) value = normal(bits);
  return v;
}

/// A file that exists as long as this object does.
class FileOfBytes {
 public:
  explicit FileOfBytes(const std::string& content) {
    static int count = 0;
    path_ = ::testing::TempDir() + "weights" + std::to_string(count++) + ".safetensors";
    std::ofstream(path_, std::ios::binary) << content;
  }
  ~FileOfBytes() { std::filesystem::remove(path_); }
  FileOfBytes(const FileOfBytes&) = delete;
  FileOfBytes& operator=(const FileOfBytes&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace driftbench
