#include "tools/command_line/standardize.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "tools/base/errors.h"

namespace driftbench {
namespace {

/// The median of the magnitude of a standard normal.
constexpr float kNormalDeviation = 0.67449f;

/// Returns the median, the upper one of two, of values that are not empty. Changes their order.
float median_of(std::vector<float>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Returns what the matrix less its medians is multiplied by.
float factor(const Bulk& bulk, float t) { return std::sqrt(t / 2) / bulk.noise_level; }

}  // namespace

Bulk find_bulk(std::size_t n, std::span<const float> matrix) {
  std::vector<float> diagonal, others;
  diagonal.reserve(n);
  others.reserve(n * (n - 1) / 2);
  for (std::size_t i = 0; i < n; ++i) {
    diagonal.push_back(matrix[i * n + i]);
    const auto row = matrix.subspan(i * n, i);
    others.insert(others.end(), row.begin(), row.end());
  }
  if (others.empty())
    throw ArgumentError("--standardize: a matrix of one element has no bulk; leave --standardize out");
  Bulk bulk{median_of(others), median_of(diagonal), 0};
  const auto equal = static_cast<std::size_t>(std::count(others.begin(), others.end(), bulk.median));
  if (2 * equal >= others.size()) {
    throw ArgumentError(fmt::format(
        "--standardize: {:.0f} % of the elements off the diagonal are {:g}, which is no bulk of noise; leave "
        "--standardize out and scale the matrix yourself: for a graph with a part p of all edges, (A - p) times "
        "sqrt(t / (2 p (1 - p)))",
        100 * static_cast<double>(equal) / static_cast<double>(others.size()), bulk.median));
  }
  for (float& value : others) value = std::fabs(value - bulk.median);
  bulk.noise_level = median_of(others) / kNormalDeviation;
  return bulk;
}

void standardize(const Bulk& bulk, float t, std::size_t n, std::span<float> matrix) {
  const float scale = factor(bulk, t);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      float& value = matrix[i * n + j];
      value = scale * (value - (i == j ? bulk.diagonal_median : bulk.median));
    }
  }
}

std::string describe(const Bulk& bulk, float t) {
  return fmt::format(
      "median {:.3g} off the diagonal and {:.3g} on it, noise level {:.3g}: Y is what is beyond the medians, times "
      "{:.3g}, and t = {:g} a spike of norm {:.3g} in the matrix",
      bulk.median, bulk.diagonal_median, bulk.noise_level, factor(bulk, t), t, t / factor(bulk, t));
}

}  // namespace driftbench
