#include <Random123/philox.h>
#include <fmt/core.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <sleef.h>

#include <Random123/boxmuller.hpp>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "bench/benchmark_list.h"
#include "bench/checks.h"
#include "kernels/bounds.h"
#include "kernels/exp.h"
#include "kernels/gaussian.h"
#include "kernels/log.h"
#include "kernels/simd.h"

namespace driftbench {
namespace {

using S = Simd<DefaultArch>;
using F32 = typename S::F32;

constexpr RandomAddress kAddress{1, Stream::kNoise, 0, 0};
constexpr int kNormals = 1 << 14;  // 64 KiB, which the second level of cache holds

struct alignas(64) Buffer {
  float data[kNormals];
};

/// Whether the numbers look like standard normals: mean, variance and fourth moment within seven standard errors.
bool is_standard_normal(const Buffer& buffer) {
  double sum = 0, squares = 0, fourths = 0;
  for (double value : buffer.data) {
    sum += value;
    squares += value * value;
    fourths += value * value * value * value;
  }
  return std::fabs(sum) < 7 * std::sqrt(kNormals) && std::fabs(squares - kNormals) < 7 * std::sqrt(2.0 * kNormals) &&
         std::fabs(fourths - 3.0 * kNormals) < 7 * std::sqrt(96.0 * kNormals);
}

template <class Fill>
void time_normals(benchmark::State& state, Fill fill) {
  const auto buffer = std::make_unique<Buffer>();
  fill(buffer->data);
  if (!is_standard_normal(*buffer)) return state.SkipWithError("these are no standard normals");
  for (auto _ : state) {
    fill(buffer->data);
    benchmark::DoNotOptimize(buffer->data);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * kNormals);
}

/// Checks the first normals that `fill` makes, those of step 1, against the transform in double precision.
template <class Fill>
std::string check_normals(Fill fill) {
  const auto buffer = std::make_unique<Buffer>();
  fill(buffer->data);
  RandomAddress at = kAddress;
  ++at.step;
  for (int i = 0; i < kNormals; ++i) {
    const double exact = normal_in_double(at, static_cast<std::uint64_t>(i));
    auto error = check_number(buffer->data[i], exact, 2 * kGaussianMaxUlp * double{kUnitRoundoff} * std::fabs(exact),
                              "normal {}", i);
    if (!error.empty()) return error;
  }
  return "";
}

void normals_ours(benchmark::State& state) {
  constexpr int kBatch = kGaussianBatch<DefaultArch>;
  const auto fill = [at = kAddress](float* out) mutable {
    ++at.step;
    for (std::uint64_t group = 0; group < kNormals / kGaussianGroup; group += kBatch) {
      const auto z = gaussian_group<DefaultArch, kBatch>(at, group);
#pragma GCC unroll 8
      for (int r = 0; r < 2 * kBatch; ++r) {
        for (int v = 0; v < z.kVectors; ++v, out += S::kLanes) S::store(out, z.row[r][v]);
      }
    }
  };
  static const std::string error = check_normals(fill);
  if (!error.empty()) return state.SkipWithError(error.c_str());
  time_normals(state, fill);
}

void normals_std(benchmark::State& state) {
  time_normals(state, [engine = std::mt19937_64(1), normal = std::normal_distribution<float>()](float* out) mutable {
    for (int i = 0; i < kNormals; ++i) out[i] = normal(engine);
  });
}

void normals_gsl(benchmark::State& state) {
  const std::unique_ptr<gsl_rng, void (*)(gsl_rng*)> generator(gsl_rng_alloc(gsl_rng_mt19937), gsl_rng_free);
  time_normals(state, [&](float* out) {
    for (int i = 0; i < kNormals; ++i) out[i] = static_cast<float>(gsl_ran_gaussian_ziggurat(generator.get(), 1.0));
  });
}

/// Random123 has the same generator and the same transform, as their authors publish them.
void normals_random123(benchmark::State& state) {
  time_normals(state, [step = std::uint32_t{0}](float* out) mutable {
    ++step;
    const r123::Philox4x32 philox;
    for (std::uint32_t block = 0; block < kNormals / 4; ++block, out += 4) {
      const auto words = philox({{block, step, 0, 0}}, {{1, 0}});
      const auto first = r123::boxmuller(words[0], words[1]), second = r123::boxmuller(words[2], words[3]);
      out[0] = first.x;
      out[1] = first.y;
      out[2] = second.x;
      out[3] = second.y;
    }
  });
}

void philox_words(benchmark::State& state) {
  constexpr int kBatch = kGaussianBatch<DefaultArch>;
  alignas(64) std::uint32_t block[kTile];
  std::uint64_t group = 0;
  for (auto _ : state) {
    auto sum = S::broadcast(std::uint32_t{0});
    for (int i = 0; i < kNormals / kGaussianGroup; i += kBatch, group += kBatch) {
      const auto words = philox_group<DefaultArch, kBatch>(kAddress, group);
#pragma GCC unroll 64
      for (int v = 0; v < words.kVectors; ++v) sum = sum + (words.first[v] ^ words.second[v]);
    }
    S::store(block, sum);
    benchmark::DoNotOptimize(block);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * kNormals);
}

constexpr int kArguments = 4096;

/// Times y <- f(x) over kArguments numbers from `low` to `high`, after checking that all results are within max_ulp of
/// the exact function.
template <class Function, class Exact>
void time_function(benchmark::State& state, float low, float high, double max_ulp, Function f, Exact exact) {
  struct alignas(64) Arguments {
    float data[kArguments];
  };
  const auto x = std::make_unique<Arguments>(), y = std::make_unique<Arguments>();
  for (int i = 0; i < kArguments; ++i) x->data[i] = low + (high - low) * static_cast<float>(i) / kArguments;
  const auto run = [&] {
    for (int i = 0; i < kArguments; i += S::kLanes) S::store(y->data + i, f(S::load(x->data + i)));
  };
  run();
  for (int i = 0; i < kArguments; ++i) {
    const double expected = exact(static_cast<double>(x->data[i]));
    const auto nearest = static_cast<float>(std::fabs(expected));
    const double ulp = static_cast<double>(std::nextafter(nearest, INFINITY)) - nearest;
    if (!(std::fabs(y->data[i] - expected) <= max_ulp * ulp)) {
      return state.SkipWithError(
          fmt::format("at {:.9g} it is {:.9g} and should be {:.9g}: off by {:.2g} ulp, where {:.2g} are allowed",
                      x->data[i], y->data[i], expected, std::fabs(y->data[i] - expected) / ulp, max_ulp)
              .c_str());
    }
  }
  for (auto _ : state) {
    run();
    benchmark::DoNotOptimize(y->data);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * kArguments);
}

template <class Function>
void time_log(benchmark::State& state, Function f) {
  time_function(state, 1e-6f, 3.0f, kLogMaxUlp, f, [](double x) { return std::log(x); });
}
template <class Function>
void time_exp(benchmark::State& state, Function f) {
  time_function(state, -20.0f, 20.0f, kExpMaxUlp, f, [](double x) { return std::exp(x); });
}

void log_ours(benchmark::State& state) {
  time_log(state, [](F32 x) { return log<DefaultArch>(x); });
}
void exp_ours(benchmark::State& state) {
  time_exp(state, [](F32 x) { return exp<DefaultArch>(x); });
}

// SLEEF's functions on vectors of the same width, with an error of 1 ulp.
#if defined(__AVX512F__)
void log_sleef(benchmark::State& state) {
  time_log(state, [](F32 x) { return F32(Sleef_logf16_u10avx512f(x)); });
}
void exp_sleef(benchmark::State& state) {
  time_exp(state, [](F32 x) { return F32(Sleef_expf16_u10avx512f(x)); });
}
#elif defined(__AVX2__)
void log_sleef(benchmark::State& state) {
  time_log(state, [](F32 x) { return F32(Sleef_logf8_u10avx2(x)); });
}
void exp_sleef(benchmark::State& state) {
  time_exp(state, [](F32 x) { return F32(Sleef_expf8_u10avx2(x)); });
}
#elif defined(DRIFTBENCH_ONE_LANE)
void log_sleef(benchmark::State& state) {
  time_log(state, [](F32 x) { return Sleef_logf_u10(x); });
}
void exp_sleef(benchmark::State& state) {
  time_exp(state, [](F32 x) { return Sleef_expf_u10(x); });
}
#else
void log_sleef(benchmark::State& state) {
  time_log(state, [](F32 x) { return F32(Sleef_logf4_u10sse2(x)); });
}
void exp_sleef(benchmark::State& state) {
  time_exp(state, [](F32 x) { return F32(Sleef_expf4_u10sse2(x)); });
}
#endif

}  // namespace

std::vector<Benchmark> normal_benchmarks() {
  return {{"normals/16384/ours", normals_ours},
          {"normals/16384/std::normal_distribution", normals_std},
          {"normals/16384/GSL, ziggurat", normals_gsl},
          {"normals/16384/Random123", normals_random123},
          {"normals/16384/floor: Philox", philox_words},
          {"log/4096/ours", log_ours},
          {"log/4096/SLEEF", log_sleef},
          {"exp/4096/ours", exp_ours},
          {"exp/4096/SLEEF", exp_sleef}};
}

}  // namespace driftbench
