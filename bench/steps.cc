#include <cblas.h>
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "bench/benchmark_list.h"
#include "bench/checks.h"
#include "bench/operands.h"
#include "bench/straightforward.h"
#include "kernels/drifts/amp.h"
#include "kernels/drifts/gnn.h"
#include "kernels/drifts/power.h"
#include "kernels/drifts/spectral.h"
#include "kernels/message_passing.h"
#include "kernels/prior.h"
#include "kernels/targets/sparse_signs.h"
#include "kernels/top_k.h"
#include "runtime/sampler.h"

namespace driftbench {
namespace {

/// The paper's k = 20 at n = 350, scaled in proportion to n.
template <int N>
constexpr int kSparsity = N * 2 / 35;
template <int N>
using TargetOf = SparseSigns<N, kSparsity<N>>;

/// Steps of dt = 0.5. A benchmark makes kSteps of them from each of the kTimes times t = n / 2, n, ... 4 n in turn,
/// each time in another chain.
constexpr int kTimes = 8, kSteps = 16;
constexpr float kDt = 0.5f;

/// The Frobenius distances that estimates may have from the pattern in Y: those that are patterns differ by roundings,
/// and a posterior mean by what doubt is left.
constexpr double kPatternError = 1e-6, kPosteriorError = 1e-3;

/// Times steps of the sampler, where checking them has found no error. A body checks once, however often it is called.
template <int N, class D, class Arch>
void time_steps(benchmark::State& state, const std::string& error, std::unique_ptr<Sampler<N, D, Arch>> sampler) {
  if (!error.empty()) return state.SkipWithError(error.c_str());
  static int place = 0;  // continues where the last repetition stopped
  int i = kSteps;
  for (auto _ : state) {
    if (i == kSteps) {
      state.PauseTiming();
      sampler->start(1, static_cast<std::uint64_t>(place));
      sampler->step(0.5f * N * static_cast<float>(place++ % kTimes + 1));
      // A drift may begin where its last call left off. One step from here takes it there, before time is measured.
      sampler->step(sampler->t() + kDt);
      i = 0;
      state.ResumeTiming();
    }
    ++i;
    if (sampler->step(sampler->t() + kDt) == Status::kNotFinite)
      return state.SkipWithError("the estimate is not finite");
    benchmark::ClobberMemory();
  }
}

/// Times steps of the drift D<T, Arch> at n = N.
template <int N, template <class, class> class D, class Arch = DefaultArch>
void step(benchmark::State& state) {
  auto sampler = std::make_unique<Sampler<N, D<TargetOf<N>, Arch>, Arch>>();
  constexpr bool kIsPattern = !std::is_same_v<D<TargetOf<N>, Arch>, Amp<TargetOf<N>, Arch>>;
  static const std::string error = check_step<kSparsity<N>>(*sampler, kIsPattern ? kPatternError : kPosteriorError);
  time_steps(state, error, std::move(sampler));
}
template <int N, template <class, class> class D>
void strict_step(benchmark::State& state) {
  step<N, D, Strict<NativeArch>>(state);
}

/// Amp with as many products as a step of power: 8 to start, 16 iterations, 1 for the evidence.
template <int N>
void amp_step_of_25_products(benchmark::State& state) {
  Amp<TargetOf<N>> drift;
  drift.start_products = 8;
  drift.options.iterations = 16;
  drift.options.tolerance = 0;
  drift.options.refinements = 0;
  auto sampler = std::make_unique<Sampler<N, Amp<TargetOf<N>>>>(drift);
  static const std::string error = check_step<kSparsity<N>>(*sampler, kPosteriorError);
  time_steps(state, error, std::move(sampler));
}

/// Small random weights; the time of a step depends on no value.
const MessagePassingWeights& weights() {
  static const auto instance = [] {
    auto w = std::make_unique<MessagePassingWeights>();
    std::mt19937 bits(1);
    std::normal_distribution<float> normal(0.0f, 0.1f);
    float* value = reinterpret_cast<float*>(w.get());
    for (std::size_t i = 0; i < sizeof(*w) / sizeof(float); ++i) value[i] = normal(bits);
    return w;
  }();
  return *instance;
}

/// Checks the network's scores, the choice of the largest, and the update. The scores of random weights hold no
/// pattern.
template <int N>
std::string check_gnn_step(Sampler<N, Gnn<TargetOf<N>>>& sampler) {
  const auto y = std::make_unique<SymMatrix<N>>();
  observe_for_check<kSparsity<N>>(1.0f, *y);
  Vec<N> start;
  MessagePassingWorkspace<N> workspace;
  fill_gaussian({1, Stream::kDrift, 0, 0}, start);
  normalize(start);
  Vec<N> v = start;
  message_passing(weights(), *y, kCheckedTime<N>, v, workspace);
  if (auto error = check_scores(weights(), *y, kCheckedTime<N>, start, v); !error.empty()) return error;
  sampler.start(1, 0, kCheckedTime<N>, *y);
  sampler.step(kCheckedTime<N> + kDt);
  if (auto error = check_largest_scores<kSparsity<N>>(v, sampler.estimate()); !error.empty()) return error;
  return check_update(*y, sampler.estimate(), double{kDt}, {1, Stream::kNoise, 0, 0}, sampler.y());
}

template <int N>
void gnn_step(benchmark::State& state) {
  using D = Gnn<TargetOf<N>>;
  auto sampler = std::make_unique<Sampler<N, D>>(D(&weights()));
  static const std::string error = check_gnn_step(*sampler);
  time_steps(state, error, std::move(sampler));
}

/// The operations that aggregate_messages states for each pair of nodes: three multiply-adds and four additions or
/// maxima for each unit, done in registers.
template <int N>
void gnn_operations(benchmark::State& state) {
  using S = Simd<DefaultArch>;
  constexpr int kUnits = 32, kIndependent = 6;
  constexpr int kCount =
      SymMatrix<N>::kTiles * SymMatrix<N>::kTileSize / S::kLanes * kUnits * MessagePassingWeights::kLayers;
  float factor = 0.5f;
  benchmark::DoNotOptimize(factor);
  const auto multiplier = S::broadcast(factor);
  for (auto _ : state) {
    typename S::F32 product[kIndependent], sum[kIndependent];
    for (int j = 0; j < kIndependent; ++j) product[j] = sum[j] = multiplier;
    for (int i = 0; i < kCount; i += kIndependent) {
#pragma GCC unroll 6
      for (int j = 0; j < kIndependent; ++j) {
        for (int k = 0; k < 3; ++k) product[j] = S::fma(product[j], multiplier, multiplier);
        for (int k = 0; k < 2; ++k) sum[j] = S::max(sum[j] + multiplier, multiplier);
      }
    }
    for (auto& p : product) benchmark::DoNotOptimize(p);
    for (auto& s : sum) benchmark::DoNotOptimize(s);
  }
}

template <int N>
void power_step_straightforward(benchmark::State& state) {
  StraightforwardPower diffusion(N, kSparsity<N>, 1);
  // Both start from the same matrix and vector, so that the results agree up to what 25 roundings leave.
  auto& o = operands<N>();
  std::copy_n(o.full.begin(), o.full.size(), diffusion.y().begin());
  std::copy_n(o.x.data, N, diffusion.v().begin());
  diffusion.iterate();
  Vec<N> v = o.x, workspace;
  normalize(v);
  power_iteration(o.packed, 25, v, workspace);
  for (int i = 0; i < N; ++i) {
    const auto error = check_number(diffusion.v()[static_cast<std::size_t>(i)], v[i], 1e-3, "element {} of v", i);
    if (!error.empty()) return state.SkipWithError(error.c_str());
  }
  int i = 0;
  for (auto _ : state) {
    if (i == 0) std::fill(diffusion.y().begin(), diffusion.y().end(), 0.0f);
    i = i % (8 * N) + 1;
    diffusion.step(kDt * static_cast<float>(i), kDt);
    benchmark::ClobberMemory();
  }
}

/// A floor for a step: its noise and as many products as power makes, and nothing else.
template <int N>
void noise_and_products(benchmark::State& state) {
  auto& o = operands<N>();
  const auto y = std::make_unique<SymMatrix<N>>();
  const RankOne<N> zero;
  RandomAddress at{1, Stream::kNoise, 0, 0};
  for (auto _ : state) {
    for (int i = 0; i < 25; ++i) multiply(o.packed, o.x, o.y);
    ++at.step;
    euler_maruyama(zero, kDt, at, *y);
    benchmark::ClobberMemory();
  }
}

/// Times make_update(m, at, y), which makes one step of Y by the estimate m, after checking one.
template <int N, class Update>
void time_updates(benchmark::State& state, Update make_update) {
  const auto y = std::make_unique<SymMatrix<N>>();
  RankOne<N> m;
  m.scale = 1.0f;
  m.v[0] = 1.0f;
  RandomAddress at{1, Stream::kNoise, 0, 0};
  make_update(m, at, *y);
  static const std::string error = check_update(*std::make_unique<SymMatrix<N>>(), m, double{kDt}, at, *y);
  if (!error.empty()) return state.SkipWithError(error.c_str());
  for (auto _ : state) {
    ++at.step;
    make_update(m, at, *y);
    benchmark::ClobberMemory();
  }
}

template <int N>
void update(benchmark::State& state) {
  time_updates<N>(state,
                  [](const RankOne<N>& m, const RandomAddress& at, SymMatrix<N>& y) { euler_maruyama(m, kDt, at, y); });
}

/// The peer makes all normals of the update as a matrix first, and then adds the matrix.
template <int N>
void update_in_two_passes(benchmark::State& state) {
  const auto noise = std::make_unique<SymMatrix<N>>();
  time_updates<N>(state, [&](const RankOne<N>& m, const RandomAddress& at, SymMatrix<N>& y) {
    noise->set_zero();
    euler_maruyama(RankOne<N>{}, kDt, at, *noise);
    add_multiple(1.0f, *noise, y);
    rank_one_update(kDt * m.scale, m.v, y);
  });
}

/// A floor for the update: its normals alone, each batch stored over the last.
template <int N>
void normals_alone(benchmark::State& state) {
  using S = Simd<DefaultArch>;
  constexpr int kBatch = kGaussianBatch<DefaultArch>;
  alignas(64) float row[2 * kBatch * kTile];
  RandomAddress at{1, Stream::kNoise, 0, 0};
  for (auto _ : state) {
    ++at.step;
    for (std::uint64_t group = 0; group < SymMatrix<N>::kSize / kGaussianGroup; group += kBatch) {
      const auto z = gaussian_group<DefaultArch, kBatch>(at, group);
#pragma GCC unroll 8
      for (int r = 0; r < 2 * kBatch; ++r) {
        for (int v = 0; v < z.kVectors; ++v) S::store(row + r * kTile + v * S::kLanes, z.row[r][v]);
      }
      benchmark::DoNotOptimize(row);
    }
  }
}

template <int N>
void k_largest(benchmark::State& state) {
  Vec<N> p;
  top_k_signs<kSparsity<N>>(operands<N>().x, p);
  const auto error = check_top_k<kSparsity<N>>(operands<N>().x, p);
  if (!error.empty()) return state.SkipWithError(error.c_str());
  for (auto _ : state) {
    top_k_signs<kSparsity<N>>(operands<N>().x, p);
    benchmark::DoNotOptimize(p);
  }
}

template <int N>
void posterior_means(benchmark::State& state) {
  constexpr float kA = 4, kPrecision = 1, kOdds = 16;
  SignLikelihood<N> likelihood;
  Vec<N> m;
  const auto compute = [&] {
    sign_likelihood(kA, kPrecision, operands<N>().x, likelihood);
    return posterior_mean(kA, kOdds, likelihood, m);
  };
  compute();
  const auto error = check_posterior_means(double{kA}, double{kPrecision}, double{kOdds}, operands<N>().x, m);
  if (!error.empty()) return state.SkipWithError(error.c_str());
  for (auto _ : state) {
    auto sums = compute();
    benchmark::DoNotOptimize(sums);
    benchmark::DoNotOptimize(m);
  }
}

template <int N>
std::vector<Benchmark> of_size() {
  const auto name = [](const char* kernel, const char* who) { return fmt::format("{}/{}/{}", kernel, N, who); };
  constexpr char kFloor[] = "floor: noise, 25 products";
  return {{name("power step", "ours"), step<N, Power>},
          {name("power step", kFloor), noise_and_products<N>},
          {name("spectral step", "ours"), step<N, Spectral>},
          {name("spectral step", kFloor), noise_and_products<N>},
          {name("amp step", "ours"), step<N, Amp>},
          {name("amp step", kFloor), noise_and_products<N>},
          {name("gnn step", "ours"), gnn_step<N>},
          {name("gnn step", "floor: arithmetic"), gnn_operations<N>}};
}

}  // namespace

std::vector<Benchmark> step_benchmarks() {
  std::vector<Benchmark> all = {
      {"update/350/ours", update<350>},
      {"update/350/two passes", update_in_two_passes<350>},
      {"update/350/floor: normals", normals_alone<350>},
      {"k largest/350/ours", k_largest<350>},
      {"posterior means/350/ours", posterior_means<350>},
      {"amp step, 25 products/350/ours", amp_step_of_25_products<350>},
      {"amp step, 25 products/350/floor: noise, 25 products", noise_and_products<350>},
      {"power-bf16 step/350/ours", step<350, PowerBFloat16>},
      {"power-bf16 step/350/power", step<350, Power>},
      {"power-bf16 step/1024/ours", step<1024, PowerBFloat16>},
      {"power-bf16 step/1024/power", step<1024, Power>},
      {"strict power step/350/ours", strict_step<350, Power>},
      {"strict power step/350/power", step<350, Power>},
      {"strict spectral step/350/ours", strict_step<350, Spectral>},
      {"strict spectral step/350/spectral", step<350, Spectral>},
      {"strict amp step/350/ours", strict_step<350, Amp>},
      {"strict amp step/350/amp", step<350, Amp>},
      {"power step/350/OpenBLAS + std::normal", power_step_straightforward<350>},
  };
  for (const auto& size :
       {of_size<128>(), of_size<256>(), of_size<350>(), of_size<512>(), of_size<1024>(), of_size<2048>()}) {
    all.insert(all.end(), size.begin(), size.end());
  }
  return all;
}

}  // namespace driftbench
