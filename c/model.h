// A drift at a size, behind one type: the functions that the C interface calls.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "c/callback.h"
#include "kernels/message_passing.h"
#include "kernels/status.h"

namespace driftbench {

/// The forms in which a draw of x is written: not at all, as a matrix, or as the n numbers v with x = v v^T.
enum class DrawnForm : unsigned char { kNone, kFull, kPacked, kFactor };

/// What is chosen at run time of the target of a draw.
struct DrawnTarget {
  float w;        ///< P(x != 0)
  float density;  ///< of targets that have one
};

/// The functions of one StoredSampler (stored_sampler.h), which lies at the address that they take. Observations and
/// estimates are arrays of the Form that comes with them.
struct Model {
  const char* drift;
  /// The size of the StoredSampler. It is 0, and there are no functions, where the drift is not possible at the size.
  std::size_t bytes;
  void (*make)(void* stored);
  void (*start)(void* stored, std::uint64_t seed, std::uint64_t chain);
  void (*observe)(void* stored, std::uint64_t seed, std::uint64_t chain, float t, const float* y, Form form);
  /// Draws x of the target and observes it.
  void (*draw)(void* stored, std::uint64_t seed, std::uint64_t chain, float t, const DrawnTarget& target, float* x,
               DrawnForm form);
  float (*time)(const void* stored);
  Status (*evaluate)(void* stored);
  Status (*step)(void* stored, float t_next);
  /// The second half of a step, with an estimate of the caller's. What is full is averaged with its transpose.
  void (*advance)(void* stored, float t_next, const float* estimate, Form form);
  void (*advance_factor)(void* stored, float t_next, const float* v, float scale);
  void (*read_observation)(const void* stored, float* y, Form form);
  void (*read_estimate)(const void* stored, float* x, Form form);
  /// Writes the vector of a rank-one estimate and returns its scale. The pointer is null where estimates have full
  /// rank.
  float (*read_factor)(const void* stored, float* v);
  /// Sets w. The pointer is null where the drift does not use w.
  void (*set_target_w)(void* stored, float w);
  /// Sets the density. The pointer is null where the drift does not use it.
  void (*set_density)(void* stored, float density);
  /// Returns the sampler's weights. The pointer is null where the drift takes none.
  MessagePassingWeights* (*weights)(void* stored);
  /// Sets the caller's function. The pointer is null where the drift is none.
  void (*set_callback)(void* stored, const CallbackSettings& settings);
};

/// Every drift that serves a target at one size. What it points to lives forever.
struct SizeModels {
  const char* target;
  int n, k;  ///< k is 0 where the target has none
  bool has_density;
  std::span<const Model> models;
};

/// Returns what gives the sizes that were compiled in, one or more. models.bzl generates this function.
std::span<SizeModels (*const)()> compiled_sizes();

}  // namespace driftbench
