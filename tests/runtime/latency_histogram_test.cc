#include "runtime/latency_histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

namespace driftbench {
namespace {

TEST(LatencyHistogram, Empty) {
  const LatencyHistogram histogram;
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.min(), 0U);
  EXPECT_EQ(histogram.max(), 0U);
  EXPECT_EQ(histogram.mean(), 0.0);
  EXPECT_EQ(histogram.quantile(0.5), 0.0);
}

TEST(LatencyHistogram, AMillionValues) {
  SCOPED_TRACE("seed 1");
  std::mt19937_64 bits(1);
  std::uniform_real_distribution<double> exponent(0.0, 40.0);
  std::vector<std::uint64_t> values;
  LatencyHistogram histogram;
  for (std::uint64_t step = 0; step < 1'000'000; ++step) {
    values.push_back(static_cast<std::uint64_t>(std::exp2(exponent(bits))) - 1);
    histogram.record(values.back(), step);
  }
  const auto largest = std::max_element(values.begin(), values.end());
  EXPECT_EQ(histogram.max(), *largest);
  EXPECT_EQ(histogram.max_step(), static_cast<std::uint64_t>(largest - values.begin()));
  EXPECT_EQ(histogram.mean(),
            static_cast<double>(std::accumulate(values.begin(), values.end(), std::uint64_t{0})) / 1e6);

  std::sort(values.begin(), values.end());
  EXPECT_EQ(histogram.min(), values.front());
  for (double q : {1e-6, 0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 0.9999, 0.999999, 1.0}) {
    const auto exact = static_cast<double>(values[static_cast<std::size_t>(std::ceil(q * 1e6)) - 1]);
    EXPECT_NEAR(histogram.quantile(q), exact, LatencyHistogram::kRelativeError * exact) << q;
  }
}

TEST(LatencyHistogram, MergeIsRecordingAll) {
  LatencyHistogram all, first, second;
  for (std::uint64_t step = 0; step < 977; ++step) {
    const std::uint64_t duration = 1 + step * step % 977 * 31;
    all.record(duration, step);
    (step < 300 ? first : second).record(duration, step);
  }
  // The smallest duration is that of step 0 alone. Whichever histogram has it, the merged one knows it.
  LatencyHistogram backwards = second;
  backwards.merge(first);
  EXPECT_EQ(backwards.min(), all.min());
  EXPECT_EQ(backwards.max(), all.max());
  first.merge(second);
  first.merge(LatencyHistogram());
  EXPECT_EQ(first.count(), all.count());
  EXPECT_EQ(first.min(), all.min());
  EXPECT_EQ(first.max(), all.max());
  EXPECT_EQ(first.max_step(), all.max_step());
  EXPECT_EQ(first.mean(), all.mean());
  for (double q : {0.001, 0.1, 0.5, 0.9, 1.0}) EXPECT_EQ(first.quantile(q), all.quantile(q)) << q;
}

// The middle of a bin errs by half its width at most, wherever the histogram promises bins.
TEST(LatencyHistogram, EveryMagnitude) {
  for (int shift = 0; shift < 40; ++shift) {
    for (std::uint64_t value :
         {std::uint64_t{1} << shift, (std::uint64_t{1} << shift) + (std::uint64_t{1} << shift) / 3,
          (std::uint64_t{2} << shift) - 1}) {
      LatencyHistogram histogram;
      // Records on both sides keep the extremes from telling the answer.
      histogram.record(0, 0);
      histogram.record(value, 1);
      histogram.record(~std::uint64_t{0} >> 8, 2);
      const auto exact = static_cast<double>(value);
      EXPECT_NEAR(histogram.quantile(0.5), exact, LatencyHistogram::kRelativeError * exact);
      if (value < 128) {
        EXPECT_EQ(histogram.quantile(0.5), exact);
      }
    }
  }
}

TEST(LatencyHistogram, OverflowCountsInTheLastBin) {
  const std::uint64_t huge = std::uint64_t{1} << 50;
  LatencyHistogram histogram;
  for (std::uint64_t step = 0; step < 10; ++step) histogram.record(huge + step, step);
  histogram.record(5, 10);
  EXPECT_EQ(histogram.count(), 11U);
  EXPECT_EQ(histogram.min(), 5U);
  EXPECT_EQ(histogram.max(), huge + 9);
  EXPECT_EQ(histogram.max_step(), 9U);
  EXPECT_EQ(histogram.mean(), static_cast<double>(10 * huge + 45 + 5) / 11.0);
  EXPECT_EQ(histogram.quantile(1.0 / 11.0), 5.0);
  EXPECT_GE(histogram.quantile(0.5), 0x1p39);
  EXPECT_LE(histogram.quantile(1.0), static_cast<double>(huge + 9));
}

TEST(LatencyHistogram, TheLastOfEqualMaxima) {
  LatencyHistogram histogram;
  for (std::uint64_t step : {3U, 4U, 9U}) histogram.record(0, step);
  EXPECT_EQ(histogram.max(), 0U);
  EXPECT_EQ(histogram.max_step(), 9U);
  EXPECT_EQ(histogram.quantile(1.0), 0.0);
}

}  // namespace
}  // namespace driftbench
