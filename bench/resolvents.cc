#include <cblas.h>
#include <fmt/core.h>

#include <Eigen/Cholesky>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "bench/benchmark_list.h"
#include "bench/checks.h"
#include "bench/operands.h"
#include "kernels/plain_arrays.h"
#include "kernels/resolvent.h"
#include "kernels/spherical_posterior.h"
#include "kernels/sym_matrix.h"

// LAPACK's subroutines, which are a part of OpenBLAS. Arguments that are texts have their lengths at the end.
extern "C" {
void spotrf_(const char* uplo, const int* n, float* a, const int* lda, int* info, std::size_t);
void spotri_(const char* uplo, const int* n, float* a, const int* lda, int* info, std::size_t);
void ssyevd_(const char* jobz, const char* uplo, const int* n, float* a, const int* lda, float* w, float* work,
             const int* lwork, int* iwork, const int* liwork, int* info, std::size_t, std::size_t);
}

namespace driftbench {
namespace {

/// The matrix of operands<N>() and a z well above its spectrum, whose edge is at sqrt(2 N).
template <int N>
struct Resolvents {
  SymMatrix<N> r;
  ResolventWorkspace<N> workspace;
  std::vector<float> full;  ///< a peer's result; its lower triangle counts, where columns are contiguous
  const float z = 1.2f * std::sqrt(2.0f * N) + 2.0f;

  Resolvents() : full(std::size_t{N} * N) {}

  /// full <- z I - Y.
  void shift() {
    const auto& y = operands<N>().full;
    for (std::size_t i = 0; i < full.size(); ++i) full[i] = -y[i];
    for (std::size_t i = 0; i < N; ++i) full[i * (N + 1)] += z;
  }
};

template <int N>
Resolvents<N>& resolvents() {
  static const auto instance = std::make_unique<Resolvents<N>>();
  return *instance;
}

/// a <- the lower triangle of a full matrix whose columns are contiguous.
template <int N>
void fill_from_columns(const std::vector<float>& full, SymMatrix<N>& a) {
  for (int j = 0; j < N; ++j) {
    for (int i = j; i < N; ++i) a.set(i, j, full[static_cast<std::size_t>(j * N + i)]);
  }
}

/// Times invert(), after checking once what it left in resolvents<N>().r, or in `full` for a peer.
template <int N, class Invert>
void time_resolvent(benchmark::State& state, bool is_peer, Invert invert) {
  auto& o = resolvents<N>();
  invert();
  if (is_peer) fill_from_columns(o.full, o.r);
  const auto error = check_resolvent(operands<N>().packed, o.z, o.r);
  if (!error.empty()) return state.SkipWithError(error.c_str());
  for (auto _ : state) {
    invert();
    benchmark::ClobberMemory();
  }
}

template <int N>
void ours(benchmark::State& state) {
  auto& o = resolvents<N>();
  time_resolvent<N>(state, false, [&] { resolvent(operands<N>().packed, o.z, o.r, o.workspace); });
}

template <int N>
void openblas(benchmark::State& state) {
  auto& o = resolvents<N>();
  time_resolvent<N>(state, true, [&] {
    const int n = N;
    int info = 0;
    o.shift();
    spotrf_("L", &n, o.full.data(), &n, &info, 1);
    spotri_("L", &n, o.full.data(), &n, &info, 1);
  });
}

/// Eigen has no inverse of a factor; it solves for the columns of I.
template <int N>
void eigen(benchmark::State& state) {
  auto& o = resolvents<N>();
  Eigen::MatrixXf factor(N, N);
  Eigen::LLT<Eigen::Ref<Eigen::MatrixXf>> llt(factor);
  time_resolvent<N>(state, true, [&] {
    o.shift();
    Eigen::Map<Eigen::MatrixXf> full(o.full.data(), N, N);
    factor = full;
    llt.compute(factor);
    full.setIdentity();
    llt.solveInPlace(full);
  });
}

/// Makes the N^3 / 2 multiply-adds of an inverse.
template <int N>
void inverse_multiply_adds(benchmark::State& state) {
  float factor = 0.5f;
  benchmark::DoNotOptimize(factor);
  for (auto _ : state) multiply_adds(static_cast<int>(std::size_t{N} * N * N / 2 / Simd<DefaultArch>::kLanes), factor);
}

/// Observations of one x at successive times around n / 2, where z is hardest to find: what a diffusion meets.
template <int N>
struct Observations {
  static constexpr int kCount = 4;
  static constexpr float kDt = 0.5f;

  std::array<SymMatrix<N>, kCount> y;
  std::array<std::vector<float>, kCount> full;
  SymMatrix<N> m;
  SphericalPosterior<N> posterior;
  std::vector<float> vectors, values, work, full_m;
  std::vector<int> integer_work;
  float z = 0;

  static float time(int i) { return 0.5f * N + kDt * static_cast<float>(i); }

  Observations()
      : vectors(std::size_t{N} * N),
        values(N),
        work(1 + 6 * N + 2 * N * N),
        full_m(vectors.size()),
        integer_work(3 + 5 * N) {
    RankOne<N> x{1.0f, {}};
    fill_gaussian({1, Stream::kTarget, 0, 0}, x.v);
    normalize(x.v);
    observe(x, time(0), {1, Stream::kNoise, 0, 0}, y[0]);
    for (std::size_t i = 0; i < kCount; ++i) {
      if (i > 0) {
        y[i] = y[i - 1];
        euler_maruyama(x, kDt, {1, Stream::kNoise, 0, i}, y[i]);
      }
      full[i].resize(vectors.size());
      write_full(y[i], full[i].data());
    }
  }
};

template <int N>
Observations<N>& observations() {
  static const auto instance = std::make_unique<Observations<N>>();
  return *instance;
}

/// Times estimate(i), which sets m for the observation i, forward and backward through the observations. It leaves m in
/// observations<N>().m, or in full_m for a peer.
template <int N, class Estimate>
void time_posterior(benchmark::State& state, bool is_peer, Estimate estimate) {
  auto& o = observations<N>();
  for (int i = 0; i < o.kCount; ++i) {
    estimate(i);
    if (is_peer) fill_from_columns(o.full_m, o.m);
    const auto error = check_spherical_mean(o.y[static_cast<std::size_t>(i)], o.z, o.m);
    if (!error.empty()) return state.SkipWithError(error.c_str());
  }
  int i = o.kCount - 1, direction = -1;
  for (auto _ : state) {
    estimate(i);
    benchmark::ClobberMemory();
    if (i + direction < 0 || i + direction >= o.kCount) direction = -direction;
    i += direction;
  }
}

template <int N>
void our_posterior(benchmark::State& state) {
  auto& o = observations<N>();
  time_posterior<N>(state, false, [&](int i) {
    o.z = o.posterior.estimate(o.y[static_cast<std::size_t>(i)], o.time(i), 1.0f, o.m).z;
  });
}

/// The eigenvectors v_i and values y_i of Y, z by bisection, and m as the product of the vectors v_i / sqrt(2 (z -
/// y_i)).
template <int N>
void openblas_posterior(benchmark::State& state) {
  auto& o = observations<N>();
  time_posterior<N>(state, true, [&](int i) {
    const int n = N, work = static_cast<int>(o.work.size()), integer_work = static_cast<int>(o.integer_work.size());
    int info = 0;
    o.vectors = o.full[static_cast<std::size_t>(i)];
    ssyevd_("V", "L", &n, o.vectors.data(), &n, o.values.data(), o.work.data(), &work, o.integer_work.data(),
            &integer_work, &info, 1, 1);
    double low = 0, high = 0.5 * N;
    for (int step = 0; step < 30; ++step) {
      const double distance = 0.5 * (low + high);
      double trace = 0;
      for (const float value : o.values) trace += 0.5 / (distance + (double{o.values[N - 1]} - double{value}));
      (trace > 1 ? low : high) = distance;
    }
    o.z = static_cast<float>(o.values[N - 1] + high);
    for (int j = 0; j < N; ++j) {
      const double distance = high + (double{o.values[N - 1]} - double{o.values[static_cast<std::size_t>(j)]});
      cblas_sscal(N, static_cast<float>(1 / std::sqrt(2 * distance)), o.vectors.data() + j * N, 1);
    }
    cblas_ssyrk(CblasColMajor, CblasLower, CblasNoTrans, N, N, 1.0f, o.vectors.data(), N, 0.0f, o.full_m.data(), N);
  });
}

template <int N>
std::vector<Benchmark> of_size() {
  const std::string row = fmt::format("resolvent/{}/", N), posterior = fmt::format("spherical posterior/{}/", N);
  return {{row + "ours", ours<N>},
          {row + "OpenBLAS, potri", openblas<N>},
          {row + "Eigen, LLT", eigen<N>},
          {row + "floor: multiply-adds", inverse_multiply_adds<N>},
          {posterior + "ours", our_posterior<N>},
          {posterior + "OpenBLAS, syevd", openblas_posterior<N>},
          {posterior + "floor: one resolvent", ours<N>}};
}

}  // namespace

std::vector<Benchmark> resolvent_benchmarks() {
  std::vector<Benchmark> all;
  for (const auto& size : {of_size<32>(), of_size<64>(), of_size<128>(), of_size<350>()}) {
    all.insert(all.end(), size.begin(), size.end());
  }
  return all;
}

}  // namespace driftbench
