#include <cblas.h>
#include <fmt/core.h>
#include <libxsmm.h>

#include <Eigen/Core>
#include <memory>
#include <string>
#include <vector>

#include "bench/benchmark_list.h"
#include "bench/blis_product.h"
#include "bench/checks.h"
#include "bench/operands.h"
#include "kernels/bfloat16_matrix.h"
#include "kernels/bounds.h"
#include "kernels/simd.h"
#include "kernels/sym_matrix.h"

namespace driftbench {
namespace {

/// Times `product(y)`, which sets y <- A x for the operands of operands<N>(), after checking its result once.
template <int N, class Product>
void time_product(benchmark::State& state, Product product, double roundoff = 0) {
  auto& o = operands<N>();
  product(o.y.data);
  const auto error = check_product(o.packed, o.x, o.y.data, roundoff);
  if (!error.empty()) return state.SkipWithError(error.c_str());
  for (auto _ : state) {
    product(o.y.data);
    benchmark::DoNotOptimize(o.y);
    benchmark::ClobberMemory();
  }
}

template <int N>
void ours(benchmark::State& state) {
  auto& o = operands<N>();
  time_product<N>(state, [&](float*) { multiply(o.packed, o.x, o.y); });
}

template <int N>
void bfloat16(benchmark::State& state) {
  auto& o = operands<N>();
  const auto rounded = std::make_unique<BFloat16Matrix<N>>();
  round_to_bfloat16(o.packed, *rounded);
  time_product<N>(
      state, [&](float*) { multiply(*rounded, o.x, o.y); }, double{kBFloat16Roundoff});
}

template <int N>
void openblas(benchmark::State& state) {
  auto& o = operands<N>();
  time_product<N>(state, [&](float* y) {
    cblas_ssymv(CblasColMajor, CblasLower, N, 1.0f, o.full.data(), N, o.x.data, 1, 0.0f, y, 1);
  });
}

template <int N>
void blis(benchmark::State& state) {
  auto& o = operands<N>();
  time_product<N>(state, [&](float* y) { blis_product(N, o.full.data(), o.x.data, y); });
}

/// Eigen with sizes known at compile time reads all of A in order, which suits matrices that fit the registers and the
/// first level of cache. eigen_dynamic, for larger ones too, reads the lower triangle only.
template <int N>
void eigen_fixed(benchmark::State& state) {
  auto& o = operands<N>();
  const Eigen::Map<const Eigen::Matrix<float, N, N>> a(o.full.data());
  const Eigen::Map<const Eigen::Matrix<float, N, 1>> x(o.x.data);
  time_product<N>(state, [&](float* y) { Eigen::Map<Eigen::Matrix<float, N, 1>>(y).noalias() = a * x; });
}

template <int N>
void eigen_dynamic(benchmark::State& state) {
  auto& o = operands<N>();
  const Eigen::Map<const Eigen::MatrixXf> a(o.full.data(), N, N);
  const Eigen::Map<const Eigen::VectorXf> x(o.x.data, N);
  time_product<N>(state, [&](float* y) {
    Eigen::Map<Eigen::VectorXf>(y, N).noalias() = a.template selfadjointView<Eigen::Lower>() * x;
  });
}

/// libxsmm generates code at run time for a product of N x N and N x 1.
template <int N>
void libxsmm(benchmark::State& state) {
  auto& o = operands<N>();
  const float one = 1.0f, zero = 0.0f;
  const auto kernel = libxsmm_smmdispatch(N, 1, N, nullptr, nullptr, nullptr, &one, &zero, nullptr, nullptr);
  if (kernel == nullptr) return state.SkipWithError("libxsmm makes no code for this size or CPU");
  time_product<N>(state, [&](float* y) { kernel(o.full.data(), o.x.data, y); });
}

template <int N>
void read_matrix(benchmark::State& state) {
  using S = Simd<DefaultArch>;
  const auto& a = operands<N>().packed;
  constexpr int kAccumulators = SymMatrix<N>::kTileSize / S::kLanes < 8 ? SymMatrix<N>::kTileSize / S::kLanes : 8;
  for (auto _ : state) {
    typename S::F32 sum[kAccumulators];
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

/// Makes the multiply-adds of many products at a time, because successive products overlap too.
template <int N>
void product_multiply_adds(benchmark::State& state) {
  constexpr int kProducts = N < 256 ? 64 : 1;
  float factor = 0.5f;
  benchmark::DoNotOptimize(factor);
  for (auto _ : state) multiply_adds(kProducts * kProductMultiplyAdds<N>, factor);
  state.SetItemsProcessed(state.iterations() * kProducts);
}

template <int N>
std::vector<Benchmark> of_size() {
  const std::string row = fmt::format("product/{}/", N);
  std::vector<Benchmark> all = {{row + "ours", ours<N>},
                                {row + "OpenBLAS", openblas<N>},
                                {row + "BLIS", blis<N>},
                                {row + "Eigen, dynamic", eigen_dynamic<N>},
                                {row + "floor: reading", read_matrix<N>},
                                {row + "floor: multiply-adds", product_multiply_adds<N>}};
  if constexpr (N <= 128) {
    all.push_back({row + "Eigen, fixed", eigen_fixed<N>});
    all.push_back({row + "libxsmm", libxsmm<N>});
  }
  return all;
}

template <int N>
std::vector<Benchmark> of_size_in_bfloat16() {
  const std::string row = fmt::format("product in bfloat16/{}/", N);
  return {{row + "ours", bfloat16<N>},
          {row + "ours in float", ours<N>},
          {row + "floor: multiply-adds", product_multiply_adds<N>}};
}

}  // namespace

std::vector<Benchmark> product_benchmarks() {
  std::vector<Benchmark> all;
  for (const auto& size :
       {of_size<16>(), of_size<32>(), of_size<64>(), of_size<128>(), of_size<256>(), of_size<350>(), of_size<512>(),
        of_size<1024>(), of_size_in_bfloat16<350>(), of_size_in_bfloat16<1024>(), of_size_in_bfloat16<2048>()}) {
    all.insert(all.end(), size.begin(), size.end());
  }
  return all;
}

}  // namespace driftbench
