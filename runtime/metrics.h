// Measures of how good a denoiser is and of how far samples are from their target.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>

#include "kernels/assertions.h"
#include "kernels/philox.h"
#include "kernels/word_sequence.h"

namespace driftbench {

/// The mean of a sequence and the standard error of that mean, in one pass (Welford 1962).
class RunningMean {
 public:
  void add(double value) {
    ++count_;
    const double delta = value - mean_;
    mean_ += delta / static_cast<double>(count_);
    squares_ += delta * (value - mean_);
  }

  std::int64_t count() const { return count_; }
  double mean() const { return mean_; }
  /// The standard error of the mean, 0 for fewer than two values.
  double standard_error() const {
    const auto n = static_cast<double>(count_);
    return count_ < 2 ? 0.0 : std::sqrt(squares_ / (n - 1) / n);
  }

 private:
  std::int64_t count_ = 0;
  double mean_ = 0.0, squares_ = 0.0;
};

/// Returns the W1 distance on the line between the empirical law of `norms` and the law of ||x||_F, which is 0 with
/// probability 1 - w and 1 with probability w in [0, 1]. The norms are finite, and the function sorts them. The
/// Frobenius norm is 1-Lipschitz, so this is a lower bound on W1 between the samples' law and the target's. A finite
/// number of samples of the target itself has a distance of order 1 / sqrt(norms.size()).
inline double w1_to_target_norm(std::span<float> norms, double w) {
  DRIFTBENCH_ASSERT(0 <= w && w <= 1);
  std::sort(norms.begin(), norms.end());
  const auto count = static_cast<double>(norms.size());
  double distance = 0.0;
  for (std::size_t i = 0; i < norms.size(); ++i) {
    // The norm of rank i is coupled with the target's quantiles i / count to (i + 1) / count.
    const double low = static_cast<double>(i) / count, high = static_cast<double>(i + 1) / count;
    const double zeros = std::clamp(1.0 - w, low, high) - low, ones = high - low - zeros;
    distance += zeros * std::fabs(norms[i]) + ones * std::fabs(norms[i] - 1.0);
  }
  return distance;
}

/// Returns the mean of w1_to_target_norm over sets of `chains` independent draws of the target itself, which is what a
/// perfect sampler shows. It is the mean distance of a binomial fraction from w in [0, 1]. There is at least one chain.
/// O(chains).
inline double w1_of_target_draws(double w, std::int64_t chains) {
  DRIFTBENCH_ASSERT(0 <= w && w <= 1 && chains >= 1);
  const auto count = static_cast<double>(chains);
  double mean = 0, log_probability = 0;
  for (std::int64_t ones = 0; ones <= chains; ++ones) {
    const auto m = static_cast<double>(ones);
    log_probability = std::lgamma(count + 1) - std::lgamma(m + 1) - std::lgamma(count - m + 1) +
                      (ones > 0 ? m * std::log(w) : 0) + (ones < chains ? (count - m) * std::log1p(-w) : 0);
    mean += std::exp(log_probability) * std::fabs(m / count - w);
  }
  return mean;
}

struct Interval {
  double low, high;
};

/// Returns a bootstrap interval of w1_to_target_norm (Efron 1979, percentiles): from the 2.5th to the 97.5th percentile
/// of its values for distances.size() resamples of the norms, drawn with replacement. There is at least one norm and
/// one resample, and there are fewer than 2^31 norms. Resample i draws from the words at `at` with i added to its step.
/// `resample` is working memory as long as `norms`, which it does not overlap. `distances` holds the values of the
/// resamples afterwards, sorted. O(m log m) for each resample of m norms.
inline Interval bootstrap_w1(std::span<const float> norms, double w, RandomAddress at, std::span<float> resample,
                             std::span<double> distances) {
  DRIFTBENCH_ASSERT(!norms.empty() && norms.size() < std::size_t{1} << 31 && resample.size() == norms.size() &&
                    !distances.empty());
  DRIFTBENCH_ASSERT(is_apart(norms.data(), norms.size_bytes(), resample.data(), resample.size_bytes()));
  for (double& distance : distances) {
    WordSequence words(at);
    for (float& norm : resample)
      norm = norms[static_cast<std::size_t>(words.next_below(static_cast<int>(norms.size())))];
    distance = w1_to_target_norm(resample, w);
    ++at.step;
  }
  std::sort(distances.begin(), distances.end());
  const auto percentile = [&](double q) {
    return distances[static_cast<std::size_t>(std::lround(q * static_cast<double>(distances.size() - 1)))];
  };
  return {percentile(0.025), percentile(0.975)};
}

}  // namespace driftbench
