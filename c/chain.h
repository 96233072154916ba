// What lies in a workspace of the C interface behind its header, and the table of Models of a size.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>

#include "c/model.h"
#include "kernels/drifts/all_drifts.h"
#include "kernels/plain_arrays.h"
#include "runtime/sampler.h"

namespace driftbench {

/// A sampler, and before it the weights of the network where the drift D takes some.
template <int N, class D>
struct Chain {
  Sampler<N, D> sampler;
};
template <int N, WeightedDrift D>
struct Chain<N, D> {
  MessagePassingWeights weights{};
  Sampler<N, D> sampler{D(&weights)};
};

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
    write_full(static_cast<const C*>(chain)->sampler.estimate(), x);
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

/// Returns the Model of each drift of the list.
template <int N, class... D>
constexpr std::array<Model, sizeof...(D)> models_of(DriftList<D...>) {
  return {model_of<N, D>()...};
}

/// The Models of every drift that is possible at a size and is no variant of another.
template <int N, int K>
inline constexpr auto kSizeModels = models_of<N>(without_variants(feasible(AllDrifts<N, K>{})));

}  // namespace driftbench
