#include <fmt/core.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "bench/benchmark_list.h"
#include "bench/operands.h"
#include "kernels/drifts/lane_power.h"
#include "kernels/drifts/power.h"
#include "kernels/lanes.h"
#include "runtime/lane_sampler.h"
#include "runtime/sampler.h"

namespace driftbench {
namespace {

constexpr float kDt = 0.5f;

/// Steps of one chain, so many that starting a thread costs less than a hundredth of their time.
constexpr int kSteps = 128;

template <int N, int K>
void run_chain(Sampler<N, Power<N, K>>& sampler, std::uint64_t chain) {
  sampler.start(1, chain);
  for (int i = 1; i <= kSteps; ++i) sampler.step(kDt * static_cast<float>(i));
}

template <int N, int K>
using PairOfSamplers = std::array<Sampler<N, Power<N, K>>, 2>;

template <int N, int K>
void two_threads(benchmark::State& state) {
  const auto samplers = std::make_unique<PairOfSamplers<N, K>>();
  for (auto _ : state) {
    std::thread other(run_chain<N, K>, std::ref((*samplers)[1]), 1);
    run_chain<N, K>((*samplers)[0], 0);
    other.join();
  }
}

template <int N, int K>
void one_thread(benchmark::State& state) {
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
  const auto lanes = std::make_unique<LaneSampler<N, LanePower<N, K>>>();
  const auto one = std::make_unique<Sampler<N, Power<N, K>>>();
  lanes->start(1, 0);
  one->start(1, 0);
  for (int i = 1; i <= 16; ++i) {
    lanes->step(kDt * static_cast<float>(i));
    one->step(kDt * static_cast<float>(i));
  }
  for (int i = 0; i < N; ++i) {
    if (lanes->y().at(i, 0, 0) != one->y()(i, 0)) return state.SkipWithError("differs from the chain alone");
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
  const auto sampler = std::make_unique<Sampler<N, Power<N, K>>>();
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
