// A distribution of durations, kept in fixed memory.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

#include "kernels/assertions.h"

namespace driftbench {

/// Counts durations in bins of relative width at most kRelativeError: one bin for each value below 2^7, and 2^7 bins an
/// octave from there up to 2^40. In nanoseconds 2^40 is 18 minutes; longer durations count in the last bin. Extremes
/// and mean are exact. It takes 34 KiB. Recording takes a few integer operations and no loop.
class LatencyHistogram {
 public:
  static constexpr double kRelativeError = 1.0 / 128;

  void record(std::uint64_t duration, std::uint64_t step) {
    ++bins_[bin_of(duration)];
    ++count_;
    sum_ += duration;
    min_ = std::min(min_, duration);
    if (duration >= max_) {
      max_ = duration;
      max_step_ = step;
    }
  }

  /// Adds the other's durations, as if they had been recorded here after those that are.
  void merge(const LatencyHistogram& other) {
    for (std::size_t bin = 0; bin < kBins; ++bin) bins_[bin] += other.bins_[bin];
    count_ += other.count_;
    sum_ += other.sum_;
    min_ = std::min(min_, other.min_);
    if (other.count_ > 0 && other.max_ >= max_) {
      max_ = other.max_;
      max_step_ = other.max_step_;
    }
  }

  std::uint64_t count() const { return count_; }
  std::uint64_t min() const { return count_ == 0 ? 0 : min_; }
  std::uint64_t max() const { return max_; }
  /// The step that max() came from, the last one if there are several.
  std::uint64_t max_step() const { return max_step_; }
  double mean() const { return count_ == 0 ? 0.0 : static_cast<double>(sum_) / static_cast<double>(count_); }

  /// Returns the smallest duration that a fraction q of the records, 0 < q <= 1, does not exceed, to kRelativeError:
  /// the middle of its bin, within [min(), max()]. Returns 0 where nothing was recorded.
  double quantile(double q) const {
    DRIFTBENCH_ASSERT(0 < q && q <= 1);
    return rank(q).value;
  }

  struct Rank {
    double value;
    std::uint64_t count;  ///< the number of records in its bin and below
  };
  /// Returns quantile(q) and the number of records up to the end of its bin; q may be 0.
  Rank rank(double q) const {
    DRIFTBENCH_ASSERT(0 <= q && q <= 1);
    const double wanted = q * static_cast<double>(count_);
    std::uint64_t seen = 0;
    for (std::size_t bin = 0; bin < kBins; ++bin) {
      seen += bins_[bin];
      if (bins_[bin] != 0 && static_cast<double>(seen) >= wanted) return {value_of(bin), seen};
    }
    return {static_cast<double>(max_), count_};
  }

  /// Returns the standard deviation of the records about the mean, each taken as the middle of its bin.
  double standard_deviation() const {
    double sum = 0;
    for (std::size_t bin = 0; bin < kBins; ++bin) {
      if (bins_[bin] == 0) continue;
      const double deviation = value_of(bin) - mean();
      sum += static_cast<double>(bins_[bin]) * deviation * deviation;
    }
    return count_ == 0 ? 0.0 : std::sqrt(sum / static_cast<double>(count_));
  }

 private:
  static constexpr int kSubBits = 7, kMaxBits = 40;
  static constexpr std::size_t kSub = std::size_t{1} << kSubBits;
  static constexpr std::size_t kBins = kSub * (kMaxBits - kSubBits + 1);

  static std::size_t bin_of(std::uint64_t duration) {
    if (duration < kSub) return static_cast<std::size_t>(duration);
    const int shift = static_cast<int>(std::bit_width(duration)) - 1 - kSubBits;
    const auto bin = kSub * static_cast<std::uint64_t>(shift) + (duration >> shift);
    return static_cast<std::size_t>(std::min<std::uint64_t>(kBins - 1, bin));
  }

  /// Returns the value that stands for the records of a bin.
  double value_of(std::size_t bin) const {
    return std::clamp(middle_of(bin), static_cast<double>(min_), static_cast<double>(max_));
  }

  static double middle_of(std::size_t bin) {
    if (bin < kSub) return static_cast<double>(bin);
    const std::size_t shift = bin / kSub - 1;
    const std::uint64_t low = (bin - kSub * shift) << shift;
    return static_cast<double>(low) + 0.5 * static_cast<double>((std::uint64_t{1} << shift) - 1);
  }

  std::array<std::uint64_t, kBins> bins_{};
  std::uint64_t count_ = 0, sum_ = 0, min_ = UINT64_MAX, max_ = 0, max_step_ = 0;
};

}  // namespace driftbench
