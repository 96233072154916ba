// Checks the C interface where samples and observations leave it and the caller's estimates enter it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "c/driftbench.h"
#include "kernels/plain_arrays.h"
#include "kernels/targets/sparse_signs.h"
#include "runtime/observe.h"
#include "tests/c/workspace.h"

namespace driftbench {
namespace {

constexpr int N = 16, K = 3;
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();

/// An array of floats between guards that nobody may write.
class Array {
 public:
  explicit Array(std::size_t count) : memory_(count * sizeof(float), alignof(std::max_align_t)) {}
  float* data() { return reinterpret_cast<float*>(memory_.data()); }
  std::size_t size() const { return memory_.bytes() / sizeof(float); }
  std::vector<float> values() { return {data(), data() + size()}; }

 private:
  Memory memory_;
};

std::vector<float> observation(const driftbench_sampler* sampler, std::size_t count) {
  Array y(count);
  EXPECT_EQ(driftbench_observation(sampler, y.data(), count), DRIFTBENCH_OK);
  return y.values();
}
std::vector<float> estimate(const driftbench_sampler* sampler, std::size_t count) {
  Array x(count);
  EXPECT_EQ(driftbench_estimate(sampler, x.data(), count), DRIFTBENCH_OK);
  return x.values();
}

/// Returns the lower triangle of a full matrix row by row.
std::vector<float> lower_of(const std::vector<float>& full, int n) {
  std::vector<float> lower;
  for (int i = 0; i < n; ++i) {
    const auto row = full.begin() + static_cast<std::ptrdiff_t>(i) * n;
    lower.insert(lower.end(), row, row + i + 1);
  }
  return lower;
}

/// Returns a matrix whose triangles differ.
std::vector<float> some_matrix(int n) {
  std::vector<float> y(full_count(n));
  unsigned state = 7;
  for (float& value : y) {
    state = state * 1664525U + 1013904223U;
    value = static_cast<float>(state >> 8) * 0x1p-22f - 2.0f;
  }
  return y;
}

TEST(OwnDrift, ObservationsAreReadInBothForms) {
  for (const Size& size : library_sizes()) {
    SCOPED_TRACE(size.n);
    const auto n = static_cast<std::size_t>(size.n);
    std::vector<float> y = some_matrix(size.n), symmetric(size.full());
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) symmetric[n * i + j] = 0.5f * y[n * i + j] + 0.5f * y[n * j + i];
    }
    const std::vector<float> lower = lower_of(symmetric, size.n);
    Instance instance(size, "zero");
    EXPECT_EQ(observation(instance.sampler, size.full()), std::vector<float>(size.full()));

    ASSERT_EQ(driftbench_observe(instance.sampler, 1, 0, 3, y.data(), y.size()), DRIFTBENCH_OK);
    EXPECT_EQ(observation(instance.sampler, size.full()), symmetric);
    EXPECT_EQ(observation(instance.sampler, size.packed()), lower);

    ASSERT_EQ(driftbench_start(instance.sampler, 1, 0), DRIFTBENCH_OK);
    ASSERT_EQ(driftbench_observe(instance.sampler, 1, 0, 3, lower.data(), lower.size()), DRIFTBENCH_OK);
    EXPECT_EQ(observation(instance.sampler, size.full()), symmetric);

    // What lies above the diagonal of a matrix that is known to be symmetric is not used.
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = i + 1; j < n; ++j) symmetric[n * i + j] = kNaN;
    }
    ASSERT_EQ(driftbench_start(instance.sampler, 1, 0), DRIFTBENCH_OK);
    ASSERT_EQ(driftbench_observe_symmetric(instance.sampler, 1, 0, 3, symmetric.data(), symmetric.size()),
              DRIFTBENCH_OK);
    EXPECT_EQ(observation(instance.sampler, size.packed()), lower);
  }
}

TEST(OwnDrift, EstimatesAreReadInBothForms) {
  for (const char* drift : {"ungated", "exact"}) {
    Instance instance(N, K, drift);
    ASSERT_EQ(driftbench_draw(instance.sampler, 1, 0, 50, 1, nullptr, 0), DRIFTBENCH_OK);
    ASSERT_EQ(driftbench_evaluate(instance.sampler), DRIFTBENCH_OK);
    const std::vector<float> full = estimate(instance.sampler, full_count(N));
    EXPECT_NE(full, std::vector<float>(full_count(N)));
    EXPECT_EQ(estimate(instance.sampler, packed_count(N)), lower_of(full, N)) << drift;
  }
}

TEST(OwnDrift, DrawsAreThoseOfTheTemplates) {
  constexpr float t = 40;
  for (const char* drift : {"zero", "exact", "callback"}) {
    Instance instance(N, K, drift);
    for (const std::uint64_t chain : {std::uint64_t{0}, std::uint64_t{5}, (std::uint64_t{1} << 40) - 1}) {
      RankOne<N> x;
      SymMatrix<N> y;
      draw_observation(SparseSigns<N, K>{0.5f}, 9, static_cast<std::int64_t>(chain), t, x, y);
      std::vector<float> full(full_count(N)), packed(packed_count(N)), expected_y(full_count(N));
      write_full(x, full.data());
      write_packed(x, packed.data());
      write_full(y, expected_y.data());
      for (const std::size_t count : {full_count(N), packed_count(N)}) {
        Array drawn(count);
        ASSERT_EQ(driftbench_draw(instance.sampler, 9, chain, t, 0.5f, drawn.data(), count), DRIFTBENCH_OK);
        EXPECT_EQ(drawn.values(), count == full_count(N) ? full : packed);
        EXPECT_EQ(observation(instance.sampler, full_count(N)), expected_y);
      }
      Array v(N);
      ASSERT_EQ(driftbench_draw(instance.sampler, 9, chain, t, 0.5f, v.data(), N), DRIFTBENCH_OK);
      for (int i = 0; i < N; ++i) EXPECT_EQ(v.data()[i], x.scale * x.v[i]);
      ASSERT_EQ(driftbench_draw(instance.sampler, 9, chain, t, 0.5f, nullptr, 0), DRIFTBENCH_OK);
      EXPECT_EQ(observation(instance.sampler, full_count(N)), expected_y);
    }
  }
}

TEST(OwnDrift, DrawsFollowTheTargetAtEverySize) {
  for (const Size& size : library_sizes()) {
    SCOPED_TRACE(size.n);
    Instance instance(size, "zero");
    Array v(static_cast<std::size_t>(size.n));
    // Large draws are slow, and there only their entries are looked at.
    const std::uint64_t draws = size.n <= 128 ? 60 : 3;
    std::uint64_t zeros = 0;
    for (std::uint64_t chain = 0; chain < draws; ++chain) {
      ASSERT_EQ(driftbench_draw(instance.sampler, 2, chain, 1, 0.5f, v.data(), v.size()), DRIFTBENCH_OK);
      const std::vector<float> values = v.values();
      const auto nonzero = std::count_if(values.begin(), values.end(), [](float value) { return value != 0; });
      zeros += nonzero == 0 ? 1U : 0U;
      // Where the target has no k, u has n entries: of signs, all are of one magnitude at density 1.
      EXPECT_TRUE(nonzero == 0 || nonzero == (size.k == 0 ? size.n : size.k)) << nonzero;
      if (size.k == 0) continue;
      for (const float value : values) {
        EXPECT_TRUE(value == 0 || std::fabs(std::fabs(value) - 1 / std::sqrt(static_cast<float>(size.k))) < 1e-6f);
      }
    }
    // Of 60 draws, outside of these bounds lies one set in 1e8.
    if (draws == 60) {
      EXPECT_GT(zeros, 8U);
      EXPECT_LT(zeros, 52U);
    }
    ASSERT_EQ(driftbench_draw(instance.sampler, 2, 0, 1, 0, v.data(), v.size()), DRIFTBENCH_OK);
    EXPECT_EQ(v.values(), std::vector<float>(v.size()));
  }
}

TEST(OwnDrift, TheDiffusionFromADrawHasNoiseOfItsOwn) {
  Instance drawn(N, K, "zero"), started(N, K, "zero");
  ASSERT_EQ(driftbench_draw(drawn.sampler, 4, 1, 1, 0, nullptr, 0), DRIFTBENCH_OK);
  ASSERT_EQ(driftbench_start(started.sampler, 4, 1), DRIFTBENCH_OK);
  const std::vector<float> before = observation(drawn.sampler, packed_count(N));
  ASSERT_EQ(driftbench_step(drawn.sampler, 2), DRIFTBENCH_OK);
  ASSERT_EQ(driftbench_step(started.sampler, 1), DRIFTBENCH_OK);
  const std::vector<float> after = observation(drawn.sampler, packed_count(N));
  const std::vector<float> noise = observation(started.sampler, packed_count(N));
  double product = 0, squares = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_NEAR(after[i] - before[i], noise[i], 1e-5f);
    product += static_cast<double>(before[i]) * noise[i];
    squares += static_cast<double>(noise[i]) * noise[i];
  }
  EXPECT_LT(std::fabs(product), 0.5 * squares);
}

/// Runs a diffusion by driftbench_step() and another by driftbench_evaluate() and advance(sampler, t), and expects the
/// same Y, bit for bit.
template <class Advance>
void expect_same_diffusion(const Size& size, const char* drift, const std::vector<float>& weights, Advance advance) {
  SCOPED_TRACE(std::string(drift) + " at n = " + std::to_string(size.n));
  Instance whole(size, drift), halves(size, drift);
  for (driftbench_sampler* sampler : {whole.sampler, halves.sampler}) {
    if (!weights.empty()) {
      ASSERT_EQ(driftbench_load_weights(sampler, weights.data(), weights.size()), DRIFTBENCH_OK);
    }
    ASSERT_EQ(driftbench_start(sampler, 3, 8), DRIFTBENCH_OK);
  }
  for (int i = 1; i <= 4; ++i) {
    const float t = static_cast<float>(i * size.n) / 2;
    const driftbench_status status = driftbench_step(whole.sampler, t);
    EXPECT_EQ(driftbench_evaluate(halves.sampler), status);
    ASSERT_EQ(advance(halves.sampler, t), DRIFTBENCH_OK);
    ASSERT_EQ(observation(halves.sampler, size.full()), observation(whole.sampler, size.full())) << "t = " << t;
    EXPECT_EQ(estimate(halves.sampler, size.packed()), estimate(whole.sampler, size.packed()));
  }
}

TEST(OwnDrift, AdvanceByTheFactorOfEvaluateIsAStep) {
  for (const Size& size : library_sizes()) {
    std::vector<float> v(static_cast<std::size_t>(size.n));
    const auto advance = [&](driftbench_sampler* sampler, float t) {
      float scale = 0;
      EXPECT_EQ(driftbench_estimate_factor(sampler, v.data(), v.size(), &scale), DRIFTBENCH_OK);
      return driftbench_advance_factor(sampler, t, v.data(), v.size(), scale);
    };
    for (const char* drift : {"power", "ungated", "amp"}) {
      if (workspace_status(size, drift) == DRIFTBENCH_OK) expect_same_diffusion(size, drift, {}, advance);
    }
  }
  std::vector<float> v(N);
  const auto advance = [&](driftbench_sampler* sampler, float t) {
    float scale = 0;
    EXPECT_EQ(driftbench_estimate_factor(sampler, v.data(), v.size(), &scale), DRIFTBENCH_OK);
    return driftbench_advance_factor(sampler, t, v.data(), v.size(), scale);
  };
  for (const char* drift : {"zero", "spectral", "soft-spectral", "amp-soft"}) {
    expect_same_diffusion({.n = N, .k = K}, drift, {}, advance);
  }
  expect_same_diffusion({.n = N, .k = K}, "gnn", some_weights(), advance);
}

TEST(OwnDrift, AdvanceByTheMatrixOfEvaluateIsAStep) {
  for (const Size& size : library_sizes()) {
    if (workspace_status(size, "exact") != DRIFTBENCH_OK) continue;
    for (const std::size_t count : {size.full(), size.packed()}) {
      expect_same_diffusion(size, "exact", {}, [&](driftbench_sampler* sampler, float t) {
        const std::vector<float> x = estimate(sampler, count);
        return driftbench_advance(sampler, t, x.data(), count);
      });
    }
  }
}

/// The drift is one that draws no random numbers, which depend on the number of steps.
TEST(OwnDrift, ADriftOutsideOfTheSamplerGivesTheSameSamples) {
  Instance whole(N, K, "exact"), loop(N, K, "zero"), outside(N, K, "exact");
  for (driftbench_sampler* sampler : {whole.sampler, loop.sampler}) {
    ASSERT_EQ(driftbench_start(sampler, 3, 8), DRIFTBENCH_OK);
  }
  for (int i = 0; i < 8; ++i) {
    const auto t = static_cast<float>(i * N) / 2, t_next = static_cast<float>((i + 1) * N) / 2;
    ASSERT_EQ(driftbench_step(whole.sampler, t_next), DRIFTBENCH_OK);
    if (i > 0) {
      const std::vector<float> y = observation(loop.sampler, packed_count(N));
      ASSERT_EQ(driftbench_observe(outside.sampler, 5, 0, t, y.data(), y.size()), DRIFTBENCH_OK);
      ASSERT_EQ(driftbench_evaluate(outside.sampler), DRIFTBENCH_OK);
    }
    const std::vector<float> m = estimate(outside.sampler, full_count(N));
    ASSERT_EQ(driftbench_advance(loop.sampler, t_next, m.data(), m.size()), DRIFTBENCH_OK);
    EXPECT_EQ(observation(loop.sampler, full_count(N)), observation(whole.sampler, full_count(N))) << t_next;
  }
}

TEST(OwnDrift, AnEstimateThatMakesYOverflowIsSaidByLaterStatuses) {
  for (std::size_t i = 0; driftbench_drift(i) != nullptr; ++i) {
    const std::string drift = driftbench_drift(i);
    if (drift == "zero" || drift == "gnn" || drift == "callback" || drift == "saddle-point") continue;
    SCOPED_TRACE(drift);
    Instance instance(N, K, drift.c_str());
    const std::vector<float> huge(packed_count(N), 3e38f);
    ASSERT_EQ(driftbench_advance(instance.sampler, 100, huge.data(), huge.size()), DRIFTBENCH_OK);
    EXPECT_EQ(driftbench_evaluate(instance.sampler), DRIFTBENCH_NOT_FINITE);
    EXPECT_EQ(estimate(instance.sampler, full_count(N)), std::vector<float>(full_count(N)));
    EXPECT_EQ(driftbench_start(instance.sampler, 0, 0), DRIFTBENCH_OK);
    EXPECT_EQ(driftbench_step(instance.sampler, 1), DRIFTBENCH_OK);
  }
}

TEST(OwnDrift, AdvanceTakesTheSymmetricPart) {
  for (const Size& size : library_sizes()) {
    SCOPED_TRACE(size.n);
    const auto n = static_cast<std::size_t>(size.n);
    const std::vector<float> m = some_matrix(size.n);
    Instance with(size, "zero"), without(size, "zero");
    ASSERT_EQ(driftbench_advance(with.sampler, 0.5f, m.data(), m.size()), DRIFTBENCH_OK);
    ASSERT_EQ(driftbench_step(without.sampler, 0.5f), DRIFTBENCH_OK);
    const std::vector<float> y = observation(with.sampler, m.size()), noise = observation(without.sampler, m.size());
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        EXPECT_NEAR(y[n * i + j] - noise[n * i + j], 0.25f * (m[n * i + j] + m[n * j + i]), 2e-6f) << i << ", " << j;
      }
    }
    EXPECT_EQ(estimate(with.sampler, m.size()), std::vector<float>(m.size())) << "the sampler's own is another";
  }
}

/// A denoiser that estimates Y / (2 t) and notes what it was called with. It returns `status`, and where `wrong` is not
/// 0 its estimate has that number at `place`.
struct Denoiser {
  std::size_t count;
  Array y{count}, estimate{count};
  int calls = 0, status = DRIFTBENCH_OK;
  std::size_t place = 0;
  float last_t = -1, wrong = 0;

  static int call(void* context, float t, const float* y, float* estimate) {
    auto& denoiser = *static_cast<Denoiser*>(context);
    EXPECT_EQ(y, denoiser.y.data());
    EXPECT_EQ(estimate, denoiser.estimate.data());
    ++denoiser.calls;
    denoiser.last_t = t;
    for (std::size_t i = 0; i < denoiser.count; ++i) estimate[i] = y[i] / (2 * t);
    if (denoiser.wrong != 0) estimate[denoiser.place] = denoiser.wrong;
    return denoiser.status;
  }
  driftbench_status set(driftbench_sampler* sampler) {
    return driftbench_set_callback(sampler, &Denoiser::call, this, y.data(), estimate.data(), count);
  }
};

TEST(Callback, ADiffusionWithACallbackIsTheLoopOfTheCaller) {
  for (const Size& size : library_sizes()) {
    for (const std::size_t count : {size.full(), size.packed()}) {
      SCOPED_TRACE(::testing::Message() << "n = " << size.n << ", count = " << count);
      Denoiser denoiser{count};
      Instance callback(size, "callback"), loop(size, "zero");
      ASSERT_EQ(denoiser.set(callback.sampler), DRIFTBENCH_OK);
      std::vector<float> m(count);
      for (int i = 1; i <= 4; ++i) {
        const float t = static_cast<float>(i);
        EXPECT_EQ(driftbench_step(callback.sampler, t), DRIFTBENCH_OK);
        EXPECT_EQ(denoiser.calls, i - 1) << "at t = 0 the drift is 0 and is not called";
        if (i > 1) {
          EXPECT_EQ(denoiser.last_t, t - 1);
          m = observation(loop.sampler, count);
          for (float& value : m) value /= 2 * (t - 1);
        }
        EXPECT_EQ(estimate(callback.sampler, count), m);
        ASSERT_EQ(driftbench_advance(loop.sampler, t, m.data(), count), DRIFTBENCH_OK);
        ASSERT_EQ(observation(callback.sampler, count), observation(loop.sampler, count)) << t;
      }
      // A chain is named by seed and number, whatever was run before.
      const std::vector<float> end = observation(callback.sampler, count);
      ASSERT_EQ(driftbench_start(callback.sampler, 0, 0), DRIFTBENCH_OK);
      for (int i = 1; i <= 4; ++i) EXPECT_EQ(driftbench_step(callback.sampler, static_cast<float>(i)), DRIFTBENCH_OK);
      EXPECT_EQ(observation(callback.sampler, count), end);
    }
  }
}

TEST(Callback, StatusesArePassedOn) {
  for (const std::size_t count : {full_count(N), packed_count(N)}) {
    Denoiser denoiser{count};
    Instance instance(N, K, "callback");
    ASSERT_EQ(denoiser.set(instance.sampler), DRIFTBENCH_OK);
    ASSERT_EQ(driftbench_draw(instance.sampler, 1, 0, 30, 1, nullptr, 0), DRIFTBENCH_OK);
    for (const int status : {DRIFTBENCH_OK, DRIFTBENCH_NOT_CONVERGED, DRIFTBENCH_DIVERGED}) {
      denoiser.status = status;
      EXPECT_EQ(driftbench_evaluate(instance.sampler), status);
      EXPECT_EQ(estimate(instance.sampler, count), denoiser.estimate.values());
    }
    for (const int status : {3, 4, 1000, -1, -17, -18, std::numeric_limits<int>::min()}) {
      denoiser.status = status;
      EXPECT_EQ(driftbench_evaluate(instance.sampler), DRIFTBENCH_NOT_FINITE) << status;
      EXPECT_EQ(estimate(instance.sampler, count), std::vector<float>(count)) << status;
    }
  }
}

TEST(Callback, AfterAnEstimateThatIsNotFiniteYAdvancesByNoise) {
  for (const std::size_t count : {full_count(N), packed_count(N)}) {
    for (const float wrong : {kNaN, kInfinity, -kInfinity}) {
      for (const std::size_t place : {std::size_t{0}, std::size_t{20}, count - 1}) {
        Denoiser denoiser{count};
        Instance instance(N, K, "callback"), noise(N, K, "zero");
        ASSERT_EQ(denoiser.set(instance.sampler), DRIFTBENCH_OK);
        for (driftbench_sampler* sampler : {instance.sampler, noise.sampler}) {
          ASSERT_EQ(driftbench_draw(sampler, 1, 0, 30, 1, nullptr, 0), DRIFTBENCH_OK);
        }
        denoiser.wrong = wrong;
        denoiser.place = place;
        EXPECT_EQ(driftbench_step(instance.sampler, 31), DRIFTBENCH_NOT_FINITE) << place;
        EXPECT_EQ(driftbench_step(noise.sampler, 31), DRIFTBENCH_OK);
        EXPECT_EQ(estimate(instance.sampler, count), std::vector<float>(count));
        EXPECT_EQ(observation(instance.sampler, count), observation(noise.sampler, count));
      }
    }
  }
}

TEST(Callback, IsTimedAsOtherDriftsAre) {
  Denoiser denoiser{packed_count(N)};
  Instance instance(N, K, "callback");
  Memory record(DRIFTBENCH_LATENCY_BYTES, DRIFTBENCH_LATENCY_ALIGNMENT);
  ASSERT_EQ(denoiser.set(instance.sampler), DRIFTBENCH_OK);
  // The clock is the number of calls.
  const auto clock = [](void* context) { return static_cast<std::uint64_t>(static_cast<Denoiser*>(context)->calls); };
  ASSERT_EQ(driftbench_record_latency(instance.sampler, record.data(), record.bytes(), clock, &denoiser),
            DRIFTBENCH_OK);
  for (int i = 1; i <= 3; ++i) EXPECT_EQ(driftbench_step(instance.sampler, static_cast<float>(i)), DRIFTBENCH_OK);
  double duration = -1;
  ASSERT_EQ(driftbench_latency(instance.sampler, 1, &duration), DRIFTBENCH_OK);
  EXPECT_EQ(duration, 1);
}

}  // namespace
}  // namespace driftbench
