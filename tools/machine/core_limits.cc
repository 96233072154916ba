#include "tools/machine/core_limits.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "kernels/simd.h"

namespace driftbench {
namespace {

using S = Simd<DefaultArch>;

/// This many sums do not depend on each other, which is enough for a latency of four cycles on two ports.
constexpr int kSums = 8;
constexpr int kRuns = 31;

/// The result of the work is stored here, so that the compiler does not leave the work out.
volatile float result;

template <class Work>
double fastest_ns(const TickClock& clock, Work work) {
  double fastest = std::numeric_limits<double>::infinity();
  for (int run = 0; run < kRuns; ++run) {
    const std::uint64_t start = clock.now();
    work();
    fastest = std::min(fastest, clock.to_ns(clock.now() - start));
  }
  return fastest;
}

/// Starts the sums at different values, because the compiler computes only once the chains that it finds equal.
template <std::size_t Count>
void fill_apart(S::F32 (&sums)[Count]) {
  for (std::size_t i = 0; i < Count; ++i) sums[i] = S::broadcast(static_cast<float>(i));
}

template <std::size_t Count>
void store_total(const S::F32 (&sums)[Count]) {
  auto total = sums[0];
  for (std::size_t i = 1; i < Count; ++i) total = total + sums[i];
  result = S::reduce_add(total);
}

}  // namespace

CoreRates measure_rates(const TickClock& clock) {
  constexpr int kRounds = 5000, kChains = 6;  // 6 chains of each kind leave registers where there are 16
  const float factor = result + 0.5f;         // the compiler cannot know its value
  const auto a = S::broadcast(factor), b = S::broadcast(1.0f);
  const double multiply_adds_ns = fastest_ns(clock, [&] {
    S::F32 sums[kSums];
    fill_apart(sums);
    for (int round = 0; round < kRounds; ++round) {
      for (auto& sum : sums) sum = S::fma(sum, a, b);
    }
    store_total(sums);
  });
  const double mixed_ns = fastest_ns(clock, [&] {
    S::F32 products[kChains], sums[kChains];
    fill_apart(products);
    fill_apart(sums);
    for (int round = 0; round < kRounds; ++round) {
      for (int i = 0; i < kChains; ++i) {
        for (int j = 0; j < 3; ++j) products[i] = S::fma(products[i], a, a);
        for (int j = 0; j < 2; ++j) sums[i] = S::max(sums[i] + a, a);
      }
    }
    for (int i = 0; i < kChains; ++i) sums[i] = sums[i] + products[i];
    store_total(sums);
  });
  const double multiply_adds = kRounds * kSums * S::kLanes / multiply_adds_ns;
  return {multiply_adds, std::max(multiply_adds, 7.0 * kRounds * kChains * S::kLanes / mixed_ns)};
}

double measure_read_bandwidth(std::size_t bytes, const TickClock& clock) {
  constexpr std::size_t kStride = kSums * S::kLanes, kBytesARun = std::size_t{1} << 20;
  const std::size_t count = std::max(kStride, bytes / sizeof(float) / kStride * kStride);
  const std::size_t passes = std::max<std::size_t>(1, kBytesARun / (count * sizeof(float)));
  std::vector<float> storage(count + 16, 1.0f);
  // The block is aligned as the kernels' data are.
  const float* data =
      storage.data() + (64 - reinterpret_cast<std::uintptr_t>(storage.data()) % 64) % 64 / sizeof(float);
  const double ns = fastest_ns(clock, [&] {
    S::F32 sums[kSums];
    for (auto& sum : sums) sum = S::broadcast(0.0f);
    for (std::size_t pass = 0; pass < passes; ++pass) {
      for (std::size_t i = 0; i < count; i += kStride) {
        for (std::size_t j = 0; j < kSums; ++j) sums[j] = sums[j] + S::load(data + i + j * S::kLanes);
      }
    }
    store_total(sums);
  });
  return static_cast<double>(passes * count * sizeof(float)) / ns;
}

}  // namespace driftbench
