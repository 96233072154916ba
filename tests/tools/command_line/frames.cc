#include "tests/tools/command_line/frames.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <exception>
#include <memory>

#include "tools/base/npy.h"

namespace driftbench {

std::vector<Frame> frames_in(const std::string& bytes) {
  std::vector<Frame> frames;
  if (bytes.empty()) return frames;
  std::string copy = bytes;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> stream(fmemopen(copy.data(), copy.size(), "rb"), std::fclose);
  try {
    while (const auto header = read_npy_header(stream.get())) {
      Frame frame{header->shape, {}};
      std::size_t count = 1;
      for (const std::size_t dimension : header->shape) count *= dimension;
      frame.numbers.resize(count);
      read_npy_values(stream.get(), *header, frame.numbers);
      frames.push_back(frame);
    }
  } catch (const std::exception& error) {
    ADD_FAILURE() << "frame " << frames.size() << ": " << error.what();
  }
  return frames;
}

double norm_of(const std::vector<float>& numbers) {
  double squares = 0;
  for (const float number : numbers) squares += double{number} * double{number};
  return std::sqrt(squares);
}

std::vector<float> product_of(const Frame& factor) {
  const std::vector<float>& v = factor.numbers;
  std::vector<float> product;
  for (std::size_t i = 0; i + 1 < v.size(); ++i) {
    for (std::size_t j = 0; j + 1 < v.size(); ++j) product.push_back(v.back() * (v[i] * v[j]));
  }
  return product;
}

}  // namespace driftbench
