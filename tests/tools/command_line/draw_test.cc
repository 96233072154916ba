// Tests the draws and observations of `driftbench draw`: their bits are those of the C interface, their law is the
// target's, and denoise reads them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "c/driftbench.h"
#include "tests/c/workspace.h"
#include "tests/tools/command_line/frames.h"
#include "tests/tools/command_line/run.h"

namespace driftbench {
namespace {

/// Statistics may be off by this many standard deviations, which one of 10^9 normal variables exceeds. The seeds are
/// fixed, so that a test that is green once stays green.
constexpr double kSigmas = 6.1;

std::vector<Frame> draws(const std::string& arguments) {
  const Outcome outcome = run("$D draw --quiet " + arguments);
  EXPECT_EQ(outcome.status, 0) << arguments;
  EXPECT_EQ(outcome.err, "") << arguments;
  return frames_in(outcome.out);
}

std::vector<Frame> frames_in_file(const std::string& name) { return frames_in(read_file(test_folder() + name)); }

TEST(Draw, HasTheBitsOfTheCInterface) {
  constexpr int kN = 12, kK = 3;
  constexpr float kT = 9.6f;  // 0.8 n
  const std::vector<Frame> y = draws("--n 12 --k 3 --count 20 --seed 5 --t 0.8n --target-w 0.7 --truth \"$T/x\"");
  const std::vector<Frame> x = frames_in_file("x");
  ASSERT_EQ(y.size(), 20U);
  ASSERT_EQ(x.size(), 20U);
  Instance instance(kN, kK, "zero");
  for (std::uint64_t chain = 0; chain < 20; ++chain) {
    std::vector<float> drawn(kN * kN), observed(kN * kN);
    ASSERT_EQ(driftbench_draw(instance.sampler, 5, chain, kT, 0.7f, drawn.data(), drawn.size()), DRIFTBENCH_OK);
    ASSERT_EQ(driftbench_observation(instance.sampler, observed.data(), observed.size()), DRIFTBENCH_OK);
    EXPECT_EQ(x[chain].numbers, drawn) << chain;
    EXPECT_EQ(y[chain].numbers, observed) << chain;
    EXPECT_EQ(y[chain].shape, (std::vector<std::size_t>{kN, kN}));
  }
}

TEST(Draw, AFactorIsTheMatrix) {
  const std::string arguments = "--n 12 --k 3 --count 30 ";
  const std::vector<Frame> full = draws(arguments), factor = draws(arguments + "--format factor");
  ASSERT_EQ(full.size(), 30U);
  ASSERT_EQ(factor.size(), 30U);
  for (std::size_t i = 0; i < 30; ++i) EXPECT_EQ(product_of(factor[i]), full[i].numbers) << i;
  draws(arguments + "--t 3 --format factor --truth \"$T/x\"");
  EXPECT_EQ(frames_in_file("x").at(0).numbers.size(), 13U);
}

/// More draws leave the first as they are, and the draws at one t say nothing of those at another.
TEST(Draw, IsNamedByItsSeedNumberAndTime) {
  const std::string arguments = "--n 12 --k 3 --format factor --target-w 1 ";
  const auto numbers = [&](const std::string& more) {
    std::vector<std::vector<float>> all;
    for (const Frame& frame : draws(arguments + more)) all.push_back(frame.numbers);
    return all;
  };
  const auto few = numbers("--count 5"), many = numbers("--count 8");
  ASSERT_EQ(many.size(), 8U);
  EXPECT_TRUE(std::equal(few.begin(), few.end(), many.begin()));
  EXPECT_NE(few, numbers("--count 5 --seed 2"));
  draws(arguments + "--count 5 --t 3 --truth \"$T/x\"");
  std::vector<std::vector<float>> at_t;
  for (const Frame& frame : frames_in_file("x")) at_t.push_back(frame.numbers);
  EXPECT_NE(few, at_t);
}

/// 1 + 32 + 1 statistics: a right program would fail with probability below 1e-7, were the seed drawn anew.
TEST(Draw, FollowsTheTarget) {
  constexpr int kN = 32, kK = 4, kCount = 4000;
  constexpr double kW = 0.3;
  const std::vector<Frame> factors = draws("--n 32 --k 4 --count 4000 --target-w 0.3 --format factor");
  ASSERT_EQ(factors.size(), std::size_t{kCount});
  int nonzero = 0, positive = 0;
  std::vector<int> in_support(kN);
  for (const Frame& factor : factors) {
    ASSERT_TRUE(factor.numbers.back() == 0.0f || factor.numbers.back() == 1.0f);
    nonzero += factor.numbers.back() == 1.0f;
    int size = 0;
    for (std::size_t i = 0; i < kN; ++i) {
      const float v = factor.numbers[i];
      if (v == 0.0f) continue;
      EXPECT_FLOAT_EQ(std::fabs(v), 0.5f);
      ++size;
      ++in_support[i];
      positive += v > 0;
    }
    EXPECT_EQ(size, kK);
  }
  const auto expect_share = [](int count, int of, double p, const char* what) {
    EXPECT_NEAR(count, of * p, kSigmas * std::sqrt(of * p * (1 - p))) << what;
  };
  expect_share(nonzero, kCount, kW, "non-zero draws");
  expect_share(positive, kCount * kK, 0.5, "positive entries");
  for (const int count : in_support) expect_share(count, kCount, static_cast<double>(kK) / kN, "draws with an entry");
}

/// Y - t x has variance t / 2 off the diagonal and t on it. Four statistics, so that the probability is below 1e-8.
TEST(Draw, ObservesWithTheNoiseOfBrownianMotion) {
  constexpr std::size_t kN = 32, kCount = 500;
  constexpr double kT = 40;
  const std::vector<Frame> y = draws("--n 32 --k 4 --count 500 --t 40 --target-w 1 --truth \"$T/x\"");
  const std::vector<Frame> x = frames_in_file("x");
  ASSERT_EQ(y.size(), kCount);
  ASSERT_EQ(x.size(), kCount);
  double sum[2] = {}, squares[2] = {};  // off the diagonal, and on it
  for (std::size_t draw = 0; draw < kCount; ++draw) {
    for (std::size_t i = 0; i < kN; ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        const std::size_t at = i * kN + j;
        EXPECT_EQ(y[draw].numbers[at], y[draw].numbers[j * kN + i]);
        const double z = double{y[draw].numbers[at]} - kT * double{x[draw].numbers[at]};
        sum[i == j] += z;
        squares[i == j] += z * z;
      }
    }
  }
  for (const bool diagonal : {false, true}) {
    const double count = static_cast<double>(kCount * (diagonal ? kN : kN * (kN - 1) / 2));
    const double variance = diagonal ? kT : kT / 2;
    EXPECT_NEAR(sum[diagonal] / count, 0, kSigmas * std::sqrt(variance / count)) << diagonal;
    EXPECT_NEAR(squares[diagonal] / count, variance, kSigmas * variance * std::sqrt(2 / count)) << diagonal;
  }
}

/// The draws are those of mse, and the drift differs in its random start alone: hardly an estimate changes.
TEST(Draw, IsWhatDenoiseReads) {
  const Outcome outcome =
      run("$D draw --n 32 --k 4 --count 400 --t 0.8n --truth \"$T/x\" --quiet | "
          "$D denoise --k 4 --drift spectral --t 0.8n --quiet");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err, "");
  const std::vector<Frame> estimates = frames_in(outcome.out), x = frames_in_file("x");
  ASSERT_EQ(estimates.size(), 400U);
  ASSERT_EQ(x.size(), 400U);
  double sum = 0;
  for (std::size_t i = 0; i < 400; ++i) {
    std::vector<float> error = estimates[i].numbers;
    for (std::size_t j = 0; j < error.size(); ++j) error[j] -= x[i].numbers[j];
    sum += norm_of(error) * norm_of(error);
  }
  const auto result = run_json("mse --n 32 --k 4 --drift spectral --t 0.8n --samples 400").at("results").at(0);
  const double mse = result.at("mse"), standard_error = result.at("stderr");
  EXPECT_GT(standard_error, 0);
  EXPECT_NEAR(sum / 400, mse, 0.2 * standard_error);
}

TEST(Draw, IsRefused) {
  expect_refused("draw --count 0", {"--count", "\"0\"", "a whole number from 1"});
  expect_refused("draw --t 0", {"--t", "\"0\"", "a multiple of n"});
  expect_refused("draw --n 33 --k 4", {"--n 33 --k 4", "sizes.bzl"});
  expect_refused("draw --target-w 2", {"--target-w", "\"2\"", "a number from 0 to 1"});
  expect_refused("draw --truth \"$T/new\"", {"--truth: ", "has no effect without --t"});
  expect_refused("draw --t 3 --format factor", {"--format: \"factor\" has no effect without --truth"});
  expect_refused("draw --t 3 --truth -", {"--truth: \"-\" is not possible: --out \"-\" goes there"});
  expect_refused("draw --t 3 --out \"$T/new\" --truth \"$T/new\"", {"--truth: ", "--out", "its own place"});
  expect_refused("draw --out \"$T/no/such/folder\"", {"--out", "no/such/folder"});
  expect_refused("draw >&-", {"--out: \"-\" is not possible: standard output is closed"});
  EXPECT_NE(run("test -e \"$T/new\"").status, 0);
}

/// The pipe and the file's buffer hold less than these draws.
TEST(Draw, WaitsForASlowReader) {
  const Outcome slow = run("$D draw --n 64 --k 6 --count 100 | { head -c 1000; sleep 3; cat; } | wc -c");
  EXPECT_EQ(slow.out, std::to_string(100 * (128 + 64 * 64 * 4)) + "\n");
  EXPECT_TRUE(slow.err.starts_with("driftbench: --out: \"-\": the frames waited ")) << slow.err;
}

TEST(Draw, EndsWithItsReader) {
  const Outcome outcome =
      run("{ timeout 60 $D draw --n 64 --k 6 --count 1000000000; echo $? >&2; } | head -c 100000 > /dev/null");
  EXPECT_TRUE(outcome.err.starts_with("driftbench: --out: \"-\": Broken pipe; ")) << outcome.err;
  EXPECT_TRUE(outcome.err.ends_with(" of 1000000000 frames were written whole\n1\n")) << outcome.err;
}

TEST(Draw, AFullDiskCostsNoOtherOutput) {
  const Outcome outcome = run("$D draw --n 12 --k 3 --count 7 --t 3 --truth \"$T/x\" > /dev/full");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.err, "driftbench: --out: \"-\": No space left on device; 0 of 7 frames were written whole\n");
  EXPECT_EQ(frames_in_file("x").size(), 7U);
  EXPECT_EQ(run("$D draw --n 12 --k 3 --count 7 --t 3 --out \"$T/y\" --truth /dev/full").status, 1);
  EXPECT_EQ(frames_in_file("y").size(), 7U);
}

}  // namespace
}  // namespace driftbench
