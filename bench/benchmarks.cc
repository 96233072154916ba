// Kernels and steps against their peers and floors. Each result is checked before it is timed.

#include <benchmark/benchmark.h>
#include <cblas.h>
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "bench/reporter.h"
#include "bench/straightforward.h"
#include "kernels/bounds.h"
#include "kernels/drifts/power.h"
#include "kernels/drifts/spectral.h"
#include "kernels/gaussian.h"
#include "kernels/sym_matrix.h"
#include "runtime/sampler.h"
#include "tools/environment.h"
#include "tools/errors.h"
#include "tools/output.h"

namespace driftbench {
namespace {

constexpr RandomAddress kAddress{1, Stream::kNoise, 0, 0};

/// One matrix in every layout that is compared, and a vector.
template <int N>
struct Operands {
  SymMatrix<N> packed;
  Vec<N> x, y;
  std::vector<float> full;  // N x N, symmetric
  double bound = 0;         // of the multiply's error

  Operands() : full(std::size_t{N} * N) {
    euler_maruyama(RankOne<N>{}, 1.0f, kAddress, packed);
    fill_gaussian({1, Stream::kDrift, 0, 0}, x);
    for (int i = 0; i < N; ++i) {
      double row = 0;
      for (int j = 0; j < N; ++j) {
        full[std::size_t{N} * static_cast<unsigned>(i) + static_cast<unsigned>(j)] = packed(i, j);
        row += std::fabs(static_cast<double>(packed(i, j)) * x[j]);
      }
      bound = std::max(bound, row * multiply_error(padded(N)));
    }
  }

  /// Largest deviation of `result` from A x in double precision is within the bound.
  bool is_product(const float* result) const {
    for (int i = 0; i < N; ++i) {
      double exact = 0;
      for (int j = 0; j < N; ++j) exact += static_cast<double>(packed(i, j)) * x[j];
      if (!(std::fabs(exact - result[i]) <= bound)) return false;
    }
    return true;
  }
};

template <int N>
Operands<N>& operands() {
  static const auto instance = std::make_unique<Operands<N>>();
  return *instance;
}

constexpr char kWrong[] = "the product is outside its error bound";

template <int N>
void multiply_ours(benchmark::State& state) {
  auto& o = operands<N>();
  multiply(o.packed, o.x, o.y);
  if (!o.is_product(o.y.data)) return state.SkipWithError(kWrong);
  for (auto _ : state) {
    multiply(o.packed, o.x, o.y);
    benchmark::DoNotOptimize(o.y);
    benchmark::ClobberMemory();
  }
}

template <int N>
void multiply_openblas(benchmark::State& state) {
  auto& o = operands<N>();
  std::vector<float> y(N);
  const auto run = [&] {
    cblas_ssymv(CblasColMajor, CblasLower, N, 1.0f, o.full.data(), N, o.x.data, 1, 0.0f, y.data(), 1);
  };
  run();
  if (!o.is_product(y.data())) return state.SkipWithError(kWrong);
  for (auto _ : state) {
    run();
    benchmark::DoNotOptimize(y.data());
    benchmark::ClobberMemory();
  }
}

template <int N>
void multiply_eigen(benchmark::State& state) {
  auto& o = operands<N>();
  const Eigen::Map<const Eigen::Matrix<float, N, N>> a(o.full.data());
  const Eigen::Map<const Eigen::Matrix<float, N, 1>> x(o.x.data);
  Eigen::VectorXf y(N);
  const auto run = [&] { y.noalias() = a.template selfadjointView<Eigen::Lower>() * x; };
  run();
  if (!o.is_product(y.data())) return state.SkipWithError(kWrong);
  for (auto _ : state) {
    run();
    benchmark::DoNotOptimize(y.data());
    benchmark::ClobberMemory();
  }
}

/// Floor of multiply: reading the packed matrix once, eight accumulators.
template <int N>
void read_matrix(benchmark::State& state) {
  using S = Simd<DefaultArch>;
  const auto& a = operands<N>().packed;
  constexpr int kAccumulators = SymMatrix<N>::kTileSize / S::kLanes < 8 ? SymMatrix<N>::kTileSize / S::kLanes : 8;
  for (auto _ : state) {
    S::F32 sum[kAccumulators];
    for (auto& s : sum) s = S::broadcast(0.0f);
    for (int i = 0; i < a.kSize; i += kAccumulators * S::kLanes) {
#pragma GCC unroll 8
      for (int j = 0; j < kAccumulators; ++j) sum[j] = sum[j] + S::load(a.data + i + j * S::kLanes);
    }
    for (int j = 1; j < kAccumulators; ++j) sum[0] = sum[0] + sum[j];
    float total = S::reduce_add(sum[0]);
    benchmark::DoNotOptimize(total);
  }
}

constexpr int kNormals = 1 << 16;

/// Mean and variance of values that should be standard normal, within seven standard errors.
bool is_standard_normal(const std::vector<float>& values) {
  double sum = 0, squares = 0;
  for (float value : values) {
    sum += value;
    squares += static_cast<double>(value) * value;
  }
  const auto count = static_cast<double>(values.size());
  return std::fabs(sum / count) < 7 / std::sqrt(count) && std::fabs(squares / count - 1) < 7 * std::sqrt(2 / count);
}

template <class Fill>
void time_normals(benchmark::State& state, Fill fill) {
  std::vector<float> values(kNormals + 16);
  float* aligned = values.data() + (64 - reinterpret_cast<std::uintptr_t>(values.data()) % 64) % 64 / sizeof(float);
  fill(aligned);
  if (!is_standard_normal({aligned, aligned + kNormals})) return state.SkipWithError("these are no standard normals");
  for (auto _ : state) {
    fill(aligned);
    benchmark::DoNotOptimize(aligned);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * kNormals);
}

/// `process` turns batch b of words or normals into rows of 16 floats.
void normals_ours(benchmark::State& state) {
  using S = Simd<DefaultArch>;
  constexpr int kBatch = kGaussianBatch<DefaultArch>;
  time_normals(state, [at = kAddress](float* out) mutable {
    ++at.step;
    for (std::uint64_t group = 0; group < kNormals / kGaussianGroup; group += kBatch) {
      const auto z = gaussian_group<DefaultArch, kBatch>(at, group);
#pragma GCC unroll 8
      for (int r = 0; r < 2 * kBatch; ++r) {
        for (int v = 0; v < z.kVectors; ++v, out += S::kLanes) S::store(out, z.row[r][v]);
      }
    }
  });
}

void normals_std(benchmark::State& state) {
  time_normals(state, [engine = std::mt19937_64(1), normal = std::normal_distribution<float>()](float* out) mutable {
    for (int i = 0; i < kNormals; ++i) out[i] = normal(engine);
  });
}

/// Floor of the normals: the same random words without the transform.
void philox_words(benchmark::State& state) {
  using S = Simd<DefaultArch>;
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

constexpr float kDt = 0.5f;
/// Steps that a diffusion takes before it starts anew, so that none is timed far from where it is used.
constexpr int kChain = 2000;

template <int N, class D>
void step_ours(benchmark::State& state) {
  const auto sampler = std::make_unique<Sampler<N, D>>();
  int i = kChain;
  for (auto _ : state) {
    if (i == kChain) {
      sampler->start(1, 0);
      sampler->step(kDt);
      i = 1;
    }
    ++i;
    if (sampler->step(kDt * static_cast<float>(i)) == Status::kNotFinite) return state.SkipWithError("not finite");
    benchmark::ClobberMemory();
  }
}

template <int N, int K>
void power_step_straightforward(benchmark::State& state) {
  StraightforwardPower diffusion(N, K, 1);
  // The same matrix and start through both: the vectors agree to what 25 roundings leave.
  auto& o = operands<N>();
  std::copy_n(o.full.begin(), o.full.size(), diffusion.y().begin());
  std::copy_n(o.x.data, N, diffusion.v().begin());
  diffusion.iterate();
  Vec<N> v = o.x, work;
  normalize(v);
  power_iteration(o.packed, 25, v, work);
  for (int i = 0; i < N; ++i) {
    if (std::fabs(v[i] - diffusion.v()[static_cast<std::size_t>(i)]) > 1e-3f) {
      return state.SkipWithError("differs from power_iteration");
    }
  }
  int i = kChain;
  for (auto _ : state) {
    if (i == kChain) {
      std::fill(diffusion.y().begin(), diffusion.y().end(), 0.0f);
      i = 1;
    }
    ++i;
    diffusion.step(kDt * static_cast<float>(i), kDt);
    benchmark::ClobberMemory();
  }
}

/// Floor of a step: its noise and as many products as the drift makes, nothing else.
template <int N>
void noise_and_products(benchmark::State& state) {
  auto& o = operands<N>();
  const auto y = std::make_unique<SymMatrix<N>>();
  const RankOne<N> zero;
  RandomAddress at = kAddress;
  for (auto _ : state) {
    for (int i = 0; i < 25; ++i) multiply(o.packed, o.x, o.y);
    if (++at.step % kChain == 0) y->set_zero();
    euler_maruyama(zero, kDt, at, *y);
    benchmark::ClobberMemory();
  }
}

struct Benchmark {
  std::string name;  ///< kernel/n/who
  void (*body)(benchmark::State&);
};

template <int N>
std::vector<Benchmark> multiply_benchmarks() {
  const std::string row = fmt::format("multiply/{}/", N);
  return {{row + "ours", multiply_ours<N>},
          {row + "OpenBLAS", multiply_openblas<N>},
          {row + "Eigen", multiply_eigen<N>},
          {row + "floor", read_matrix<N>}};
}

std::vector<Benchmark> all_benchmarks() {
  std::vector<Benchmark> all{
      {"normals/65536/ours", normals_ours},
      {"normals/65536/std::normal_distribution", normals_std},
      {"normals/65536/floor", philox_words},
      {"power step/350/ours", step_ours<350, Power<350, 20>>},
      {"power step/350/OpenBLAS + std::normal", power_step_straightforward<350, 20>},
      {"power step/350/floor", noise_and_products<350>},
      {"spectral step/350/ours", step_ours<350, Spectral<350, 20>>},
  };
  for (const auto& size : {multiply_benchmarks<64>(), multiply_benchmarks<128>(), multiply_benchmarks<350>(),
                           multiply_benchmarks<1024>()}) {
    all.insert(all.end(), size.begin(), size.end());
  }
  return all;
}

int run(int argc, char** argv) {
  CLI::App app("Times kernels and steps against their peers; further arguments go to Google Benchmark.", "bench");
  std::string json;
  app.add_option("--json", json, "Write the results as JSON to this file; - is stdout, without the table");
  app.allow_extras();
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    throw ArgumentError(error.what());
  }
  std::optional<OutputFile> json_file;
  if (!json.empty()) json_file.emplace("--json", json);

  std::vector<std::string> arguments{argv[0], "--benchmark_enable_random_interleaving=true"};
  for (const std::string& extra : app.remaining()) arguments.push_back(extra);
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  int count = static_cast<int>(pointers.size());
  benchmark::Initialize(&count, pointers.data());
  if (count > 1) throw ArgumentError(fmt::format("{}: not an argument of this or of Google Benchmark", pointers[1]));

  openblas_set_num_threads(1);
  std::vector<std::string> names;
  for (const auto& [name, body] : all_benchmarks()) {
    benchmark::RegisterBenchmark(name.c_str(), body)->MinTime(0.02)->Repetitions(21)->Unit(benchmark::kNanosecond);
    names.push_back(name);
  }
  ComparisonReporter reporter(names);
  benchmark::RunSpecifiedBenchmarks(&reporter);
  auto environment = describe_environment();
  environment["openblas"] = fmt::format("{}, {} thread", openblas_get_config(), openblas_get_num_threads());
  if (!json_file || !json_file->is_stdout()) {
    print_stdout(fmt::format("{}\n{}OpenBLAS: {}\n", reporter.table(), describe_environment_line(environment),
                             environment["openblas"].get<std::string>()));
  }
  if (json_file) {
    const nlohmann::ordered_json document = {{"tool", "driftbench"},
                                             {"version", kVersion},
                                             {"command", "bench"},
                                             {"environment", environment},
                                             {"results", reporter.results()}};
    json_file->commit(document.dump(1) + "\n");
  }
  for (const std::string& error : reporter.errors()) fmt::print(stderr, "bench: {}\n", error);
  return reporter.errors().empty() ? 0 : 1;
}

}  // namespace
}  // namespace driftbench

int main(int argc, char** argv) {
  try {
    return driftbench::run(argc, argv);
  } catch (const driftbench::ArgumentError& error) {
    fmt::print(stderr, "bench: {}\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench: {}\n", error.what());
    return 1;
  }
}
