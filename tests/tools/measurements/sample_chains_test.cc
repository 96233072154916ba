// Tests what the sampler's results say of chains whose estimates are known.
#include "tools/measurements/sample_chains.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "kernels/targets/sparse_signs.h"
#include "runtime/clock.h"
#include "runtime/metrics.h"
#include "tests/tools/measurements/scripted_drift.h"
#include "tools/measurements/matrix_numbers.h"
#include "tools/measurements/time_grid.h"
#include "tools/sizes/compiled_size.h"

namespace driftbench {
namespace {

constexpr int kN = 12, kK = 3;

SampleRequest request_of(std::int64_t chains, const TimeGrid& grid) {
  SampleRequest request;
  request.drift = "scripted";
  request.quiet = true;
  request.threads = 2;
  request.chains = chains;
  request.grid = grid;
  return request;
}

template <class E>
SampleResult sample(const SampleRequest& request, DriftScript<kN, E> script) {
  return sample_chains<SparseSigns<kN, kK>>(scripted_entry<kN, E>(std::move(script)), request);
}

/// Each test runs with both kinds of estimates.
template <class E>
class SampleChains : public ::testing::Test {};
using Estimates = ::testing::Types<RankOne<kN>, SymMatrix<kN>>;
TYPED_TEST_SUITE(SampleChains, Estimates);

TYPED_TEST(SampleChains, NormsAreByChain) {
  const std::vector<float> norms = {0, 0.75f, 0.25f, 1, 0.625f, 0.375f, 0};
  auto request = request_of(7, uniform_grid(1, 4));
  request.settings.target.w = 0.25;
  const SampleResult result = sample<TypeParam>(request, [&](const DriftCall<kN>& call, TypeParam& m) {
    set_norm(norms[call.at.chain], m);
    return Status::kOk;
  });
  EXPECT_EQ(result.steps, 4);
  ASSERT_EQ(result.fro_norms.size(), norms.size());
  for (std::size_t i = 0; i < norms.size(); ++i) EXPECT_FLOAT_EQ(result.fro_norms[i], norms[i]) << i;
  EXPECT_DOUBLE_EQ(result.nonzero_fraction, 3.0 / 7);
  auto sorted = norms;
  EXPECT_NEAR(result.w1_norm, w1_to_target_norm(sorted, 0.25), 1e-6);
  EXPECT_LE(result.w1_interval.low, result.w1_norm);
  EXPECT_GE(result.w1_interval.high, result.w1_norm);
  EXPECT_EQ(result.not_converged, 0);
}

/// A norm of exactly one half is near neither value and does not count.
TYPED_TEST(SampleChains, NonzeroIsAboveOneHalf) {
  for (const auto& [norm, fraction] : std::map<float, double>{{0.49f, 0}, {0.5f, 0}, {0.51f, 1}}) {
    const SampleResult result =
        sample<TypeParam>(request_of(3, uniform_grid(1, 2)), [norm](const DriftCall<kN>&, TypeParam& m) {
          set_norm(norm, m);
          return Status::kOk;
        });
    EXPECT_EQ(result.nonzero_fraction, fraction) << norm;
  }
}

/// Sets m <- scale u u^T, where u is the sign pattern of the first kK elements.
void set_pattern(float scale, RankOne<kN>& m) {
  m.scale = scale;
  for (int i = 0; i < kK; ++i) m.v[i] = (i == 1 ? -1 : 1) / std::sqrt(static_cast<float>(kK));
}
void set_pattern(float scale, SymMatrix<kN>& m) {
  RankOne<kN> pattern;
  set_pattern(scale, pattern);
  add_multiple(1.0f, pattern, m);
}

/// A multiple of a pattern is as far from it as its norm is from 1.
TYPED_TEST(SampleChains, PatternsAreNearOne) {
  const std::vector<float> scales = {1, 0.92f, 1.08f, 0.88f, 1.12f, 0.75f, 0};
  const SampleResult result =
      sample<TypeParam>(request_of(8, uniform_grid(1, 2)), [&](const DriftCall<kN>& call, TypeParam& m) {
        if (call.at.chain < scales.size()) {
          set_pattern(scales[call.at.chain], m);
        } else {
          set_norm(1, m);  // an estimate of one element alone
        }
        return Status::kOk;
      });
  EXPECT_DOUBLE_EQ(result.pattern_fraction, 3.0 / 8);
}

/// The norm at t is t / 1000, so that a path shows its times.
TYPED_TEST(SampleChains, PathsAreAtTheirTimes) {
  for (const std::int64_t steps : {1, 200, 201, 1003}) {
    auto request = request_of(4, geometric_grid(1, 1000, steps));
    request.paths = 3;
    const SampleResult result = sample<TypeParam>(request, [](const DriftCall<kN>& call, TypeParam& m) {
      set_norm(call.t / 1000, m);
      return Status::kOk;
    });
    // A path has a point every `stride` steps, so that there are no more than 200, and one at the end.
    const std::size_t stride = static_cast<std::size_t>((steps + 199) / 200);
    std::vector<float> times;
    for (std::size_t i = stride; i < request.grid.times.size(); i += stride) times.push_back(request.grid.times[i - 1]);
    times.push_back(1000);
    EXPECT_EQ(result.path_times, times);
    ASSERT_EQ(result.paths.size(), 3U);
    for (const std::vector<float>& path : result.paths) {
      ASSERT_EQ(path.size(), times.size());
      for (std::size_t i = 0; i < path.size(); ++i) EXPECT_FLOAT_EQ(path[i], times[i] / 1000) << i << " of " << steps;
    }
    for (const float norm : result.fro_norms) EXPECT_FLOAT_EQ(norm, 1);
  }
}

/// A chain calls its drift after each step, including the last; before the first step it has none.
TYPED_TEST(SampleChains, CountsWhatHasNotConverged) {
  const SampleResult result =
      sample<TypeParam>(request_of(5, uniform_grid(1, 6)), [](const DriftCall<kN>& call, TypeParam&) {
        if (call.at.chain == 1 && call.t > 3.5f) return Status::kNotConverged;  // at 4, 5 and 6
        if (call.at.chain == 3) return Status::kDiverged;
        return Status::kOk;
      });
  EXPECT_EQ(result.not_converged, 3 + 6);
}

TYPED_TEST(SampleChains, AnEstimateThatIsNotFiniteEndsIt) {
  const SampleResult result =
      sample<TypeParam>(request_of(5, uniform_grid(1, 6)), [](const DriftCall<kN>& call, TypeParam&) {
        return call.at.chain == 3 && call.t == 6 ? Status::kNotFinite : Status::kOk;
      });
  EXPECT_EQ(result.not_finite.count, 1);
  EXPECT_EQ(result.not_finite.first.number, 3);
  EXPECT_EQ(result.not_finite.first.t, 6);
  for (std::size_t chain = 0; chain < 5; ++chain) EXPECT_EQ(std::isfinite(result.fro_norms[chain]), chain != 3);
  EXPECT_FALSE(std::isfinite(result.nonzero_fraction) || std::isfinite(result.w1_norm));
}

/// Sets m <- the chain's own estimate, which is a sign pattern of the length that it says.
template <class E>
void set_own(const DriftCall<kN>& call, E& m) {
  set_pattern(1 + 0.01f * static_cast<float>(call.at.chain), m);
}

TYPED_TEST(SampleChains, SamplesGoOutInOrder) {
  for (const MatrixForm form : {MatrixForm::kFull, MatrixForm::kFactor}) {
    std::vector<std::vector<float>> taken, expected;
    for (std::int64_t chain = 0; chain < 20; ++chain) {
      RankOne<kN> m;
      set_pattern(1 + 0.01f * static_cast<float>(chain), m);
      write_numbers(m, form, expected.emplace_back());
    }
    auto request = request_of(20, uniform_grid(1, 3));
    request.threads = 3;
    request.sink = {form, [&](std::span<const float> numbers) { taken.emplace_back(numbers.begin(), numbers.end()); }};
    const SampleResult result = sample<TypeParam>(request, [](const DriftCall<kN>& call, TypeParam& m) {
      if (call.at.chain % 3 == 0) std::this_thread::yield();
      set_own(call, m);
      return Status::kOk;
    });
    ASSERT_EQ(taken.size(), expected.size());
    for (std::size_t chain = 0; chain < 20; ++chain) {
      ASSERT_EQ(taken[chain].size(), expected[chain].size());
      // The leading eigenvector of a matrix has either sign.
      const float sign = form == MatrixForm::kFactor && taken[chain][0] * expected[chain][0] < 0 ? -1.0f : 1.0f;
      for (std::size_t i = 0; i < taken[chain].size(); ++i) {
        const bool is_scale = form == MatrixForm::kFactor && i + 1 == taken[chain].size();
        EXPECT_NEAR((is_scale ? 1 : sign) * taken[chain][i], expected[chain][i], 1e-5) << chain << " " << i;
      }
      EXPECT_NEAR(result.fro_norms[chain], 1 + 0.01 * static_cast<double>(chain), 1e-5);
    }
  }
}

TYPED_TEST(SampleChains, AChainThatEndedHasNoNumbers) {
  std::vector<std::size_t> sizes;
  auto request = request_of(5, uniform_grid(1, 6));
  request.sink = {MatrixForm::kFull, [&](std::span<const float> numbers) { sizes.push_back(numbers.size()); }};
  sample<TypeParam>(request, [](const DriftCall<kN>& call, TypeParam&) {
    return call.at.chain == 3 && call.t == 4 ? Status::kNotFinite : Status::kOk;
  });
  EXPECT_EQ(sizes, (std::vector<std::size_t>{kN * kN, kN * kN, kN * kN, 0, kN * kN}));
}

/// The sink is slow with its first sample. Were there no bound, the chains would all be run until it is done with that.
TYPED_TEST(SampleChains, FewSamplesWaitForASlowSink) {
  std::atomic<std::int64_t> taken{0}, furthest{0};
  auto request = request_of(200, uniform_grid(1, 2));
  request.threads = 3;
  request.sink = {MatrixForm::kFactor, [&](std::span<const float>) {
                    if (taken == 0) std::this_thread::sleep_for(std::chrono::milliseconds(200));
                    ++taken;
                  }};
  sample<TypeParam>(request, [&](const DriftCall<kN>& call, TypeParam&) {
    furthest = std::max<std::int64_t>(furthest, static_cast<std::int64_t>(call.at.chain) - taken);
    return Status::kOk;
  });
  EXPECT_EQ(taken, 200);
  EXPECT_LT(furthest, 2 * request.threads + request.threads);
}

/// Where the drift or the sink throws, no thread waits for a sample that never comes.
TYPED_TEST(SampleChains, ExceptionsEndIt) {
  for (const bool in_drift : {true, false}) {
    auto request = request_of(200, uniform_grid(1, 2));
    request.threads = 4;
    std::int64_t taken = 0;
    request.sink = {MatrixForm::kFull, [&](std::span<const float>) {
                      if (!in_drift && taken == 20) throw std::runtime_error("sink");
                      ++taken;
                    }};
    const auto run = [&] {
      sample<TypeParam>(request, [&](const DriftCall<kN>& call, TypeParam&) {
        if (in_drift && call.at.chain == 20) throw std::runtime_error("drift");
        return Status::kOk;
      });
    };
    EXPECT_THROW(run(), std::runtime_error);
    EXPECT_LE(taken, 20);
  }
}

TEST(SampleSeconds, AreSeconds) {
  auto request = request_of(2, uniform_grid(1, 5));
  request.threads = 1;
  const std::uint64_t start = now_ns();
  const SampleResult result = sample<RankOne<kN>>(request, [](const DriftCall<kN>&, RankOne<kN>&) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    return Status::kOk;
  });
  const double elapsed = 1e-9 * static_cast<double>(now_ns() - start);
  EXPECT_GE(result.seconds, 2 * 5 * 2e-3);
  EXPECT_LE(result.seconds, elapsed);
}

/// Without a drift the flow stretches Y by the square root of the times' ratio, and leaves nothing to chance.
TEST(SampleFlow, StretchesY) {
  for (const bool flow : {true, false}) {
    auto request = request_of(3, uniform_grid(2, 8));
    request.flow = flow;
    std::mutex mutex;
    std::map<std::uint64_t, std::vector<float>> lengths;  // those of Y / sqrt(t), by chain
    sample<RankOne<kN>>(request, [&](const DriftCall<kN>& call, RankOne<kN>&) {
      const std::lock_guard lock(mutex);
      lengths[call.at.chain].push_back(frobenius_norm(call.y) / std::sqrt(call.t));
      return Status::kOk;
    });
    ASSERT_EQ(lengths.size(), 3U);
    for (const auto& [chain, along] : lengths) {
      ASSERT_EQ(along.size(), 4U);
      for (std::size_t i = 1; i < along.size(); ++i) {
        EXPECT_EQ(std::fabs(along[i] - along[0]) < 1e-4f * along[0], flow) << chain << " " << i;
      }
    }
  }
}

}  // namespace
}  // namespace driftbench
