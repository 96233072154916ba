// What the commands write with --out, as a test reads it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace driftbench {

struct Frame {
  std::vector<std::size_t> shape;
  std::vector<float> numbers;
};

/// Reads .npy arrays with the program's own reader, until the bytes end. The test fails where they are anything else.
std::vector<Frame> frames_in(const std::string& bytes);

/// Returns the square root of the sum of the numbers' squares.
double norm_of(const std::vector<float>& numbers);

/// Returns a frame of n + 1 numbers, v and s, as the n x n elements of s v v^T.
std::vector<float> product_of(const Frame& factor);

}  // namespace driftbench
