// Checks that the C interface refuses what it cannot do with the right status, and without writing a byte.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#include "c/driftbench.h"
#include "tests/c/workspace.h"

namespace driftbench {
namespace {

constexpr int N = 16, K = 3;
constexpr std::size_t kPacked = N * (N + 1) / 2;
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();

std::uint64_t no_time(void*) { return 0; }
int no_denoiser(void*, float, const float*, float*) { return 0; }

TEST(Refusal, QueriesLeaveTheirOutputsAlone) {
  std::size_t bytes = 1, alignment = 2;
  EXPECT_EQ(driftbench_workspace("sparse-signs", N, K, nullptr, &bytes, &alignment), DRIFTBENCH_NULL_POINTER);
  EXPECT_EQ(driftbench_workspace("sparse-signs", N, K, "amp", nullptr, &alignment), DRIFTBENCH_NULL_POINTER);
  EXPECT_EQ(driftbench_workspace("sparse-signs", N, K, "amp", &bytes, nullptr), DRIFTBENCH_NULL_POINTER);
  for (const char* drift : {"", "am", "amp2", "AMP", "gated(amp)"}) {
    EXPECT_EQ(driftbench_workspace("sparse-signs", N, K, drift, &bytes, &alignment), DRIFTBENCH_UNKNOWN_DRIFT) << drift;
  }
  for (const auto& [n, k] : {std::pair(N, 4), std::pair(17, K), std::pair(0, 0), std::pair(-N, K), std::pair(K, N)}) {
    EXPECT_EQ(driftbench_workspace("sparse-signs", n, k, "amp", &bytes, &alignment), DRIFTBENCH_UNKNOWN_SIZE)
        << n << ", " << k;
  }
  EXPECT_EQ(driftbench_workspace("sparse-signs", 64, 6, "exact", &bytes, &alignment), DRIFTBENCH_DRIFT_TOO_COSTLY);
  EXPECT_EQ(bytes, 1U);
  EXPECT_EQ(alignment, 2U);

  EXPECT_EQ(driftbench_workspace(nullptr, N, K, "amp", &bytes, &alignment), DRIFTBENCH_NULL_POINTER);
  EXPECT_EQ(driftbench_workspace("sparse", N, K, "amp", &bytes, &alignment), DRIFTBENCH_UNKNOWN_SIZE);
  EXPECT_EQ(driftbench_workspace("sphere", 64, 6, "amp", &bytes, &alignment), DRIFTBENCH_UNKNOWN_SIZE);
  EXPECT_EQ(driftbench_workspace("sphere", 64, 0, "amp", &bytes, &alignment), DRIFTBENCH_DOES_NOT_SERVE);

  const char* target = nullptr;
  int n = -1, k = -2;
  EXPECT_EQ(driftbench_size(0, nullptr, &n, &k), DRIFTBENCH_NULL_POINTER);
  EXPECT_EQ(driftbench_size(0, &target, nullptr, &k), DRIFTBENCH_NULL_POINTER);
  EXPECT_EQ(driftbench_size(0, &target, &n, nullptr), DRIFTBENCH_NULL_POINTER);
  EXPECT_EQ(driftbench_size(SIZE_MAX, &target, &n, &k), DRIFTBENCH_UNKNOWN_SIZE);
  EXPECT_EQ(target, nullptr);
  EXPECT_EQ(n, -1);
  EXPECT_EQ(k, -2);
}

TEST(Refusal, InitTouchesNoWorkspaceThatIsNotRight) {
  Memory memory = make_workspace({.n = N, .k = K}, "amp");
  const std::size_t bytes = memory.bytes();
  unsigned char* const begin = memory.data();
  driftbench_sampler* const before = reinterpret_cast<driftbench_sampler*>(begin);
  driftbench_sampler* sampler = before;
  EXPECT_EQ(driftbench_init(nullptr, bytes, "sparse-signs", N, K, "amp", &sampler), DRIFTBENCH_NULL_POINTER);
  EXPECT_EQ(driftbench_init(begin, bytes, nullptr, N, K, "amp", &sampler), DRIFTBENCH_NULL_POINTER);
  EXPECT_EQ(driftbench_init(begin, bytes, "sparse-signs", N, K, nullptr, &sampler), DRIFTBENCH_NULL_POINTER);
  EXPECT_EQ(driftbench_init(begin, bytes, "sparse-signs", N, K, "amp", nullptr), DRIFTBENCH_NULL_POINTER);
  EXPECT_EQ(driftbench_init(begin, bytes, "sparse-signs", N, K, "none", &sampler), DRIFTBENCH_UNKNOWN_DRIFT);
  EXPECT_EQ(driftbench_init(begin, bytes, "sparse-signs", N, N, "amp", &sampler), DRIFTBENCH_UNKNOWN_SIZE);
  EXPECT_EQ(driftbench_init(begin, bytes, "sparse-signs", 64, 6, "exact", &sampler), DRIFTBENCH_DRIFT_TOO_COSTLY);
  EXPECT_EQ(driftbench_init(begin, bytes, "sparse-signs", 64, 6, "amp", &sampler), DRIFTBENCH_TOO_SMALL);
  EXPECT_EQ(driftbench_init(begin, bytes - 1, "sparse-signs", N, K, "amp", &sampler), DRIFTBENCH_TOO_SMALL);
  EXPECT_EQ(driftbench_init(begin, 0, "sparse-signs", N, K, "amp", &sampler), DRIFTBENCH_TOO_SMALL);
  for (const std::size_t offset : {1, 4, 8, 16, 32, 63}) {
    EXPECT_EQ(driftbench_init(begin + offset, bytes, "sparse-signs", N, K, "zero", &sampler), DRIFTBENCH_MISALIGNED)
        << offset;
  }
  EXPECT_TRUE(memory.is_untouched());
  EXPECT_EQ(sampler, before);
  EXPECT_EQ(driftbench_init(begin, bytes, "sparse-signs", N, K, "amp", &sampler), DRIFTBENCH_OK);
}

/// Calls every function with this sampler and otherwise good arguments, and expects the same status of all.
void expect_all(driftbench_status expected, driftbench_sampler* sampler) {
  std::vector<float> matrix(N * N, 1.0f), v(N, 2.0f);
  const std::vector<float> weights = some_weights();
  float scale = 3;
  double duration = 4;
  Memory record(DRIFTBENCH_LATENCY_BYTES, DRIFTBENCH_LATENCY_ALIGNMENT);
  EXPECT_EQ(driftbench_load_weights(sampler, weights.data(), weights.size()), expected);
  EXPECT_EQ(driftbench_set_target_w(sampler, 1), expected);
  EXPECT_EQ(driftbench_start(sampler, 9, 9), expected);
  EXPECT_EQ(driftbench_observe(sampler, 9, 9, 1, matrix.data(), matrix.size()), expected);
  EXPECT_EQ(driftbench_observe_symmetric(sampler, 9, 9, 1, matrix.data(), matrix.size()), expected);
  EXPECT_EQ(driftbench_draw(sampler, 9, 9, 1, 1, matrix.data(), matrix.size()), expected);
  EXPECT_EQ(driftbench_set_callback(sampler, &no_denoiser, nullptr, matrix.data(), matrix.data(), matrix.size()),
            expected);
  EXPECT_EQ(driftbench_evaluate(sampler), expected);
  EXPECT_EQ(driftbench_step(sampler, 1e6f), expected);
  EXPECT_EQ(driftbench_advance(sampler, 1e6f, matrix.data(), matrix.size()), expected);
  EXPECT_EQ(driftbench_advance_factor(sampler, 1e6f, v.data(), v.size(), 1), expected);
  EXPECT_EQ(driftbench_observation(sampler, matrix.data(), matrix.size()), expected);
  EXPECT_EQ(driftbench_estimate(sampler, matrix.data(), matrix.size()), expected);
  EXPECT_EQ(driftbench_estimate_factor(sampler, v.data(), v.size(), &scale), expected);
  EXPECT_EQ(driftbench_record_latency(sampler, record.data(), record.bytes(), &no_time, nullptr), expected);
  EXPECT_EQ(driftbench_latency(sampler, 0.5, &duration), expected);
  EXPECT_EQ(matrix, std::vector<float>(N * N, 1.0f));
  EXPECT_EQ(v, std::vector<float>(N, 2.0f));
  EXPECT_EQ(scale, 3.0f);
  EXPECT_EQ(duration, 4);
  EXPECT_TRUE(record.is_untouched());
}

TEST(Refusal, WhatIsNoSamplerIsNotUsed) {
  expect_all(DRIFTBENCH_NULL_POINTER, nullptr);

  Memory memory = make_workspace({.n = N, .k = K}, "gnn");
  expect_all(DRIFTBENCH_NOT_INITIALIZED, reinterpret_cast<driftbench_sampler*>(memory.data()));
  expect_all(DRIFTBENCH_MISALIGNED, reinterpret_cast<driftbench_sampler*>(memory.data() + 8));
  EXPECT_TRUE(memory.is_untouched());

  Instance instance(N, K, "gnn");
  std::memcpy(memory.data(), instance.workspace.data(), memory.bytes());
  const auto moved = memory.content();
  expect_all(DRIFTBENCH_NOT_INITIALIZED, reinterpret_cast<driftbench_sampler*>(memory.data()));
  EXPECT_EQ(memory.content(), moved);
  expect_all(DRIFTBENCH_MISALIGNED, reinterpret_cast<driftbench_sampler*>(instance.workspace.data() + 4));

  std::memset(memory.data(), 0, memory.bytes());
  expect_all(DRIFTBENCH_NOT_INITIALIZED, reinterpret_cast<driftbench_sampler*>(memory.data()));
}

/// A sampler in the middle of a diffusion, whose memory must stay as it is.
class OnSampler : public ::testing::Test {
 protected:
  OnSampler() {
    EXPECT_EQ(driftbench_observe(s, 1, 0, 20, matrix.data(), matrix.size()), DRIFTBENCH_OK);
    driftbench_evaluate(s);
    before_ = instance.workspace.content();
  }
  ~OnSampler() override { EXPECT_EQ(instance.workspace.content(), before_); }

  std::vector<float> matrix = std::vector<float>(N * N, 1.0f);
  Instance instance{N, K, "amp"};
  driftbench_sampler* const s = instance.sampler;

 private:
  std::vector<unsigned char> before_;
};

TEST_F(OnSampler, Times) {
  for (const float t : {20.0f, 19.0f, 0.0f, -1.0f, kNaN, kInfinity, -kInfinity}) {
    EXPECT_EQ(driftbench_step(s, t), DRIFTBENCH_WRONG_TIME) << t;
    EXPECT_EQ(driftbench_advance(s, t, matrix.data(), matrix.size()), DRIFTBENCH_WRONG_TIME) << t;
    EXPECT_EQ(driftbench_advance_factor(s, t, matrix.data(), N, 1), DRIFTBENCH_WRONG_TIME) << t;
  }
  for (const float t : {0.0f, -0.0f, -1.0f, kNaN, kInfinity, -kInfinity}) {
    EXPECT_EQ(driftbench_observe(s, 1, 0, t, matrix.data(), matrix.size()), DRIFTBENCH_WRONG_TIME) << t;
    EXPECT_EQ(driftbench_observe_symmetric(s, 1, 0, t, matrix.data(), matrix.size()), DRIFTBENCH_WRONG_TIME) << t;
    EXPECT_EQ(driftbench_draw(s, 1, 0, t, 1, nullptr, 0), DRIFTBENCH_WRONG_TIME) << t;
  }
}

/// Chains beyond 2^40 would have the random numbers of chains below.
TEST_F(OnSampler, ChainsBeyondTheRandomNumbers) {
  for (const std::uint64_t chain : {std::uint64_t{1} << 40, (std::uint64_t{1} << 40) + 5, UINT64_MAX}) {
    EXPECT_EQ(driftbench_start(s, 1, chain), DRIFTBENCH_WRONG_CHAIN) << chain;
    EXPECT_EQ(driftbench_observe(s, 1, chain, 30, matrix.data(), matrix.size()), DRIFTBENCH_WRONG_CHAIN) << chain;
    EXPECT_EQ(driftbench_observe_symmetric(s, 1, chain, 30, matrix.data(), N * N), DRIFTBENCH_WRONG_CHAIN) << chain;
    EXPECT_EQ(driftbench_draw(s, 1, chain, 30, 1, nullptr, 0), DRIFTBENCH_WRONG_CHAIN) << chain;
  }
}

TEST(Refusal, TheLastChainIsNone) {
  Instance instance(N, K, "amp");
  const std::uint64_t last = (std::uint64_t{1} << 40) - 1;
  EXPECT_EQ(driftbench_start(instance.sampler, UINT64_MAX, last), DRIFTBENCH_OK);
  const std::vector<float> matrix(N * N, 1.0f);
  EXPECT_EQ(driftbench_observe(instance.sampler, UINT64_MAX, last, 30, matrix.data(), matrix.size()), DRIFTBENCH_OK);
}

TEST_F(OnSampler, ObservationsThatAreNotFinite) {
  for (const float wrong : {kNaN, kInfinity, -kInfinity}) {
    for (const std::size_t i : {std::size_t{0}, std::size_t{N}, std::size_t{N * N - 1}}) {
      std::vector<float> y = matrix;
      y[i] = wrong;
      EXPECT_EQ(driftbench_observe(s, 1, 0, 30, y.data(), y.size()), DRIFTBENCH_WRONG_OBSERVATION) << i;
      EXPECT_EQ(driftbench_observe_symmetric(s, 1, 0, 30, y.data(), y.size()), DRIFTBENCH_WRONG_OBSERVATION) << i;
      EXPECT_EQ(driftbench_advance(s, 30, y.data(), y.size()), DRIFTBENCH_WRONG_ESTIMATE) << i;
    }
    for (const std::size_t i : {std::size_t{0}, std::size_t{N}, kPacked - 1}) {
      std::vector<float> y = matrix;
      y[i] = wrong;
      EXPECT_EQ(driftbench_observe(s, 1, 0, 30, y.data(), kPacked), DRIFTBENCH_WRONG_OBSERVATION) << i;
      EXPECT_EQ(driftbench_advance(s, 30, y.data(), kPacked), DRIFTBENCH_WRONG_ESTIMATE) << i;
    }
    std::vector<float> v(N, 1.0f);
    EXPECT_EQ(driftbench_advance_factor(s, 30, v.data(), N, wrong), DRIFTBENCH_WRONG_ESTIMATE);
    v[N - 1] = wrong;
    EXPECT_EQ(driftbench_advance_factor(s, 30, v.data(), N, 1), DRIFTBENCH_WRONG_ESTIMATE);
  }
}

TEST_F(OnSampler, Probabilities) {
  for (const float w : {-0.1f, 1.1f, kNaN, kInfinity, -kInfinity}) {
    EXPECT_EQ(driftbench_set_target_w(s, w), DRIFTBENCH_WRONG_PROBABILITY) << w;
    EXPECT_EQ(driftbench_draw(s, 1, 0, 30, w, nullptr, 0), DRIFTBENCH_WRONG_PROBABILITY) << w;
  }
  double duration = 4;
  for (const float q : {0.0f, -0.1f, 1.1f, kNaN, kInfinity}) {
    EXPECT_EQ(driftbench_latency(s, static_cast<double>(q), &duration), DRIFTBENCH_WRONG_PROBABILITY) << q;
  }
  EXPECT_EQ(driftbench_latency(s, 0.5, nullptr), DRIFTBENCH_NULL_POINTER);
  EXPECT_EQ(duration, 4);
}

TEST_F(OnSampler, Arrays) {
  EXPECT_EQ(driftbench_observe(s, 1, 0, 30, nullptr, matrix.size()), DRIFTBENCH_NULL_POINTER);
  EXPECT_EQ(driftbench_estimate(s, nullptr, matrix.size()), DRIFTBENCH_NULL_POINTER);
  EXPECT_EQ(driftbench_observe_symmetric(s, 1, 0, 30, nullptr, matrix.size()), DRIFTBENCH_NULL_POINTER);
  EXPECT_EQ(driftbench_observation(s, nullptr, kPacked), DRIFTBENCH_NULL_POINTER);
  EXPECT_EQ(driftbench_advance(s, 30, nullptr, kPacked), DRIFTBENCH_NULL_POINTER);
  EXPECT_EQ(driftbench_advance_factor(s, 30, nullptr, N, 1), DRIFTBENCH_NULL_POINTER);
  for (const std::size_t count : {std::size_t{1}, std::size_t{N}, kPacked, std::size_t{N * N}}) {
    EXPECT_EQ(driftbench_draw(s, 1, 0, 30, 1, nullptr, count), DRIFTBENCH_NULL_POINTER) << count;
  }
  EXPECT_EQ(driftbench_observe_symmetric(s, 1, 0, 30, matrix.data(), kPacked), DRIFTBENCH_WRONG_COUNT);
  for (const std::size_t count : {std::size_t{0}, std::size_t{N - 1}, kPacked - 1, kPacked + 1, std::size_t{N * N - 1},
                                  std::size_t{N * N + 1}, SIZE_MAX}) {
    EXPECT_EQ(driftbench_observe_symmetric(s, 1, 0, 30, matrix.data(), count), DRIFTBENCH_WRONG_COUNT) << count;
    EXPECT_EQ(driftbench_observation(s, matrix.data(), count), DRIFTBENCH_WRONG_COUNT) << count;
    EXPECT_EQ(driftbench_draw(s, 1, 0, 30, 1, matrix.data(), count), DRIFTBENCH_WRONG_COUNT) << count;
    EXPECT_EQ(driftbench_advance(s, 30, matrix.data(), count), DRIFTBENCH_WRONG_COUNT) << count;
    EXPECT_EQ(driftbench_advance_factor(s, 30, matrix.data(), count, 1), DRIFTBENCH_WRONG_COUNT) << count;
    EXPECT_EQ(driftbench_observe(s, 1, 0, 30, matrix.data(), count), DRIFTBENCH_WRONG_COUNT) << count;
    EXPECT_EQ(driftbench_estimate(s, matrix.data(), count), DRIFTBENCH_WRONG_COUNT) << count;
  }
  EXPECT_EQ(matrix, std::vector<float>(N * N, 1.0f));

  std::vector<float> v(N, 2.0f);
  float scale = 3;
  EXPECT_EQ(driftbench_estimate_factor(s, nullptr, N, &scale), DRIFTBENCH_NULL_POINTER);
  EXPECT_EQ(driftbench_estimate_factor(s, v.data(), N, nullptr), DRIFTBENCH_NULL_POINTER);
  for (const std::size_t count : {0, N - 1, N + 1, N * N}) {
    EXPECT_EQ(driftbench_estimate_factor(s, v.data(), count, &scale), DRIFTBENCH_WRONG_COUNT) << count;
  }
  EXPECT_EQ(v, std::vector<float>(N, 2.0f));
  EXPECT_EQ(scale, 3.0f);
}

TEST_F(OnSampler, RecordsOfLatencies) {
  Memory record(DRIFTBENCH_LATENCY_BYTES + 8, 64);
  EXPECT_EQ(driftbench_record_latency(s, nullptr, record.bytes(), &no_time, nullptr), DRIFTBENCH_NULL_POINTER);
  EXPECT_EQ(driftbench_record_latency(s, record.data(), record.bytes(), nullptr, nullptr), DRIFTBENCH_NULL_POINTER);
  for (const std::size_t offset : {1, 2, 4, 7}) {
    EXPECT_EQ(driftbench_record_latency(s, record.data() + offset, DRIFTBENCH_LATENCY_BYTES, &no_time, nullptr),
              DRIFTBENCH_MISALIGNED);
  }
  EXPECT_EQ(driftbench_record_latency(s, record.data(), DRIFTBENCH_LATENCY_BYTES - 1, &no_time, nullptr),
            DRIFTBENCH_TOO_SMALL);
  EXPECT_TRUE(record.is_untouched());
}

TEST_F(OnSampler, WeightsOfADriftWithout) {
  const std::vector<float> weights = some_weights();
  EXPECT_EQ(driftbench_load_weights(s, weights.data(), weights.size()), DRIFTBENCH_TAKES_NO_WEIGHTS);
}

TEST_F(OnSampler, CallbacksOfOtherDrifts) {
  EXPECT_EQ(driftbench_set_callback(s, &no_denoiser, nullptr, matrix.data(), matrix.data(), matrix.size()),
            DRIFTBENCH_TAKES_NO_CALLBACK);
}

TEST(Refusal, Callbacks) {
  Instance instance(N, K, "callback");
  driftbench_sampler* const s = instance.sampler;
  const auto before = instance.workspace.content();
  std::vector<float> y(N * N), x(N * N);
  EXPECT_EQ(driftbench_step(s, 1), DRIFTBENCH_NO_CALLBACK);
  EXPECT_EQ(driftbench_evaluate(s), DRIFTBENCH_NO_CALLBACK);
  EXPECT_EQ(driftbench_set_callback(s, nullptr, nullptr, y.data(), x.data(), y.size()), DRIFTBENCH_NULL_POINTER);
  EXPECT_EQ(driftbench_set_callback(s, &no_denoiser, nullptr, nullptr, x.data(), y.size()), DRIFTBENCH_NULL_POINTER);
  EXPECT_EQ(driftbench_set_callback(s, &no_denoiser, nullptr, y.data(), nullptr, y.size()), DRIFTBENCH_NULL_POINTER);
  for (const std::size_t count : {std::size_t{0}, std::size_t{N}, kPacked - 1, kPacked + 1, y.size() - 1}) {
    EXPECT_EQ(driftbench_set_callback(s, &no_denoiser, nullptr, y.data(), x.data(), count), DRIFTBENCH_WRONG_COUNT);
  }
  EXPECT_EQ(driftbench_step(s, 1), DRIFTBENCH_NO_CALLBACK);
  EXPECT_EQ(instance.workspace.content(), before);
  EXPECT_EQ(driftbench_set_callback(s, &no_denoiser, nullptr, y.data(), x.data(), kPacked), DRIFTBENCH_OK);
  EXPECT_EQ(driftbench_step(s, 1), DRIFTBENCH_OK);
}

TEST(Refusal, Weights) {
  Instance instance(N, K, "gnn");
  driftbench_sampler* const s = instance.sampler;
  const auto before = instance.workspace.content();
  std::vector<float> weights = some_weights();
  EXPECT_EQ(driftbench_step(s, 1), DRIFTBENCH_NO_WEIGHTS);
  EXPECT_EQ(driftbench_evaluate(s), DRIFTBENCH_NO_WEIGHTS);
  EXPECT_EQ(driftbench_load_weights(s, nullptr, weights.size()), DRIFTBENCH_NULL_POINTER);
  EXPECT_EQ(driftbench_load_weights(s, weights.data(), weights.size() - 1), DRIFTBENCH_WRONG_COUNT);
  EXPECT_EQ(driftbench_load_weights(s, weights.data(), weights.size() + 1), DRIFTBENCH_WRONG_COUNT);
  for (const float wrong : {kNaN, kInfinity, -kInfinity}) {
    for (const std::size_t i : {std::size_t{0}, std::size_t{1000}, weights.size() - 1}) {
      std::vector<float> with_wrong = weights;
      with_wrong[i] = wrong;
      EXPECT_EQ(driftbench_load_weights(s, with_wrong.data(), with_wrong.size()), DRIFTBENCH_WRONG_WEIGHTS) << i;
    }
  }
  EXPECT_EQ(driftbench_step(s, 1), DRIFTBENCH_NO_WEIGHTS);
  EXPECT_EQ(instance.workspace.content(), before);
  EXPECT_EQ(driftbench_load_weights(s, weights.data(), weights.size()), DRIFTBENCH_OK);
  EXPECT_EQ(driftbench_step(s, 1), DRIFTBENCH_OK);
}

}  // namespace
}  // namespace driftbench
