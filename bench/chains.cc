#include <fmt/core.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "bench/benchmark_list.h"
#include "bench/checks.h"
#include "bench/operands.h"
#include "kernels/drifts/lane_power.h"
#include "kernels/drifts/power.h"
#include "kernels/lanes.h"
#include "kernels/targets/sparse_signs.h"
#include "runtime/lane_sampler.h"
#include "runtime/sampler.h"

namespace driftbench {
namespace {

constexpr float kDt = 0.5f;

/// Steps of one chain, so many that starting a thread costs less than a hundredth of their time.
constexpr int kSteps = 128;

template <int N, int K>
using PowerSampler = Sampler<N, Power<SparseSigns<N, K>>>;

/// Checks a step of power alone, to which the chains are then compared.
template <int N, int K>
const std::string& power_error() {
  static const std::string error = check_step<K>(*std::make_unique<PowerSampler<N, K>>(), 1e-6);
  return error;
}

/// Checks that the element (i, j) of a chain's Y, which is element(i, j), has the bits that it has in the chain alone.
template <int N, int K, class Element>
std::string check_same(const PowerSampler<N, K>& alone, Element element) {
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j <= i; ++j) {
      auto error = check_number(element(i, j), alone.y()(i, j), 0, "element ({}, {}) of Y", i, j);
      if (!error.empty()) return error;
    }
  }
  return "";
}

template <int N, int K>
void run_chain(PowerSampler<N, K>& sampler, std::uint64_t chain) {
  sampler.start(1, chain);
  for (int i = 1; i <= kSteps; ++i) sampler.step(kDt * static_cast<float>(i));
}

template <int N, int K>
using PairOfSamplers = std::array<PowerSampler<N, K>, 2>;

template <int N, int K>
void run_on_two_threads(PairOfSamplers<N, K>& samplers) {
  std::thread other(run_chain<N, K>, std::ref(samplers[1]), 1);
  run_chain<N, K>(samplers[0], 0);
  other.join();
}

template <int N, int K>
void two_threads(benchmark::State& state) {
  const auto samplers = std::make_unique<PairOfSamplers<N, K>>();
  const auto alone = std::make_unique<PowerSampler<N, K>>();
  run_on_two_threads<N, K>(*samplers);
  for (std::uint64_t chain = 0; chain < 2; ++chain) {
    run_chain<N, K>(*alone, chain);
    const auto error = check_same(*alone, [&](int i, int j) { return (*samplers)[chain].y()(i, j); });
    if (!error.empty()) return state.SkipWithError(error.c_str());
  }
  for (auto _ : state) run_on_two_threads<N, K>(*samplers);
}

template <int N, int K>
void one_thread(benchmark::State& state) {
  const std::string& error = power_error<N, K>();
  if (!error.empty()) return state.SkipWithError(error.c_str());
  const auto samplers = std::make_unique<PairOfSamplers<N, K>>();
  for (auto _ : state) {
    for (std::uint64_t chain = 0; chain < 2; ++chain) run_chain<N, K>((*samplers)[chain], chain);
  }
}

/// The next two benchmarks show what two threads gain over one on this machine where they share nothing: they do
/// arithmetic in registers that takes as long as the chains' steps.
constexpr int kMultiplyAdds = 1 << 25;

void multiply_adds_on_two_threads(benchmark::State& state) {
  for (auto _ : state) {
    std::thread other(multiply_adds, kMultiplyAdds, 0.5f);
    multiply_adds(kMultiplyAdds, 0.5f);
    other.join();
  }
}

void multiply_adds_on_one_thread(benchmark::State& state) {
  for (auto _ : state) {
    for (int i = 0; i < 2; ++i) multiply_adds(kMultiplyAdds, 0.5f);
  }
}

/// Steps after which a chain starts anew.
template <int N>
constexpr int kLaneSteps = 8 * N;

template <int N, int K>
void in_lanes(benchmark::State& state) {
  const auto lanes = std::make_unique<LaneSampler<N, LanePower<SparseSigns<N, K>>>>();
  const auto one = std::make_unique<PowerSampler<N, K>>();
  lanes->start(1, 0);
  for (int i = 1; i <= 16; ++i) lanes->step(kDt * static_cast<float>(i));
  for (int lane = 0; lane < kChainsAtOnce<>; ++lane) {
    one->start(1, static_cast<std::uint64_t>(lane));
    for (int i = 1; i <= 16; ++i) one->step(kDt * static_cast<float>(i));
    const auto error = check_same(*one, [&](int i, int j) { return lanes->y().at(i, j, lane); });
    if (!error.empty()) return state.SkipWithError(error.c_str());
  }
  int i = kLaneSteps<N>;
  for (auto _ : state) {
    if (i == kLaneSteps<N>) {
      lanes->start(1, 0);
      i = 0;
    }
    ++i;
    lanes->step(kDt * static_cast<float>(i));
  }
  state.SetItemsProcessed(state.iterations() * kChainsAtOnce<>);
}

template <int N, int K>
void one_at_a_time(benchmark::State& state) {
  const std::string& error = power_error<N, K>();
  if (!error.empty()) return state.SkipWithError(error.c_str());
  const auto sampler = std::make_unique<PowerSampler<N, K>>();
  int i = kLaneSteps<N>;
  for (auto _ : state) {
    if (i == kLaneSteps<N>) {
      sampler->start(1, 0);
      i = 0;
    }
    ++i;
    sampler->step(kDt * static_cast<float>(i));
  }
  state.SetItemsProcessed(state.iterations());
}

template <int N, int K>
std::vector<Benchmark> of_size() {
  return {{fmt::format("power step in lanes/{}/ours", N), in_lanes<N, K>},
          {fmt::format("power step in lanes/{}/one at a time", N), one_at_a_time<N, K>}};
}

}  // namespace

std::vector<Benchmark> chain_benchmarks() {
  std::vector<Benchmark> all = {{"256 power steps, 2 threads/350/ours", two_threads<350, 20>},
                                {"256 power steps, 2 threads/350/one thread", one_thread<350, 20>},
                                {"arithmetic, 2 threads/1/ours", multiply_adds_on_two_threads},
                                {"arithmetic, 2 threads/1/one thread", multiply_adds_on_one_thread}};
  for (const auto& size : {of_size<16, 3>(), of_size<32, 4>(), of_size<64, 6>()}) {
    all.insert(all.end(), size.begin(), size.end());
  }
  return all;
}

}  // namespace driftbench
