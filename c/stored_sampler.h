// The sampler in a workspace of the C interface, and the table of Models of a size.
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
#include "kernels/target.h"
#include "runtime/observe.h"
#include "runtime/sampler.h"

namespace driftbench {

/// What lies in a workspace behind its header: a sampler, and before it the weights of the network where the drift D
/// takes some.
template <int N, class D>
struct StoredSampler {
  Sampler<N, D> sampler;
};
template <int N, WeightedDrift D>
struct StoredSampler<N, D> {
  MessagePassingWeights weights{};
  Sampler<N, D> sampler{D(&weights)};
};

namespace stored_sampler_detail {

template <int N>
void write_draw(const RankOne<N>& x, DrawnForm form, float* array) {
  switch (form) {
    case DrawnForm::kNone:
      break;
    case DrawnForm::kFull:
      write_full(x, array);
      break;
    case DrawnForm::kPacked:
      write_packed(x, array);
      break;
    case DrawnForm::kFactor:
      for (int i = 0; i < N; ++i) array[i] = x.scale * x.v[i];
      break;
  }
}

/// Sets the functions that start a diffusion and lead it on.
template <Target T, class Stored>
constexpr void set_steps(Model& model) {
  constexpr int N = T::kN;
  model.make = [](void* stored) { new (stored) Stored; };
  model.start = [](void* stored, std::uint64_t seed, std::uint64_t chain) {
    static_cast<Stored*>(stored)->sampler.start(seed, chain);
  };
  model.observe = [](void* stored, std::uint64_t seed, std::uint64_t chain, float t, const float* y, Form form) {
    static_cast<Stored*>(stored)->sampler.start(seed, chain, t,
                                                [=](SymMatrix<N>& own) { fill_from_array(y, form, own); });
  };
  model.draw = [](void* stored, std::uint64_t seed, std::uint64_t chain, float t, const DrawnTarget& settings, float* x,
                  DrawnForm form) {
    RankOne<N> drawn;
    T target;
    target.w = settings.w;
    if constexpr (TargetWithDensity<T>) target.density = settings.density;
    static_cast<Stored*>(stored)->sampler.start(seed, chain, t, [&](SymMatrix<N>& own) {
      draw_observation(target, seed, static_cast<std::int64_t>(chain), t, drawn, own);
    });
    write_draw(drawn, form, x);
  };
  model.time = [](const void* stored) { return static_cast<const Stored*>(stored)->sampler.t(); };
  model.evaluate = [](void* stored) { return static_cast<Stored*>(stored)->sampler.evaluate(); };
  model.step = [](void* stored, float t_next) { return static_cast<Stored*>(stored)->sampler.step(t_next); };
  model.advance = [](void* stored, float t_next, const float* estimate, Form form) {
    const auto add = [=](float dt, SymMatrix<N>& y) { add_array(dt, estimate, form, y); };
    static_cast<Stored*>(stored)->sampler.advance_with(add, t_next);
  };
  model.advance_factor = [](void* stored, float t_next, const float* v, float scale) {
    RankOne<N> m;
    m.scale = scale;
    for (int i = 0; i < N; ++i) m.v[i] = v[i];
    static_cast<Stored*>(stored)->sampler.advance(m, t_next);
  };
}

/// Sets the functions that write Y and the estimate.
template <int N, class Stored, class Estimate>
constexpr void set_readers(Model& model) {
  model.read_observation = [](const void* stored, float* y, Form form) {
    write_array(static_cast<const Stored*>(stored)->sampler.y(), form, y);
  };
  model.read_estimate = [](const void* stored, float* x, Form form) {
    write_array(static_cast<const Stored*>(stored)->sampler.estimate(), form, x);
  };
  if constexpr (std::same_as<Estimate, RankOne<N>>) {
    model.read_factor = [](const void* stored, float* v) {
      const RankOne<N>& m = static_cast<const Stored*>(stored)->sampler.estimate();
      for (int i = 0; i < N; ++i) v[i] = m.v[i];
      return m.scale;
    };
  }
}

/// Sets the functions that give the drift D what it takes of the caller.
template <class Stored, class D>
constexpr void set_settings(Model& model) {
  if constexpr (requires(D drift) { drift.target; }) {
    model.set_target_w = [](void* stored, float w) { static_cast<Stored*>(stored)->sampler.drift().target.w = w; };
  }
  if constexpr (requires(D drift) { drift.target.density; }) {
    model.set_density = [](void* stored, float density) {
      static_cast<Stored*>(stored)->sampler.drift().target.density = density;
    };
  }
  if constexpr (requires(Stored stored) { stored.weights; }) {
    model.weights = [](void* stored) { return &static_cast<Stored*>(stored)->weights; };
  }
  if constexpr (requires(D drift) { drift.settings; }) {
    model.set_callback = [](void* stored, const CallbackSettings& settings) {
      static_cast<Stored*>(stored)->sampler.drift().settings = settings;
    };
  }
}

}  // namespace stored_sampler_detail

/// Returns the Model of the drift D, which has the name alone where D is not possible at its size.
template <Target T, class D>
constexpr Model model_of() {
  Model model{};
  model.drift = D::kName;
  if constexpr (is_feasible<D>()) {
    constexpr int N = T::kN;
    using Stored = StoredSampler<N, D>;
    static_assert(std::is_trivially_destructible_v<Stored>, "nobody tells the library when a workspace ends");
    model.bytes = sizeof(Stored);
    stored_sampler_detail::set_steps<T, Stored>(model);
    stored_sampler_detail::set_readers<N, Stored, typename D::Estimate>(model);
    stored_sampler_detail::set_settings<Stored, D>(model);
  }
  return model;
}

/// Returns the Model of each drift of the list.
template <Target T, class... D>
constexpr std::array<Model, sizeof...(D)> models_of(DriftList<D...>) {
  return {model_of<T, D>()...};
}

/// Returns the Models of every drift of the target that is no variant of another, and of the caller's function.
template <Target T>
SizeModels size_models() {
  static constexpr auto kModels = models_of<T>(without_variants(AllDrifts<T>{}) + DriftList<Callback<T::kN>>{});
  if constexpr (SparseTarget<T>) {
    return {T::kName, T::kN, T::kK, TargetWithDensity<T>, kModels};
  } else {
    return {T::kName, T::kN, 0, TargetWithDensity<T>, kModels};
  }
}

}  // namespace driftbench
