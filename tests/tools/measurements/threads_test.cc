// Tests all that the command line does on several threads, at one size and with one drift: the results must be those of
// one thread.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "kernels/targets/sparse_signs.h"
#include "runtime/clock.h"
#include "tools/base/output.h"
#include "tools/base/stream_file.h"
#include "tools/drifts/registry.h"
#include "tools/measurements/measure_lipschitz.h"
#include "tools/measurements/reduce_to_denoising.h"
#include "tools/measurements/sample_chains.h"
#include "tools/measurements/score_match.h"
#include "tools/measurements/strong_convergence.h"
#include "tools/measurements/time_grid.h"
#include "tools/profiling/profile.h"
#include "tools/profiling/step_stream.h"
#include "tools/sizes/sized_diffusion.h"

namespace driftbench {
namespace {

constexpr int kN = 32, kK = 4;

DriftEntry<kN, RankOne<kN>> power() { return drift_entry<kN, Power<SparseSigns<kN, kK>>>(); }

template <class Q>
Q on(int threads) {
  Q request;
  request.drift = "power";
  request.quiet = true;
  request.threads = threads;
  return request;
}

TEST(OnThreads, Samples) {
  const auto run = [](int threads) {
    auto request = on<SampleRequest>(threads);
    request.chains = 9;
    request.paths = 5;
    request.grid = uniform_grid(8, 64);
    return sample_chains<SparseSigns<kN, kK>>(power(), request);
  };
  const SampleResult one = run(1), four = run(4);
  EXPECT_EQ(one.fro_norms, four.fro_norms);
  EXPECT_EQ(one.paths, four.paths);
  EXPECT_EQ(one.pattern_fraction, four.pattern_fraction);
}

TEST(OnThreads, SamplesThatGoOut) {
  const auto run = [](int threads) {
    std::vector<float> all;
    auto request = on<SampleRequest>(threads);
    request.chains = 20;
    request.grid = uniform_grid(16, 64);
    request.sink = {MatrixForm::kFactor,
                    [&](std::span<const float> numbers) { all.insert(all.end(), numbers.begin(), numbers.end()); }};
    sample_chains<SparseSigns<kN, kK>>(power(), request);
    return all;
  };
  EXPECT_EQ(run(1).size(), 20U * (kN + 1));
  EXPECT_TRUE(run(1) == run(4));
}

TEST(OnThreads, Errors) {
  const auto run = [](int threads) {
    auto request = on<MseRequest>(threads);
    request.t = 30;
    request.samples = 20;
    return score_match<SparseSigns<kN, kK>>(power(), request).errors;
  };
  EXPECT_EQ(run(1), run(4));
}

TEST(OnThreads, Reductions) {
  const auto run = [](int threads) {
    auto request = on<ReduceRequest>(threads);
    request.t = 30;
    request.grid = uniform_grid(16, 64);
    request.copies = 4;
    request.samples = 8;
    return reduce_to_denoising<SparseSigns<kN, kK>>(power(), request).back().sampler.mean;
  };
  EXPECT_EQ(run(1), run(4));
}

TEST(OnThreads, LipschitzConstants) {
  const auto run = [](int threads) {
    auto request = on<LipschitzRequest>(threads);
    request.t = 30;
    request.samples = 6;
    return measure_lipschitz<SparseSigns<kN, kK>>(power(), request).largest_power;
  };
  EXPECT_EQ(run(1), run(4));
}

TEST(OnThreads, Convergence) {
  const auto run = [](int threads) {
    auto request = on<ConvergenceRequest>(threads);
    request.dt = 16;
    request.t_end = 64;
    request.levels = 2;
    request.paths = 6;
    return strong_convergence(power(), request).front().error;
  };
  EXPECT_EQ(run(1), run(4));
}

/// One thread times, keeps and hands over steps, and another one writes them.
TEST(OnThreads, AProfileThatIsStreamed) {
  auto request = on<ProfileRequest>(1);
  request.steps = 200;
  request.grid = uniform_grid(8, 64);
  SizedDiffusion<kN, RankOne<kN>> diffusion(power().make({}), 1);
  const std::string path = testing::TempDir() + "steps";
  for (const StreamFormat format : {StreamFormat::kJson, StreamFormat::kFloat32}) {
    Output output("--stream", path);
    StreamFile file(output);
    StepStream stream(file, format, StreamPolicy::kWait, "power");
    const StepProfile profile = profile_steps(diffusion, request, tick_clock(), {&stream, nullptr});
    EXPECT_EQ(profile.streamed.written, 200);
    EXPECT_EQ(profile.phases.front().latency.count(), 200U);
    std::ifstream written(path);
    const std::string text{std::istreambuf_iterator<char>(written), {}};
    if (format == StreamFormat::kJson) {
      EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 200);
    } else {
      EXPECT_EQ(text.size(), 200U * kN * sizeof(float));
    }
  }
}

}  // namespace
}  // namespace driftbench
