// Files of weights as another program would write them.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "kernels/message_passing.h"

namespace driftbench {

template <int Inputs, int Units>
void fill_randomly(std::mt19937& bits, TwoLayers<Inputs, Units>& mlp) {
  const auto uniform = [&](int inputs) {
    const float bound = 1 / std::sqrt(static_cast<float>(inputs));
    return std::uniform_real_distribution<float>(-bound, bound)(bits);
  };
  for (auto& row : mlp.first) {
    for (float& value : row) value = uniform(Inputs);
  }
  for (float& value : mlp.first_bias) value = uniform(Inputs);
  for (float& value : mlp.second) value = uniform(Units);
  mlp.second_bias = uniform(Units);
}

/// Returns random weights as PyTorch starts its linear layers with, so that signals neither vanish nor explode.
inline MessagePassingWeights random_weights(unsigned seed) {
  std::mt19937 bits(seed);
  std::uniform_real_distribution<float> uniform(-1, 1);
  MessagePassingWeights weights;
  for (auto& mlp : weights.message) fill_randomly(bits, mlp);
  for (auto& mlp : weights.update) fill_randomly(bits, mlp);
  fill_randomly(bits, weights.decoder);
  for (float& value : weights.logit_alpha) value = uniform(bits);
  weights.log_scale = uniform(bits);
  weights.readout = uniform(bits);
  return weights;
}

/// A tensor as a file has it: its entry in the header without the offsets, and its bytes.
struct FileTensor {
  std::string name, dtype, shape, bytes;
};

inline std::string bytes_of(const float* values, std::size_t count) {
  std::string bytes(count * sizeof(float), '\0');
  std::memcpy(bytes.data(), values, bytes.size());
  return bytes;
}

template <int Inputs, int Units>
void append_tensors(const std::string& prefix, const TwoLayers<Inputs, Units>& mlp, std::vector<FileTensor>& tensors) {
  const std::string inputs = std::to_string(Inputs), units = std::to_string(Units);
  tensors.push_back(
      {prefix + ".0.weight", "F32", "[" + units + ", " + inputs + "]", bytes_of(mlp.first[0], Units * Inputs)});
  tensors.push_back({prefix + ".0.bias", "F32", "[" + units + "]", bytes_of(mlp.first_bias, Units)});
  tensors.push_back({prefix + ".2.weight", "F32", "[1, " + units + "]", bytes_of(mlp.second, Units)});
  tensors.push_back({prefix + ".2.bias", "F32", "[1]", bytes_of(&mlp.second_bias, 1)});
}

inline std::vector<FileTensor> tensors_of(const MessagePassingWeights& weights) {
  std::vector<FileTensor> tensors;
  tensors.push_back({"log_scale", "F32", "[1]", bytes_of(&weights.log_scale, 1)});
  tensors.push_back({"readout_coefs", "F32", "[1]", bytes_of(&weights.readout, 1)});
  for (int l = 0; l < 10; ++l) append_tensors("msg_mlps." + std::to_string(l), weights.message[l], tensors);
  for (int l = 0; l < 10; ++l) append_tensors("upd_mlps." + std::to_string(l), weights.update[l], tensors);
  for (int l = 0; l < 10; ++l) {
    tensors.push_back({"logit_alpha." + std::to_string(l), "F32", "[1]", bytes_of(&weights.logit_alpha[l], 1)});
  }
  append_tensors("tiny_decoder", weights.decoder, tensors);
  return tensors;
}

inline FileTensor& tensor_named(std::vector<FileTensor>& tensors, const std::string& name) {
  for (FileTensor& tensor : tensors) {
    if (tensor.name == name) return tensor;
  }
  return tensors.at(tensors.size());
}

inline std::string header_entry(const FileTensor& tensor, std::size_t begin, std::size_t end) {
  return "\"" + tensor.name + "\": {\"dtype\": \"" + tensor.dtype + "\", \"shape\": " + tensor.shape +
         ", \"data_offsets\": [" + std::to_string(begin) + ", " + std::to_string(end) + "]}";
}

/// Returns a file of this header, good or bad, and the data.
inline std::string file_of(const std::string& header, const std::string& data) {
  std::string content(8, '\0');
  const std::uint64_t length = header.size();
  std::memcpy(content.data(), &length, 8);
  return content + header + data;
}

inline std::string file_of(const std::vector<FileTensor>& tensors, const std::string& metadata = "{}") {
  std::string header = "{\"__metadata__\": " + metadata, data;
  for (const FileTensor& tensor : tensors) {
    header += ", " + header_entry(tensor, data.size(), data.size() + tensor.bytes.size());
    data += tensor.bytes;
  }
  return file_of(header + "}", data);
}

}  // namespace driftbench
