// A drift at a size, behind one type: the functions that the C interface calls.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/message_passing.h"
#include "kernels/status.h"

namespace driftbench {

/// The functions of one Chain (chain.h), which lies at the address that they take. Observations and estimates are n x n
/// row-major arrays.
struct Model {
  const char* drift;
  std::size_t bytes;
  void (*make)(void* chain);
  void (*start)(void* chain, std::uint64_t seed, std::uint64_t index);
  void (*observe)(void* chain, std::uint64_t seed, std::uint64_t index, float t, const float* y);
  float (*time)(const void* chain);
  Status (*evaluate)(void* chain);
  Status (*step)(void* chain, float t_next);
  void (*read_estimate)(const void* chain, float* x);
  /// Writes the vector of a rank-one estimate and returns its scale. The pointer is null where estimates have full
  /// rank.
  float (*read_factor)(const void* chain, float* v);
  /// Sets w. The pointer is null where the drift does not use w.
  void (*set_target_w)(void* chain, float w);
  /// Returns the chain's weights. The pointer is null where the drift takes none.
  MessagePassingWeights* (*weights)(void* chain);
};

/// Every drift that is possible at one size. What models() returns lives forever.
struct SizeModels {
  int n, k;
  std::span<const Model> (*models)();
};

/// Returns the sizes that were compiled in. models.bzl generates this function.
std::span<const SizeModels> compiled_sizes();

}  // namespace driftbench
