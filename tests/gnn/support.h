// What the tests of the network share: random weights, the network in double precision, and safetensors files.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "kernels/message_passing.h"
#include "tests/gnn/safetensors.h"
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

inline double leaky(double x) { return x > 0 ? x : 0.01 * x; }

template <int Inputs, int Units>
double evaluate_exactly(const TwoLayers<Inputs, Units>& mlp, const std::array<double, Inputs>& x) {
  double sum = mlp.second_bias;
  for (int h = 0; h < Units; ++h) {
    double hidden = mlp.first_bias[h];
    for (std::size_t input = 0; input < Inputs; ++input) hidden += mlp.first[h][input] * x[input];
    sum += mlp.second[h] * leaky(hidden);
  }
  return sum;
}

template <int N>
double mean_message(const TwoLayers<3, 32>& mlp, const SymMatrix<N>& y, double t, const std::vector<double>& v, int i) {
  double sum = 0;
  for (int j = 0; j < N; ++j) {
    sum += evaluate_exactly<3, 32>(mlp, {v[static_cast<std::size_t>(i)], v[static_cast<std::size_t>(j)], y(i, j) / t});
  }
  return sum / N;
}

/// Returns the network's scores, from which the K largest are then chosen, as its definition reads.
template <int N>
std::vector<double> network_in_double(const MessagePassingWeights& weights, const SymMatrix<N>& y, double t,
                                      const Vec<N>& start) {
  std::vector<double> v(start.begin(), start.end()), next(N);
  for (int iteration = 0; iteration < 3; ++iteration) {
    double squares = 0;
    for (int i = 0; i < N; ++i) {
      double& sum = next[static_cast<std::size_t>(i)] = 0;
      for (int j = 0; j < N; ++j) sum += y(i, j) / t * v[static_cast<std::size_t>(j)];
      squares += sum * sum;
    }
    for (std::size_t i = 0; i < N; ++i) v[i] = next[i] / std::sqrt(squares);
  }
  for (int layer = 0; layer < 10; ++layer) {
    const double alpha = 0.85 / (1 + std::exp(-double{weights.logit_alpha[layer]}));
    for (std::size_t i = 0; i < N; ++i) {
      const double message = mean_message(weights.message[layer], y, t, v, static_cast<int>(i));
      next[i] = alpha * v[i] + (1 - alpha) * evaluate_exactly<2, 16>(weights.update[layer], {v[i], message});
    }
    std::swap(v, next);
  }
  const double tau = std::tanh(std::exp(double{weights.log_scale}) * t / N);
  for (double& s : v) s = weights.readout * s * tau + evaluate_exactly<2, 4>(weights.decoder, {s, tau});
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
