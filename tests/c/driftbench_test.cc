// Checks that the C interface computes what the templates do.
#include "c/driftbench.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "kernels/drifts/all_drifts.h"
#include "kernels/plain_arrays.h"
#include "kernels/targets/sparse_signs.h"
#include "runtime/observe.h"
#include "runtime/sampler.h"
#include "tests/c/workspace.h"

namespace driftbench {
namespace {

constexpr int N = 16, K = 3;
constexpr std::size_t kElements = N * N;
/// The drifts of the C interface, but for the caller's own.
constexpr auto kDrifts = without_variants(feasible(AllDrifts<SparseSigns<N, K>>{}));

template <class D>
Sampler<N, D> make_sampler(const std::vector<float>& weights) {
  if constexpr (std::is_default_constructible_v<D>) {
    return {};
  } else {
    static MessagePassingWeights network;
    std::memcpy(&network, weights.data(), sizeof network);
    return Sampler<N, D>(D(&network));
  }
}

template <class D>
void load_where_needed(driftbench_sampler* sampler, const std::vector<float>& weights) {
  if constexpr (!std::is_default_constructible_v<D>) {
    EXPECT_EQ(driftbench_load_weights(sampler, weights.data(), weights.size()), DRIFTBENCH_OK);
  }
}

std::vector<float> elements(const RankOne<N>& m) {
  std::vector<float> all;
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j < N; ++j) all.push_back(m.scale * (m.v[i] * m.v[j]));
  }
  return all;
}
std::vector<float> elements(const SymMatrix<N>& m) {
  std::vector<float> all;
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j < N; ++j) all.push_back(m(i, j));
  }
  return all;
}

std::vector<float> estimate(const driftbench_sampler* sampler) {
  std::vector<float> x(kElements);
  EXPECT_EQ(driftbench_estimate(sampler, x.data(), x.size()), DRIFTBENCH_OK);
  return x;
}

/// Returns an observation of a signal whose two triangles differ, so that the symmetric part is not the whole matrix.
std::vector<float> observation(float t) {
  RankOne<N> x;
  SparseSigns<N, K>{1.0f}.draw({5, Stream::kTarget, 0, 0}, x);
  SymMatrix<N> y;
  observe(x, t, {5, Stream::kNoise, 0, 0}, y);
  std::vector<float> full = elements(y);
  for (std::size_t i = 0; i < kElements; ++i) full[i] += i % N > i / N ? 0.25f : i % N < i / N ? -0.25f : 0.0f;
  return full;
}

template <class D>
class CInterface : public ::testing::Test {};
template <class... D>
::testing::Types<D...> types_of(DriftList<D...>);
using Drifts = decltype(types_of(kDrifts));
TYPED_TEST_SUITE(CInterface, Drifts);

// A path depends on every estimate along it: one that differs in a bit ends elsewhere.
TYPED_TEST(CInterface, StepsAsTheSamplerDoes) {
  const std::vector<float> weights = some_weights();
  auto expected = make_sampler<TypeParam>(weights);
  Instance instance(N, K, TypeParam::kName);
  load_where_needed<TypeParam>(instance.sampler, weights);
  for (const std::uint64_t chain : {std::uint64_t{0}, std::uint64_t{7}}) {
    expected.start(3, chain);
    ASSERT_EQ(driftbench_start(instance.sampler, 3, chain), DRIFTBENCH_OK);
    for (int i = 1; i <= 40; ++i) {
      const float t = static_cast<float>(i);
      ASSERT_EQ(driftbench_step(instance.sampler, t), static_cast<int>(expected.step(t))) << "t = " << t;
      EXPECT_EQ(estimate(instance.sampler), elements(expected.estimate())) << "t = " << t;
    }
    EXPECT_EQ(driftbench_evaluate(instance.sampler), static_cast<int>(expected.evaluate()));
    EXPECT_EQ(estimate(instance.sampler), elements(expected.estimate()));
  }
}

TYPED_TEST(CInterface, DenoisesTheSymmetricPart) {
  constexpr float t = 30;
  const std::vector<float> weights = some_weights(), y = observation(t);
  auto expected = make_sampler<TypeParam>(weights);
  expected.start(3, 2, t, [&](SymMatrix<N>& own) { fill_from_full(y.data(), own); });
  const auto status = static_cast<int>(expected.evaluate());

  Instance instance(N, K, TypeParam::kName);
  load_where_needed<TypeParam>(instance.sampler, weights);
  ASSERT_EQ(driftbench_observe(instance.sampler, 3, 2, t, y.data(), y.size()), DRIFTBENCH_OK);
  EXPECT_EQ(driftbench_evaluate(instance.sampler), status);
  EXPECT_EQ(estimate(instance.sampler), elements(expected.estimate()));

  std::vector<float> v(N);
  float scale = 0;
  if constexpr (std::is_same_v<typename TypeParam::Estimate, RankOne<N>>) {
    ASSERT_EQ(driftbench_estimate_factor(instance.sampler, v.data(), v.size(), &scale), DRIFTBENCH_OK);
    EXPECT_EQ(scale, expected.estimate().scale);
    for (int i = 0; i < N; ++i) EXPECT_EQ(v[static_cast<std::size_t>(i)], expected.estimate().v[i]);
  } else {
    EXPECT_EQ(driftbench_estimate_factor(instance.sampler, v.data(), v.size(), &scale), DRIFTBENCH_NOT_RANK_ONE);
  }
}

// Some drifts can compute with numbers of any size; they need not fail.
TYPED_TEST(CInterface, EstimatesAreFiniteWhateverOverflows) {
  const std::vector<float> weights = some_weights(), y(kElements, std::numeric_limits<float>::max());
  Instance instance(N, K, TypeParam::kName);
  load_where_needed<TypeParam>(instance.sampler, weights);
  ASSERT_EQ(driftbench_observe(instance.sampler, 1, 0, 30, y.data(), y.size()), DRIFTBENCH_OK);
  const driftbench_status status = driftbench_evaluate(instance.sampler);
  EXPECT_GE(status, DRIFTBENCH_OK);
  const std::vector<float> x = estimate(instance.sampler);
  EXPECT_TRUE(std::all_of(x.begin(), x.end(), [](float value) { return std::isfinite(value); }));
  if (status == DRIFTBENCH_NOT_FINITE) {
    EXPECT_EQ(x, std::vector<float>(kElements));
  }
}

TEST(CInterfaceTest, SaysWhereNumbersOverflow) {
  const std::vector<float> y(kElements, std::numeric_limits<float>::max());
  for (const char* drift : {"power", "spectral", "exact"}) {
    Instance instance(N, K, drift);
    ASSERT_EQ(driftbench_observe(instance.sampler, 1, 0, 30, y.data(), y.size()), DRIFTBENCH_OK);
    EXPECT_EQ(driftbench_evaluate(instance.sampler), DRIFTBENCH_NOT_FINITE) << drift;
  }
}

TEST(CInterfaceTest, InitStartsChain0OfSeed0) {
  Instance instance(N, K, "ungated"), started(N, K, "ungated");
  ASSERT_EQ(driftbench_start(started.sampler, 0, 0), DRIFTBENCH_OK);
  for (const float t : {5.0f, 10.0f}) {
    EXPECT_EQ(driftbench_step(instance.sampler, t), driftbench_step(started.sampler, t));
    EXPECT_EQ(estimate(instance.sampler), estimate(started.sampler));
  }
}

TEST(CInterfaceTest, StartsAfreshWhereItWasUsedBefore) {
  Instance instance(N, K, "ungated");
  EXPECT_EQ(driftbench_step(instance.sampler, 10), DRIFTBENCH_OK);
  EXPECT_EQ(driftbench_step(instance.sampler, 20), DRIFTBENCH_OK);
  EXPECT_NE(estimate(instance.sampler), std::vector<float>(kElements));
  driftbench_sampler* again = nullptr;
  ASSERT_EQ(
      driftbench_init(instance.workspace.data(), instance.workspace.bytes(), "sparse-signs", N, K, "power", &again),
      DRIFTBENCH_OK);
  EXPECT_EQ(estimate(again), std::vector<float>(kElements));
  EXPECT_EQ(driftbench_evaluate(again), DRIFTBENCH_OK);
  EXPECT_EQ(estimate(again), std::vector<float>(kElements)) << "t is not 0";
}

TEST(CInterfaceTest, TargetWReachesTheDriftsThatHaveIt) {
  const std::vector<float> y = observation(5);
  for (const char* drift : {"amp", "exact"}) {
    Instance instance(N, K, drift);
    ASSERT_EQ(driftbench_observe(instance.sampler, 1, 0, 5, y.data(), y.size()), DRIFTBENCH_OK);
    double norms[3];
    const float probabilities[] = {0.0f, 0.1f, 1.0f};
    for (int i = 0; i < 3; ++i) {
      ASSERT_EQ(driftbench_set_target_w(instance.sampler, probabilities[i]), DRIFTBENCH_OK) << drift;
      driftbench_evaluate(instance.sampler);
      norms[i] = 0;
      for (const float x : estimate(instance.sampler)) norms[i] += static_cast<double>(x) * static_cast<double>(x);
    }
    EXPECT_EQ(norms[0], 0) << drift;
    EXPECT_LT(norms[1], norms[2]) << drift;
  }
  Instance instance(N, K, "power");
  EXPECT_EQ(driftbench_set_target_w(instance.sampler, 0.1f), DRIFTBENCH_OK);
}

/// Whether the drift is one for the target; "zero" and "callback" are for all.
bool expected_to_serve(const std::string& target, const std::string& drift) {
  if (drift == "zero" || drift == "callback") return true;
  if (drift == "saddle-point") return target == "sphere";
  if (drift == "exact" || drift == "gnn") return target == "sparse-signs";
  if (drift == "soft-spectral") return target == "sparse-signs" || target == "submatrix";
  if (drift == "amp") return target != "sphere";
  if (drift == "amp-soft") return target == "sparse-signs" || target == "signs";
  return true;
}

TEST(CInterfaceTest, ListsWhatItWasCompiledFor) {
  std::vector<const char*> drifts;
  kDrifts.for_each([&]<class D>() { drifts.push_back(D::kName); });
  drifts.push_back("callback");
  drifts.push_back("saddle-point");
  for (std::size_t i = 0; i < drifts.size(); ++i) EXPECT_STREQ(driftbench_drift(i), drifts[i]);
  EXPECT_EQ(driftbench_drift(drifts.size()), nullptr);
  bool has_this_size = false;
  for (const Size& size : library_sizes()) {
    const std::string target = size.target;
    has_this_size = has_this_size || (target == "sparse-signs" && size.n == N && size.k == K);
    for (const char* drift : drifts) {
      SCOPED_TRACE(target + " " + std::to_string(size.n) + " " + drift);
      std::size_t bytes = 0, alignment = 0;
      const auto status = driftbench_workspace(size.target, size.n, size.k, drift, &bytes, &alignment);
      const bool is_served = expected_to_serve(target, drift);
      if (!is_served) {
        EXPECT_EQ(status, DRIFTBENCH_DOES_NOT_SERVE);
      } else if (std::string(drift) == "exact" && !exact_is_feasible(size.n, size.k)) {
        EXPECT_EQ(status, DRIFTBENCH_DRIFT_TOO_COSTLY);
      } else {
        EXPECT_EQ(status, DRIFTBENCH_OK);
        EXPECT_GE(bytes, static_cast<std::size_t>(2 * size.n * size.n));
        EXPECT_EQ(alignment, 64U);
        EXPECT_EQ(bytes % alignment, 0U);
      }
    }
  }
  EXPECT_TRUE(has_this_size);
  const char* target = "none";
  int n = -1, k = -1;
  EXPECT_EQ(driftbench_size(library_sizes().size(), &target, &n, &k), DRIFTBENCH_UNKNOWN_SIZE);
  EXPECT_EQ(n, -1);
  EXPECT_STREQ(target, "none");
}

/// The density changes the draws of signs, and the estimates of those drifts that use it.
TEST(CInterfaceTest, TheDensityIsThatOfDrawsAndOfDrifts) {
  for (const Size& size : library_sizes()) {
    Instance instance(size, "zero");
    const bool has_density = std::string(size.target) == "signs";
    EXPECT_EQ(driftbench_set_density(instance.sampler, 0.25f), has_density ? DRIFTBENCH_OK : DRIFTBENCH_HAS_NO_DENSITY);
    if (!has_density) continue;
    for (const float density : {0.0f, -1.0f, 1.5f, NAN}) {
      EXPECT_EQ(driftbench_set_density(instance.sampler, density), DRIFTBENCH_WRONG_PROBABILITY);
    }
    std::vector<float> v(static_cast<std::size_t>(size.n));
    std::int64_t entries = 0;
    constexpr int kDraws = 400;
    for (std::uint64_t i = 0; i < kDraws; ++i) {
      ASSERT_EQ(driftbench_draw(instance.sampler, 1, i, 1.0f, 1.0f, v.data(), v.size()), DRIFTBENCH_OK);
      for (const float entry : v) {
        if (entry == 0.0f) continue;
        ++entries;
        EXPECT_NEAR(std::fabs(entry), 1 / std::sqrt(0.25f * static_cast<float>(size.n)), 1e-6f);
      }
    }
    // A binomial count lies within five deviations but for one in 1.7e6.
    const double count = kDraws * size.n;
    EXPECT_NEAR(static_cast<double>(entries), 0.25 * count, 5 * std::sqrt(0.25 * 0.75 * count));

    Instance dense(size, "amp"), sparse(size, "amp");
    ASSERT_EQ(driftbench_set_density(sparse.sampler, 0.25f), DRIFTBENCH_OK);
    const auto t = 3.0f * static_cast<float>(size.n);
    std::vector<std::vector<float>> estimates;
    for (driftbench_sampler* sampler : {dense.sampler, sparse.sampler}) {
      ASSERT_EQ(driftbench_draw(instance.sampler, 1, 0, t, 1.0f, nullptr, 0), DRIFTBENCH_OK);
      std::vector<float> y(size.full());
      ASSERT_EQ(driftbench_observation(instance.sampler, y.data(), y.size()), DRIFTBENCH_OK);
      ASSERT_EQ(driftbench_observe(sampler, 1, 0, t, y.data(), y.size()), DRIFTBENCH_OK);
      driftbench_evaluate(sampler);
      ASSERT_EQ(driftbench_estimate(sampler, y.data(), y.size()), DRIFTBENCH_OK);
      estimates.push_back(y);
    }
    EXPECT_NE(estimates[0], estimates[1]);
  }
}

TEST(CInterfaceTest, SamplersOfDifferentThreadsShareNothing) {
  const auto run = [](std::uint64_t chain) {
    Instance instance(N, K, "amp");
    driftbench_start(instance.sampler, 1, chain);
    for (int i = 1; i <= 200; ++i) driftbench_step(instance.sampler, 0.5f * static_cast<float>(i));
    driftbench_evaluate(instance.sampler);
    return estimate(instance.sampler);
  };
  std::vector<std::vector<float>> found(8);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < found.size(); ++i) threads.emplace_back([&, i] { found[i] = run(i); });
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i], run(i)) << "chain " << i;
}

/// A clock that advances, between the two readings of a call, by the next number of a list.
struct TestClock {
  std::vector<std::uint64_t> durations;
  std::uint64_t now = 1000;
  std::size_t readings = 0;

  static std::uint64_t read(void* context) {
    auto& clock = *static_cast<TestClock*>(context);
    if (clock.readings++ % 2 == 1) clock.now += clock.durations[(clock.readings / 2 - 1) % clock.durations.size()];
    return clock.now;
  }
};

TEST(CInterfaceTest, LatenciesArePercentilesOfStepsAndEvaluations) {
  Instance instance(N, K, "zero");
  Memory record(DRIFTBENCH_LATENCY_BYTES, DRIFTBENCH_LATENCY_ALIGNMENT);
  double duration = -1;
  EXPECT_EQ(driftbench_latency(instance.sampler, 0.5, &duration), DRIFTBENCH_NO_LATENCIES);
  TestClock clock{{10, 20, 30, 100}};
  ASSERT_EQ(driftbench_record_latency(instance.sampler, record.data(), record.bytes(), &TestClock::read, &clock),
            DRIFTBENCH_OK);
  EXPECT_EQ(driftbench_latency(instance.sampler, 0.5, &duration), DRIFTBENCH_NO_LATENCIES);
  EXPECT_EQ(duration, -1);
  driftbench_evaluate(instance.sampler);
  for (int i = 1; i <= 3; ++i) driftbench_step(instance.sampler, static_cast<float>(i));
  EXPECT_EQ(driftbench_step(instance.sampler, 3), DRIFTBENCH_WRONG_TIME);  // refused, so not counted
  EXPECT_EQ(clock.readings, 8U);
  const std::vector<std::pair<double, double>> expected = {{1e-9, 10}, {0.25, 10}, {0.26, 20},
                                                           {0.5, 20},  {0.75, 30}, {1, 100}};
  for (const auto& [q, value] : expected) {
    EXPECT_EQ(driftbench_latency(instance.sampler, q, &duration), DRIFTBENCH_OK);
    EXPECT_EQ(duration, value) << "q = " << q;
  }
  ASSERT_EQ(driftbench_record_latency(instance.sampler, record.data(), record.bytes(), &TestClock::read, &clock),
            DRIFTBENCH_OK);
  EXPECT_EQ(driftbench_latency(instance.sampler, 0.5, &duration), DRIFTBENCH_NO_LATENCIES) << "it was not emptied";
}

TEST(CInterfaceTest, EachStatusHasATextOfItsOwn) {
  std::vector<std::string> texts;
  for (int status = DRIFTBENCH_HAS_NO_DENSITY; status <= DRIFTBENCH_NOT_FINITE + 1; ++status) {
    texts.emplace_back(driftbench_status_text(status));
    EXPECT_GE(texts.back().size(), 2U) << status;
  }
  EXPECT_EQ(texts.back(), driftbench_status_text(DRIFTBENCH_HAS_NO_DENSITY - 1));
  std::sort(texts.begin(), texts.end());
  EXPECT_EQ(std::adjacent_find(texts.begin(), texts.end()), texts.end());
}

}  // namespace
}  // namespace driftbench
