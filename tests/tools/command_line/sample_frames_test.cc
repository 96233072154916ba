// Tests the samples that `driftbench sample --out` writes, and what becomes of them where they cannot be written.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "tests/tools/command_line/frames.h"
#include "tests/tools/command_line/run.h"

namespace driftbench {
namespace {

using nlohmann::json;

constexpr char kSpectral[] = "sample --n 32 --k 4 --drift spectral --target-w 1 --dt 4 --chains 12 --quiet ";
constexpr char kExact[] = "sample --n 12 --k 3 --drift exact --dt 2 --chains 6 --quiet ";
/// One step of noise alone, for 40 frames of 16 KiB, ten times what a pipe holds.
constexpr char kLarge[] = "sample --n 64 --k 6 --drift zero --dt 4n --quiet --chains 40 ";

/// Returns the frames that the command writes to stdout. It must succeed and say nothing.
std::vector<Frame> written(const std::string& arguments) {
  const Outcome outcome = run("$D " + arguments + " --out -");
  EXPECT_EQ(outcome.status, 0) << arguments;
  EXPECT_EQ(outcome.err, "") << arguments;
  return frames_in(outcome.out);
}

TEST(SampleFrames, DoNotDependOnThreads) {
  for (const std::string command : {kSpectral, kExact}) {
    for (const std::string format : {"full", "factor"}) {
      const std::string arguments = "$D " + command + "--format " + format + " --out - --threads ";
      const std::string one = run(arguments + "1").out;
      EXPECT_FALSE(one.empty());
      EXPECT_TRUE(run(arguments + "2").out == one) << command << format;
      EXPECT_TRUE(run(arguments + "3").out == one) << command << format;
    }
  }
}

TEST(SampleFrames, HaveTheNormsOfTheDocument) {
  for (const std::string command : {kSpectral, kExact}) {
    SCOPED_TRACE(command);
    const Outcome outcome = run("$D " + command + "--out - --json \"$T/json\"");
    EXPECT_EQ(outcome.status, 0);
    const json result = json::parse(read_file(test_folder() + "json")).at("results").at(0);
    const std::vector<Frame> frames = frames_in(outcome.out);
    const std::size_t n = result.at("n");
    ASSERT_EQ(frames.size(), result.at("chains"));
    double largest = 0;
    for (std::size_t chain = 0; chain < frames.size(); ++chain) {
      EXPECT_EQ(frames[chain].shape, (std::vector<std::size_t>{n, n}));
      EXPECT_NEAR(norm_of(frames[chain].numbers), result.at("fro_norms")[chain].get<double>(), 1e-5) << chain;
      largest = std::max(largest, norm_of(frames[chain].numbers));
    }
    EXPECT_GT(largest, 0.5) << "no sample tells anything";
  }
}

TEST(SampleFrames, AFactorIsTheMatrix) {
  const std::vector<Frame> full = written(kSpectral), factor = written(std::string(kSpectral) + "--format factor");
  ASSERT_EQ(full.size(), 12U);
  ASSERT_EQ(factor.size(), 12U);
  for (std::size_t i = 0; i < full.size(); ++i) {
    EXPECT_EQ(factor[i].shape, std::vector<std::size_t>{33});
    EXPECT_EQ(product_of(factor[i]), full[i].numbers) << i;
  }
}

/// The estimates of `exact` have full rank, so that v is an eigenvector: M v = s v.
TEST(SampleFrames, AFactorOfFullRankIsTheLeadingEigenvector) {
  constexpr std::size_t kN = 12;
  const std::vector<Frame> full = written(kExact), factor = written(std::string(kExact) + "--format factor");
  ASSERT_EQ(full.size(), 6U);
  ASSERT_EQ(factor.size(), 6U);
  for (std::size_t chain = 0; chain < full.size(); ++chain) {
    ASSERT_EQ(factor[chain].numbers.size(), kN + 1);
    const float s = factor[chain].numbers.back();
    const std::vector<float> v(factor[chain].numbers.begin(), factor[chain].numbers.end() - 1);
    EXPECT_NEAR(norm_of(v), 1, 1e-5);
    for (std::size_t i = 0; i < kN; ++i) {
      double row = 0;
      for (std::size_t j = 0; j < kN; ++j) row += double{full[chain].numbers[i * kN + j]} * double{v[j]};
      EXPECT_NEAR(row, s * v[i], 1e-3) << chain << " " << i;
    }
    // No other eigenvalue of a posterior mean, which has none below 0, exceeds this one; their squares add up.
    EXPECT_GE(s * std::sqrt(static_cast<double>(kN)) + 1e-5, norm_of(full[chain].numbers));
  }
}

TEST(SampleFrames, LeaveTheTableOutWhereTheyAreStandardOutput) {
  const Outcome file = run("$D " + std::string(kSpectral) + "--out \"$T/frames\"");
  EXPECT_EQ(file.status, 0);
  EXPECT_NE(file.out.find("spectral"), std::string::npos);
  const Outcome standard = run("$D " + std::string(kSpectral) + "--out -");
  EXPECT_TRUE(read_file(test_folder() + "frames") == standard.out);
}

TEST(SampleFrames, AreRefused) {
  const std::string two = "sample --n 12 --k 3 --drift zero,power ";
  expect_refused(two + "--out \"$T/new\"", {"--out: ", "several drifts", "give one --drift"});
  expect_refused(std::string(kExact) + "--format factor", {"--format: \"factor\" has no effect without --out"});
  expect_refused(std::string(kExact) + "--out - --format half", {"--format: \"half\"", "full", "factor"});
  expect_refused(std::string(kExact) + "--out \"$T/no/such/folder\"", {"--out", "no/such/folder", "- for stdout"});
  expect_refused(std::string(kExact) + "--out - --json -", {"--out: \"-\" is not possible", "--json \"-\""});
  expect_refused(std::string(kExact) + "--out \"$T/new\" --json \"$T/new\"", {"--out", "--json", "its own place"});
  EXPECT_NE(run("test -e \"$T/new\"").status, 0);
}

TEST(SampleFrames, WaitForASlowReader) {
  ASSERT_EQ(run("$D " + std::string(kLarge) + "--out \"$T/frames\"").status, 0);
  // The reader takes a part, sleeps while the pipe is full, and takes the rest.
  const Outcome slow = run("{ $D " + std::string(kLarge) + "--out -; echo $? > \"$T/status\"; } | { head -c 1000 > " +
                           "\"$T/first\"; sleep 3; cat > \"$T/rest\"; }");
  EXPECT_EQ(read_file(test_folder() + "status"), "0\n");
  const std::string frames = read_file(test_folder() + "frames"), rest = read_file(test_folder() + "rest");
  EXPECT_EQ(frames_in(frames).size(), 40U);
  EXPECT_GT(rest.size(), frames.size() / 2);
  EXPECT_TRUE(frames.ends_with(rest));
  EXPECT_TRUE(slow.err.starts_with("driftbench: --out: \"-\": the frames waited ")) << slow.err;
  EXPECT_TRUE(slow.err.ends_with(" s for the reader\n")) << slow.err;
}

TEST(SampleFrames, EndWithTheirReader) {
  const Outcome alone =
      run("{ timeout 60 $D sample --n 64 --k 6 --drift zero --dt 4n --chains 100000 --out -; echo $? >&2; } | "
          "head -c 100000 > /dev/null");
  EXPECT_TRUE(alone.err.starts_with("driftbench: --out: \"-\": Broken pipe; ")) << alone.err;
  EXPECT_TRUE(alone.err.ends_with(" of 100000 frames were written whole\n1\n")) << alone.err;
}

/// What else is asked for is measured and written all the same.
TEST(SampleFrames, AFullDiskCostsNoOtherOutput) {
  const Outcome alone = run("$D " + std::string(kExact) + "--out - > /dev/full");
  EXPECT_EQ(alone.status, 1);
  EXPECT_EQ(alone.err, "driftbench: --out: \"-\": No space left on device; 0 of 6 frames were written whole\n");
  const Outcome beside = run("$D " + std::string(kExact) + "--out /dev/full --json \"$T/json\"");
  EXPECT_EQ(beside.status, 1);
  EXPECT_EQ(beside.err,
            "driftbench: --out: \"/dev/full\": No space left on device; 0 of 6 frames were written whole\n");
  EXPECT_NE(beside.out.find("exact"), std::string::npos);
  EXPECT_TRUE(json::accept(read_file(test_folder() + "json")));
}

/// The limit on the size of a file lies within the third frame.
TEST(SampleFrames, OfAFileAreWhole) {
  const Outcome outcome =
      run("rm -f \"$T/frames\"; (ulimit -f 96; exec $D " + std::string(kLarge) + "--out \"$T/frames\") > /dev/null");
  EXPECT_EQ(outcome.status, 1);
  const std::size_t whole = frames_in(read_file(test_folder() + "frames")).size();
  EXPECT_GT(whole, 0U);
  EXPECT_NE(outcome.err.find("; " + std::to_string(whole) + " of 40 frames were written whole\n"), std::string::npos)
      << outcome.err;
}

}  // namespace
}  // namespace driftbench
