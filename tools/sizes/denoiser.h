// A Denoiser applies a drift of one compiled size to matrices from outside.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "kernels/asymmetry.h"
#include "kernels/status.h"

namespace driftbench {

/// A drift with Y and its estimate. Matrices are n x n numbers row by row, and n is at most the compiled size.
class Denoiser {
 public:
  virtual ~Denoiser() = default;
  /// Takes the symmetric part of the matrix for Y, which is 0 beyond n. Returns how far the matrix is from symmetric;
  /// none where an element is not finite. Y is of use for denoise() in the former case alone.
  virtual std::optional<Asymmetry> take(std::span<const float> matrix, int n) = 0;
  /// Writes the first n x n elements of m(Y, t), with the n of the last take(). The drift's random numbers are those of
  /// the chain.
  virtual Status denoise(float t, std::uint64_t chain, std::span<float> estimate) = 0;
};

}  // namespace driftbench
