// A matrix with a spike in noise of an unknown level becomes Y = t x + noise by what its bulk tells.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace driftbench {

/// What most elements of a symmetric matrix tell of its noise.
struct Bulk {
  float median;           ///< of the elements off the diagonal
  float diagonal_median;  ///< of those on it
  float noise_level;      ///< standard deviation of the elements off the diagonal, were they normal
};

/// Finds the bulk of n x n numbers, of which it uses the lower triangle. The noise level is the median of the
/// deviations from the median over that of a standard normal, 0.6745: a spike in few of the elements hardly moves it
/// (Rousseeuw and Croux, "Alternatives to the median absolute deviation", 1993). Throws ArgumentError, which says what
/// to do, where at least half of the elements off the diagonal are equal. Takes n^2 / 2 floats.
Bulk find_bulk(std::size_t n, std::span<const float> matrix);

/// Subtracts the medians and multiplies by the factor which makes the noise that of Y at time t: variance t/2 off the
/// diagonal.
void standardize(const Bulk& bulk, float t, std::size_t n, std::span<float> matrix);

/// Says what was found, the factor, and which strength of the spike t then stands for.
std::string describe(const Bulk& bulk, float t);

}  // namespace driftbench
