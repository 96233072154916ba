// Tests the drift gnn on the command line.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/kernels/network.h"
#include "tests/support.h"
#include "tests/tools/base/npy_bytes.h"

namespace driftbench {
namespace {

struct Outcome {
  int status;
  std::string output;
};

/// Runs a program and collects what it prints to stdout and stderr.
Outcome run(const std::string& command) {
  std::FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  std::string output;
  std::array<char, 4096> part;
  for (std::size_t got; (got = std::fread(part.data(), 1, part.size(), pipe)) > 0;) output.append(part.data(), got);
  const int status = pclose(pipe);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, output};
}

Outcome driftbench(const std::string& arguments) { return run("tools/driftbench " + arguments); }

const std::string kSmall = " --n 32 --k 4 --quiet";
const std::string kWarning = "trained for n = 350, k = 20; used with n = 32, k = 4\n";

class CommandLineTest : public ::testing::Test {
 protected:
  FileOfBytes file_{file_of(tensors_of(random_weights(11)), R"({"n": "350", "k": "20"})")};
  std::string weights_ = " --weights " + file_.path();
};

TEST_F(CommandLineTest, GnnWithoutWeightsIsRefused) {
  for (const std::string command : {"sample", "mse", "profile", ""}) {
    const Outcome outcome = driftbench(command + " --drift zero,gnn" + kSmall);
    EXPECT_EQ(outcome.status, 2);
    EXPECT_EQ(outcome.output,
              "driftbench: --drift: \"gnn\" needs --weights F, a safetensors file of the network's weights\n");
  }
}

TEST_F(CommandLineTest, GnnRunsWithWeights) {
  for (const std::string command : {"sample --chains 2 --t-end 8", "mse --samples 20", "profile --steps 20"}) {
    const Outcome outcome = driftbench(command + " --drift gnn" + weights_ + kSmall);
    EXPECT_EQ(outcome.status, 0) << outcome.output;
    EXPECT_NE(outcome.output.find("\ngnn "), std::string::npos) << outcome.output;
  }
}

/// A step has four products, ten layers that read Y and do 7 * 32 operations on each of n^2 / 2 pairs, and the update.
TEST_F(CommandLineTest, GnnsWorkAStep) {
  const Outcome outcome = driftbench("scaling --drift gnn,'gated(gnn)' --k 4 --steps 20 --quiet --json -" + weights_);
  ASSERT_EQ(outcome.status, 0) << outcome.output;
  const auto results = nlohmann::json::parse(outcome.output).at("results");
  ASSERT_EQ(results.size(), 2U);
  for (const auto& result : results) {
    // A build with sanitizers has one size of k = 4.
    ASSERT_EQ(result.at("sizes"), kSanitized ? nlohmann::json({32}) : nlohmann::json({24, 32}));
    for (std::size_t i = 0; i < result.at("sizes").size(); ++i) {
      const double n = result.at("sizes")[i], matrix = result.at("matrix_bytes")[i];
      EXPECT_EQ(result.at("products")[i], 4);
      EXPECT_EQ(result.at("bytes_a_step")[i], (4 + 10 + 2) * matrix);
      EXPECT_EQ(result.at("multiply_adds_a_step")[i], (4 + 10 * 3 * 32 / 2 + 0.5) * n * n);
      EXPECT_EQ(result.at("operations_a_step")[i], (4 + 10 * 7 * 32 / 2 + 0.5) * n * n);
      // The layers take nearly all of the time.
      EXPECT_GT(result.at("roofline_ns")[i].get<double>(), 20 * result.at("product_roofline_ns")[i].get<double>());
    }
  }
}

TEST_F(CommandLineTest, AllHasGnnWithWeightsOnly) {
  const std::string command = "mse --drift all --samples 2 --t 0.4n";
  const Outcome with = driftbench(command + weights_ + kSmall), without = driftbench(command + kSmall);
  EXPECT_EQ(with.status, 0) << with.output;
  EXPECT_EQ(without.status, 0) << without.output;
  EXPECT_NE(with.output.find("\ngnn "), std::string::npos) << with.output;
  EXPECT_EQ(without.output.find("\ngnn "), std::string::npos) << without.output;
}

TEST_F(CommandLineTest, AnotherSizeThanTheNetworksIsWarnedOf) {
  const std::string command = "mse --samples 2 --t 0.4n" + weights_;
  EXPECT_NE(driftbench(command + " --drift gnn" + kSmall)
                .output.find("driftbench: warning: --weights " + file_.path() + ": " + kWarning),
            std::string::npos);
  EXPECT_EQ(driftbench(command + " --drift zero" + kSmall).output.find("warning"), std::string::npos);
  EXPECT_EQ(driftbench(command + " --drift gnn --quiet").output.find("warning"), std::string::npos);
}

/// The warning appears once, however many matrices have that size.
TEST_F(CommandLineTest, MatricesOfAnotherSizeThanTheNetworksAreWarnedOf) {
  const std::string zeros = npy_bytes(32, std::vector<float>(32 * 32));
  const FileOfBytes matrices(zeros + zeros);
  const auto denoise = [&](const std::string& drift) {
    return run("(tools/driftbench denoise --k 4 --t 30 --drift " + drift + weights_ + " < " + matrices.path() +
               " > /dev/null)");
  };
  EXPECT_EQ(denoise("zero").output, "");
  for (const std::string drift : {"gnn", "'gated(gnn)'"}) {
    EXPECT_EQ(denoise(drift).output, "driftbench: warning: --weights " + file_.path() + ": " + kWarning);
    EXPECT_EQ(denoise(drift).status, 0);
  }
}

TEST_F(CommandLineTest, WeightsThatCannotBeReadAreABadArgument) {
  const Outcome outcome = driftbench("sample --drift gnn --weights /nonexistent" + kSmall);
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.output, "driftbench: --weights: /nonexistent: No such file or directory\n");
  EXPECT_EQ(driftbench("sample --drift all --weights ''" + kSmall).status, 2);
}

TEST_F(CommandLineTest, WeightsToHeaderSaysWhatItWants) {
  EXPECT_EQ(run("tools/weights_to_header").output,
            "weights_to_header: give a safetensors file and the constant's name; first --c for C\n");
  EXPECT_EQ(run("tools/weights_to_header " + file_.path() + " 3k").output,
            "weights_to_header: \"3k\" is not possible; give a name of C and C++, such as kWeights\n");
  const Outcome missing = run("tools/weights_to_header /nonexistent kWeights");
  EXPECT_EQ(missing.status, 2);
  EXPECT_EQ(missing.output, "weights_to_header: --weights: /nonexistent: No such file or directory\n");
}

}  // namespace
}  // namespace driftbench
