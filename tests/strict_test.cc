// Checks that Strict computes the same bits on whatever it is built on: each hash below holds for all targets and
// compilers.
#include "kernels/strict.h"

#include <gtest/gtest.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "kernels/bfloat16_matrix.h"
#include "kernels/drifts/all_drifts.h"
#include "kernels/exp.h"
#include "kernels/gaussian.h"
#include "kernels/log.h"
#include "kernels/sym_matrix.h"
#include "kernels/targets/sparse_signs.h"
#include "runtime/observe.h"
#include "runtime/sampler.h"
#include "tests/kernels/safetensors.h"
#include "tests/support.h"

namespace driftbench {
namespace {

/// The hash FNV-1a of the bits of floats.
class Hash {
 public:
  Hash& add(float x) {
    const auto bits = std::bit_cast<std::uint32_t>(x);
    for (int shift = 0; shift < 32; shift += 8) value_ = (value_ ^ (bits >> shift & 0xff)) * 1099511628211U;
    return *this;
  }
  template <std::size_t Count>
  Hash& add(const float (&x)[Count]) {
    for (float value : x) add(value);
    return *this;
  }
  template <int N>
  Hash& add(const Vec<N>& x) {
    return add(x.data);
  }
  template <int N>
  Hash& add(const SymMatrix<N>& x) {
    return add(x.data);
  }
  template <int N>
  Hash& add(const RankOne<N>& x) {
    return add(x.scale).add(x.v);
  }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 14695981039346656037U;
};

constexpr int kN = 50;

template <class Arch>
class StrictTest : public ::testing::Test {
 protected:
  StrictTest() {
    fill_gaussian<Arch>({1, Stream::kDrift, 0, 0}, x_);
    euler_maruyama<Arch>(RankOne<kN>{}, 2.0f, {1, Stream::kNoise, 0, 0}, *a_);
  }

  /// Returns the hash of f at arguments that are spread over the positive numbers, in every lane.
  template <class F>
  static std::uint64_t hash_of(F f) {
    Vec<1024> x;
    for (int i = 0; i < 1024; ++i) x[i] = std::bit_cast<float>(0x3c000000U + static_cast<std::uint32_t>(i) * 0x1ffffU);
    Vec<1024> y;
    for (int i = 0; i < 1024; i += Simd<Arch>::kLanes) {
      Simd<Arch>::store(y.data + i, f(Simd<Arch>::load(x.data + i)));
    }
    return Hash().add(y).value();
  }

  /// Makes five steps of the diffusion from an observation and returns their hash. Each step depends on all before it.
  template <int N, int K, class D>
  static std::uint64_t diffuse(D drift) {
    constexpr float kStart = 1.5f * N, kStep = 0.25f * N;
    const auto sampler = std::make_unique<Sampler<N, D, Arch>>(std::move(drift));
    sampler->start(1, 0, kStart, [](SymMatrix<N>& y) {
      RankOne<N> x;
      SparseSigns<N, K>{1.0f}.draw({1, Stream::kTarget, 0, 0}, x);
      observe<Arch>(x, kStart, {1, Stream::kNoise, 0, 1000}, y);
    });
    Hash hash;
    for (int step = 1; step <= 5; ++step) {
      hash.add(static_cast<float>(sampler->step(kStart + static_cast<float>(step) * kStep)));
      hash.add(sampler->estimate()).add(sampler->y());
    }
    return hash.value();
  }

  Vec<kN> x_;
  std::unique_ptr<SymMatrix<kN>> a_ = std::make_unique<SymMatrix<kN>>();
};

#if defined(DRIFTBENCH_TEST_ONE_ARCH)
using Bases = ::testing::Types<Strict<NativeArch>>;
#else
using Bases = std::conditional_t<std::is_same_v<NativeArch, OneLane>, ::testing::Types<Strict<OneLane>>,
                                 ::testing::Types<Strict<NativeArch>, Strict<OneLane>>>;
#endif
TYPED_TEST_SUITE(StrictTest, Bases);

TYPED_TEST(StrictTest, SumsAcrossLanesInOneOrder) {
  using S = Simd<TypeParam>;
  alignas(64) float lanes[16][16];
  for (int row = 0; row < 16; ++row) {
    for (int i = 0; i < 16; ++i)
      lanes[row][i] = std::bit_cast<float>(0x3f800000U + static_cast<std::uint32_t>(row * 37 + i * i * 70001));
  }
  typename S::F32 rows[16];
  for (int row = 0; row < 16; ++row) rows[row] = S::load(lanes[row]);
  alignas(64) float sums[16];
  S::store(sums, S::reduce_add_rows(rows));
  for (int row = 0; row < 16; ++row) {
    const float* a = lanes[row];
    float quarter[4];
    for (int i = 0; i < 4; ++i) quarter[i] = (a[i] + a[i + 8]) + (a[i + 4] + a[i + 12]);
    const float sum = (quarter[0] + quarter[2]) + (quarter[1] + quarter[3]);
    EXPECT_EQ(sums[row], sum);
    EXPECT_EQ(S::reduce_add(rows[row]), sum);
  }
}

TYPED_TEST(StrictTest, RoundsAProductBeforeItIsAdded) {
  using S = Simd<TypeParam>;
  const float a = 1.0f + 0x1p-12f;  // a * a is 1 + 2^-11 + 2^-24, and rounding drops 2^-24
  alignas(64) float out[16];
  S::store(out, S::fma(S::broadcast(a), S::broadcast(a), S::broadcast(-1.0f - 0x1p-11f)));
  for (float value : out) EXPECT_EQ(value, 0.0f);
}

TYPED_TEST(StrictTest, KernelsHaveOneHash) {
  const Vec<kN>& x = this->x_;
  const SymMatrix<kN>& a = *this->a_;
  EXPECT_EQ(Hash().add(x).value(), 0xd30f6dae97c593b6U) << "normals";
  EXPECT_EQ(Hash().add(a).value(), 0xbcd1c456f29b9167U) << "update";
  Vec<kN> y;
  multiply<TypeParam>(a, x, y);
  EXPECT_EQ(Hash().add(y).value(), 0x3d5973ce84c60b78U) << "product";
  BFloat16Matrix<kN> rounded;
  round_to_bfloat16<TypeParam>(a, rounded);
  multiply<TypeParam>(rounded, x, y);
  EXPECT_EQ(Hash().add(y).value(), 0xbc0b6950b204580aU) << "product in bfloat16";
  EXPECT_EQ(Hash().add(dot<TypeParam>(x, y)).add(quadratic_form<TypeParam>(a, x)).value(), 0x2d16b54ffb835cc9U)
      << "forms";
  EXPECT_EQ(this->hash_of([](auto v) { return log<TypeParam>(v); }), 0x990f14017d0b8604U) << "log";
  EXPECT_EQ(this->hash_of([](auto v) { return exp<TypeParam>(v); }), 0xfb095ef5df08a590U) << "exp";
}

TYPED_TEST(StrictTest, EachDriftHasOneHash) {
  using Arch = TypeParam;
  const std::map<std::string, std::uint64_t> expected{{"zero", 0x4f0e4d4aa0343dbf},
                                                      {"power", 0x87ced29bc9cbc818},
                                                      {"power-bf16", 0x87ced29bc9cbc818},
                                                      {"spectral", 0x9e79dea410cc6e98},
                                                      {"ungated", 0x9e79dea410cc6e98},
                                                      {"soft-spectral", 0x87ced29bc9cbc818},
                                                      {"soft-spectral-split", 0x4b1e96847279f3dc},
                                                      {"amp", 0xc98de70bdd0da725},
                                                      {"amp-restarts", 0xb63dc7fd88a8be1a},
                                                      {"amp-soft", 0x0995385664c28cd4},
                                                      {"lipschitz(spectral)", 0x835021a8e452e4fa},
                                                      {"gated(ungated)", 0x9e79dea410cc6e98},
                                                      {"lipschitz(ungated)", 0xe8fa5b2a4d5fdf58},
                                                      {"gnn", 0x3f1006a5376c6207},
                                                      {"exact", 0xac76d81ecad0cae3}};
  const MessagePassingWeights weights = random_weights(11);
  std::map<std::string, std::uint64_t> hashes;
  feasible(AllDrifts<SparseSigns<kN, 5>, Arch>{}).for_each([&]<class D>() {
    if constexpr (WeightedDrift<D>) {
      hashes[D::kName] = this->template diffuse<kN, 5>(D(&weights));
    } else {
      hashes[D::kName] = this->template diffuse<kN, 5>(D());
    }
  });
  AllWrappers<SparseSigns<kN, 5>, Ungated<SparseSigns<kN, 5>, Arch>, Arch>::for_each(
      [&]<class W>() { hashes[std::string(W::kName) + "(ungated)"] = this->template diffuse<kN, 5>(W()); });
  hashes["exact"] = this->template diffuse<12, 3>(Exact<SparseSigns<12, 3>, Arch>());
  EXPECT_EQ(hashes, expected);
}

}  // namespace
}  // namespace driftbench
