#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "bench/benchmark_list.h"
#include "bench/checks.h"
#include "bench/operands.h"
#include "kernels/plain_arrays.h"
#include "kernels/rank_one.h"
#include "kernels/sym_matrix.h"

namespace driftbench {
namespace {

/// Arrays to read and to write. They begin at lines of the cache that are as far apart, modulo a page, as memcpy likes
/// best.
template <int N>
struct Arrays {
  alignas(64) float full[full_count(N)];
  float gap[256];
  alignas(64) float written[full_count(N)];
  alignas(64) float packed[packed_count(N)];
  SymMatrix<N> matrix, read;
  RankOne<N> factor;

  /// The two triangles of the full array differ, and its lower triangle is that of the packed one.
  Arrays() : matrix(operands<N>().packed), factor{0.5f, operands<N>().x} {
    for (int i = 0; i < N; ++i) {
      for (int j = 0; j < N; ++j) full[i * N + j] = matrix(i, j) + (j > i ? 1.0f : 0.0f);
      for (int j = 0; j <= i; ++j) packed[i * (i + 1) / 2 + j] = matrix(i, j);
    }
  }
};

template <int N>
Arrays<N>& arrays() {
  static const auto instance = std::make_unique<Arrays<N>>();
  return *instance;
}

/// Times f() after one call of it, whose result check() has found right.
template <class F, class Check>
void time(benchmark::State& state, F f, Check check) {
  f();
  const std::string error = check();
  if (!error.empty()) return state.SkipWithError(error.c_str());
  for (auto _ : state) {
    f();
    benchmark::ClobberMemory();
  }
}

/// Times a function that reads an array, which returns whether all of it is finite.
template <int N, class Read, class Check>
void time_reading(benchmark::State& state, Read read, Check check) {
  auto& a = arrays<N>();
  bool finite = false;
  const auto f = [&] {
    finite = read(a);
    benchmark::DoNotOptimize(finite);
  };
  time(state, f, [&] { return finite ? check(a) : std::string("the array is finite and is said not to be"); });
}

template <int N>
void read_full(benchmark::State& state) {
  time_reading<N>(
      state, [](auto& a) { return fill_from_full(a.full, a.read); },
      [](auto& a) { return check_symmetric_part(a.full, a.read); });
}

/// What driftbench_observe() does: it looks at the array first, as it must not write where it refuses.
template <int N>
void check_and_read_full(benchmark::State& state) {
  time_reading<N>(
      state, [](auto& a) { return all_finite(a.full, full_count(N)) && fill_from_full(a.full, a.read); },
      [](auto& a) { return check_symmetric_part(a.full, a.read); });
}

template <int N>
void read_lower(benchmark::State& state) {
  time_reading<N>(
      state, [](auto& a) { return fill_from_lower(a.full, a.read); },
      [](auto& a) { return check_packed(a.read, a.packed); });
}

template <int N>
void read_packed(benchmark::State& state) {
  time_reading<N>(
      state, [](auto& a) { return fill_from_packed(a.packed, a.read); },
      [](auto& a) { return check_packed(a.read, a.packed); });
}

template <int N>
void write_full(benchmark::State& state) {
  auto& a = arrays<N>();
  time(
      state, [&] { write_full(a.matrix, a.written); }, [&] { return check_full(a.matrix, a.written); });
}

template <int N>
void write_packed(benchmark::State& state) {
  auto& a = arrays<N>();
  time(
      state, [&] { write_packed(a.matrix, a.written); }, [&] { return check_packed(a.matrix, a.written); });
}

template <int N>
void write_factor(benchmark::State& state) {
  auto& a = arrays<N>();
  time(
      state, [&] { write_full(a.factor, a.written); }, [&] { return check_full(a.factor, a.written); });
}

/// The floor of all: a copy of the full array.
template <int N>
void copy(benchmark::State& state) {
  auto& a = arrays<N>();
  time(
      state, [&] { std::memcpy(a.written, a.full, sizeof a.full); },
      [&] { return std::equal(std::begin(a.full), std::end(a.full), a.written) ? "" : "memcpy makes no copy"; });
}

template <int N>
std::vector<Benchmark> of_size() {
  std::vector<Benchmark> all;
  const auto add = [&](const char* kernel, void (*body)(benchmark::State&)) {
    all.push_back({fmt::format("{}/{}/ours", kernel, N), body});
    all.push_back({fmt::format("{}/{}/floor: memcpy", kernel, N), copy<N>});
  };
  add("full in", read_full<N>);
  add("full in, checked first", check_and_read_full<N>);
  add("lower half in", read_lower<N>);
  add("packed in", read_packed<N>);
  add("full out", write_full<N>);
  add("packed out", write_packed<N>);
  add("rank one out", write_factor<N>);
  return all;
}

}  // namespace

std::vector<Benchmark> array_benchmarks() {
  std::vector<Benchmark> all;
  for (const auto& size : {of_size<64>(), of_size<350>(), of_size<1024>()}) {
    all.insert(all.end(), size.begin(), size.end());
  }
  return all;
}

}  // namespace driftbench
