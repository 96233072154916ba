// What lies in a workspace of the C interface behind its header, and the table of Models of a size.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>

#include "c/callback.h"
#include "c/model.h"
#include "kernels/drifts/all_drifts.h"
#include "kernels/plain_arrays.h"
#include "kernels/rank_one.h"
#include "kernels/sym_matrix.h"
#include "runtime/sampler.h"
#include "runtime/target.h"

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

template <int N, int K, class D>
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
  model.observe = [](void* chain, std::uint64_t seed, std::uint64_t index, float t, const float* y, Form form) {
    static_cast<C*>(chain)->sampler.start(seed, index, t, [=](SymMatrix<N>& own) { fill_from_array(y, form, own); });
  };
  model.draw = [](void* chain, std::uint64_t seed, std::uint64_t index, float t, float w, float* x, DrawnForm form) {
    RankOne<N> drawn;
    static_cast<C*>(chain)->sampler.start(seed, index, t, [&](SymMatrix<N>& own) {
      draw_observation<K>(seed, static_cast<std::int64_t>(index), t, w, drawn, own);
    });
    switch (form) {
      case DrawnForm::kNone:
        break;
      case DrawnForm::kFull:
        write_full(drawn, x);
        break;
      case DrawnForm::kPacked:
        write_packed(drawn, x);
        break;
      case DrawnForm::kFactor:
        for (int i = 0; i < N; ++i) x[i] = drawn.scale * drawn.v[i];
        break;
    }
  };
  model.time = [](const void* chain) { return static_cast<const C*>(chain)->sampler.t(); };
  model.evaluate = [](void* chain) { return static_cast<C*>(chain)->sampler.evaluate(); };
  model.step = [](void* chain, float t_next) { return static_cast<C*>(chain)->sampler.step(t_next); };
  model.advance = [](void* chain, float t_next, const float* estimate, Form form) {
    const auto add = [=](float dt, SymMatrix<N>& y) {
      if (form == Form::kPacked) {
        add_packed(dt, estimate, y);
      } else {
        add_full(dt, estimate, y);
      }
    };
    static_cast<C*>(chain)->sampler.advance_with(add, t_next);
  };
  model.advance_factor = [](void* chain, float t_next, const float* v, float scale) {
    RankOne<N> m;
    m.scale = scale;
    for (int i = 0; i < N; ++i) m.v[i] = v[i];
    static_cast<C*>(chain)->sampler.advance(m, t_next);
  };
  model.read_observation = [](const void* chain, float* y, Form form) {
    write_array(static_cast<const C*>(chain)->sampler.y(), form, y);
  };
  model.read_estimate = [](const void* chain, float* x, Form form) {
    write_array(static_cast<const C*>(chain)->sampler.estimate(), form, x);
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
  if constexpr (requires(D drift) { drift.settings; }) {
    model.set_callback = [](void* chain, const CallbackSettings& settings) {
      static_cast<C*>(chain)->sampler.drift().settings = settings;
    };
  }
  return model;
}

/// Returns the Model of each drift of the list.
template <int N, int K, class... D>
constexpr std::array<Model, sizeof...(D)> models_of(DriftList<D...>) {
  return {model_of<N, K, D>()...};
}

/// The Models of every drift that is possible at a size and is no variant of another, and of the caller's function.
template <int N, int K>
inline constexpr auto kSizeModels = models_of<N, K>(without_variants(feasible(AllDrifts<N, K>{})) +
                                                    DriftList<Callback<N>>{});

}  // namespace driftbench
