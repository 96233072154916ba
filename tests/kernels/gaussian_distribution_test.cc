// Checks that the normals are normal and independent. Seeds are fixed, so a test that passes once passes always. The
// rates below say how improbable it is that a correct generator fails.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

#include "kernels/gaussian.h"
#include "tests/support.h"

namespace driftbench {
namespace {

constexpr std::int64_t kValues = kSlowest ? 2'000'000 : 100'000'000;
constexpr std::int64_t kPairs = kSlowest ? 1'000'000 : 10'000'000;
constexpr int kBlock = 1024;

/// Calls visit(normal) for kValues normals, spread over chains and steps.
template <class F>
void for_each_normal(F visit) {
  Vec<kBlock> z;
  for (std::int64_t i = 0; i < kValues / kBlock; ++i) {
    const auto at = static_cast<std::uint64_t>(i);
    fill_gaussian({42, Stream::kNoise, at % 1000, at / 1000}, z);
    for (float value : z) visit(static_cast<double>(value));
  }
}

constexpr double kCount = static_cast<double>(kValues / kBlock * kBlock);

// Each sum has many independent terms and is nearly normal. Four tests at 5.5 deviations fail by chance with
// probability 4 * 3.8e-8 = 1.5e-7.
TEST(GaussianDistribution, FourMoments) {
  double sums[4] = {};
  for_each_normal([&](double z) {
    const double square = z * z;
    sums[0] += z;
    sums[1] += square;
    sums[2] += square * z;
    sums[3] += square * square;
  });
  const double means[] = {0.0, 1.0, 0.0, 3.0}, variances[] = {1.0, 2.0, 15.0, 96.0};
  for (int i = 0; i < 4; ++i) {
    EXPECT_NEAR(sums[i] / kCount, means[i], kImprobableDeviations * std::sqrt(variances[i] / kCount)) << i + 1;
  }
}

// Kolmogorov and Smirnov's statistic, taken at the edges of 2^14 bins, which bounds it from below: by Massart (1990) it
// exceeds d with probability at most 2 exp(-2 count d^2), 8.3e-8 for count d^2 = 8.5. The tails add 6 sides at 4.2e-8
// each.
TEST(GaussianDistribution, KolmogorovSmirnovAndTails) {
  constexpr int kBinsPerUnit = 1024, kLimit = 8;
  std::vector<std::int64_t> bins(2 * kLimit * kBinsPerUnit);
  for_each_normal([&](double z) { ++bins.at(static_cast<std::size_t>((z + kLimit) * kBinsPerUnit)); });

  double below = 0.0, distance = 0.0, beyond[6] = {};
  for (std::size_t bin = 0; bin < bins.size(); ++bin) {
    below += static_cast<double>(bins[bin]);
    const double edge = static_cast<double>(bin + 1) / kBinsPerUnit - kLimit;
    distance = std::max(distance, std::fabs(below / kCount - 0.5 * std::erfc(-edge / std::numbers::sqrt2)));
    for (int sigmas : {3, 4, 5}) {
      if (edge > sigmas || edge <= -sigmas) beyond[sigmas] += static_cast<double>(bins[bin]);
    }
  }
  EXPECT_LE(distance, std::sqrt(8.5 / kCount));
  for (int sigmas : {3, 4, 5}) {
    const double mean = kCount * std::erfc(sigmas / std::numbers::sqrt2);
    EXPECT_FALSE(improbable_count(beyond[sigmas], mean)) << sigmas << " sigma: " << beyond[sigmas] << " for " << mean;
  }
}

// Takes the mean product of paired normals, and that of their squares less one, over sqrt(variance). Both are near
// normal: a pairing fails by chance with probability 2 * 3.8e-8, 9 pairings with 6.9e-7.
class GaussianPairs : public ::testing::Test {
 protected:
  /// draw(at, a, b) fills two vectors whose elements are paired.
  template <class Draw>
  static void expect_uncorrelated(Draw draw) {
    Vec<kBlock> a, b;
    double product = 0.0, squares = 0.0;
    std::int64_t count = 0;
    for (std::uint64_t i = 0; count < kPairs; ++i, count += kBlock) {
      draw({7, Stream::kNoise, 2 * (i % 97), 2 * (i / 97)}, a, b);
      for (int j = 0; j < kBlock; ++j) {
        const double x = a[j], y = b[j];
        product += x * y;
        squares += 0.5 * (x * x - 1.0) * (y * y - 1.0);
      }
    }
    const double bound = kImprobableDeviations * std::sqrt(static_cast<double>(count));
    EXPECT_LE(std::fabs(product), bound);
    EXPECT_LE(std::fabs(squares), bound);
  }

  /// Pairs normals at the same positions of an address and of the address that `change` makes of it.
  template <class Change>
  static void expect_uncorrelated_at(Change change) {
    expect_uncorrelated([&](RandomAddress at, Vec<kBlock>& a, Vec<kBlock>& b) {
      fill_gaussian(at, a);
      change(at);
      fill_gaussian(at, b);
    });
  }

  /// Pairs normals with those `distance` positions further. No position is in two pairs.
  static void expect_uncorrelated_positions(int distance) {
    Vec<2 * kBlock> z;
    expect_uncorrelated([&](const RandomAddress& at, Vec<kBlock>& a, Vec<kBlock>& b) {
      fill_gaussian(at, z);
      for (int j = 0; j < kBlock; ++j) {
        a[j] = z[j / distance * 2 * distance + j % distance];
        b[j] = z[j / distance * 2 * distance + j % distance + distance];
      }
    });
  }
};

TEST_F(GaussianPairs, Chains) {
  expect_uncorrelated_at([](RandomAddress& at) { at.chain += 1; });
}
TEST_F(GaussianPairs, Steps) {
  expect_uncorrelated_at([](RandomAddress& at) { at.step += 1; });
}
TEST_F(GaussianPairs, Streams) {
  expect_uncorrelated_at([](RandomAddress& at) { at.stream = Stream::kDrift; });
}
TEST_F(GaussianPairs, Seeds) {
  expect_uncorrelated_at([](RandomAddress& at) { at.seed += 1; });
}
TEST_F(GaussianPairs, UpperSeeds) {
  expect_uncorrelated_at([](RandomAddress& at) { at.seed += std::uint64_t{1} << 32; });
}
TEST_F(GaussianPairs, ChainsAndStepsExchanged) {
  expect_uncorrelated_at([](RandomAddress& at) {
    at.step += 1;
    std::swap(at.chain, at.step);
  });
}
TEST_F(GaussianPairs, NeighbouringPositions) { expect_uncorrelated_positions(1); }
TEST_F(GaussianPairs, CosineAndSine) { expect_uncorrelated_positions(kTile); }
TEST_F(GaussianPairs, NeighbouringGroups) { expect_uncorrelated_positions(kGaussianGroup); }

}  // namespace
}  // namespace driftbench
