// Prints for each subject how many multiply-adds a step at t = 2n makes and how many bytes its kernels load, counted
// with one lane: `DRIFT N MULTIPLY_ADDS BYTES`, one a line.
#include <cstdint>
#include <cstdio>

#include "kernels/simd.h"

namespace {
std::int64_t multiply_adds = 0, bytes_loaded = 0;
}  // namespace

namespace driftbench {

struct Counting {
  static constexpr const char* name() { return "counting"; }
};
/// The one-lane architecture, which counts its loads and multiply-adds.
template <>
struct Simd<Counting> : Simd<OneLane> {
  using Simd<OneLane>::load;
  static float load(const float* p) {
    bytes_loaded += sizeof *p;
    return *p;
  }
  static float fma(float a, float b, float c) {
    ++multiply_adds;
    return Simd<OneLane>::fma(a, b, c);
  }
};

}  // namespace driftbench

#include "kernels/targets/sparse_signs.h"
#include "resources/subject.h"
#include "runtime/observe.h"

namespace driftbench {
namespace {

template <int N, int K, class D>
void print_operations() {
  constexpr float t = 2 * N;
  static SymMatrix<N> y;
  RankOne<N> x;
  SparseSigns<N, K>{1.0f}.draw({1, Stream::kTarget, 0, 0}, x);
  observe(x, t, {1, Stream::kNoise, 0, 0}, y);
  using Subject = Sampler<N, D, Counting>;
  alignas(Subject) static unsigned char memory[sizeof(Subject)];
  Subject& sampler = *make_subject<N, D, Counting>(memory);
  sampler.start(/*seed=*/1, /*chain=*/0, t, y);
  multiply_adds = bytes_loaded = 0;
  sampler.step(t + 0.5f);
  std::printf("%s %d %lld %lld\n", D::kName, N, static_cast<long long>(multiply_adds),
              static_cast<long long>(bytes_loaded));
}

}  // namespace
}  // namespace driftbench

int main() {
  driftbench::for_each_subject<driftbench::Counting>(
      []<int N, int K, class D>() { driftbench::print_operations<N, K, D>(); });
}
