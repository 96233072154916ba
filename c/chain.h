// What lies in a workspace of the C interface behind its header, and the table of Models of a size.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>

#include "c/model.h"
#include "kernels/drifts/amp.h"
#include "kernels/drifts/amp_soft.h"
#include "kernels/drifts/exact.h"
#include "kernels/drifts/gnn.h"
#include "kernels/drifts/power.h"
#include "kernels/drifts/soft_spectral.h"
#include "kernels/drifts/spectral.h"
#include "kernels/drifts/ungated.h"
#include "kernels/drifts/zero.h"
#include "runtime/sampler.h"

namespace driftbench {

/// A sampler, and before it the weights of the network where the drift D takes some.
template <int N, class D>
struct Chain {
  Sampler<N, D> sampler;
};
template <int N, class D>
requires std::constructible_from<D, const MessagePassingWeights*>
struct Chain<N, D> {
  MessagePassingWeights weights{};
  Sampler<N, D> sampler{D(&weights)};
};

template <int N>
void read_full(const RankOne<N>& m, float* x) {
  for (int i = 0; i < N; ++i) {
    // (scale v_i) v_j and (scale v_j) v_i would round differently, and the matrix would not be symmetric.
    for (int j = 0; j < N; ++j) *x++ = m.scale * (m.v[i] * m.v[j]);
  }
}
template <int N>
void read_full(const SymMatrix<N>& m, float* x) {
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j < N; ++j) *x++ = m(i, j);
  }
}

template <int N, class D>
constexpr Model model_of() {
  using C = Chain<N, D>;
  static_assert(std::is_trivially_destructible_v<C>, "nobody tells the library when a workspace ends");
  Model model{};
  model.drift = D::kName;
  model.bytes = sizeof(C);
  model.make = [](void* chain) { new (chain) C; };
  model.start = [](void* chain, std::uint64_t seed, std::uint64_t index) {
    static_cast<C*>(chain)->sampler.start(seed, index);
  };
  model.observe = [](void* chain, std::uint64_t seed, std::uint64_t index, float t, const float* y) {
    static_cast<C*>(chain)->sampler.start(seed, index, t, [y](SymMatrix<N>& own) { fill_from_full(y, own); });
  };
  model.time = [](const void* chain) { return static_cast<const C*>(chain)->sampler.t(); };
  model.evaluate = [](void* chain) { return static_cast<C*>(chain)->sampler.evaluate(); };
  model.step = [](void* chain, float t_next) { return static_cast<C*>(chain)->sampler.step(t_next); };
  model.read_estimate = [](const void* chain, float* x) {
    read_full(static_cast<const C*>(chain)->sampler.estimate(), x);
  };
  if constexpr (std::same_as<typename D::Estimate, RankOne<N>>) {
    model.read_factor = [](const void* chain, float* v) {
      const RankOne<N>& m = static_cast<const C*>(chain)->sampler.estimate();
      for (int i = 0; i < N; ++i) v[i] = m.v[i];
      return m.scale;
    };
  }
  if constexpr (requires(D drift) { drift.target_w; }) {
    model.set_target_w = [](void* chain, float w) { static_cast<C*>(chain)->sampler.drift().target_w = w; };
  }
  if constexpr (requires(C c) { c.weights; }) {
    model.weights = [](void* chain) { return &static_cast<C*>(chain)->weights; };
  }
  return model;
}

template <int N, class... D>
constexpr std::array<Model, sizeof...(D)> models_of() {
  return {model_of<N, D>()...};
}

/// Returns every drift that is possible at a size. Those that are possible at every size come first.
template <int N, int K>
constexpr auto size_models() {
  if constexpr (exact_is_feasible(N, K)) {
    return models_of<N, Zero<N>, Power<N, K>, Spectral<N, K>, Ungated<N, K>, SoftSpectral<N, K>, Amp<N, K>, AmpSoft<N>,
                     Gnn<N, K>, Exact<N, K>>();
  } else {
    return models_of<N, Zero<N>, Power<N, K>, Spectral<N, K>, Ungated<N, K>, SoftSpectral<N, K>, Amp<N, K>, AmpSoft<N>,
                     Gnn<N, K>>();
  }
}

template <int N, int K>
inline constexpr auto kSizeModels = size_models<N, K>();

}  // namespace driftbench
