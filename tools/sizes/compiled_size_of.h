// A CompiledSizeOf answers requests at one compile-time size.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kernels/rank_one.h"
#include "kernels/sym_matrix.h"
#include "kernels/target.h"
#include "tools/drifts/process_drift.h"
#include "tools/drifts/registry.h"
#include "tools/measurements/measure_lipschitz.h"
#include "tools/measurements/reduce_to_denoising.h"
#include "tools/measurements/sample_chains.h"
#include "tools/measurements/score_match.h"
#include "tools/measurements/strong_convergence.h"
#include "tools/sizes/compiled_size.h"
#include "tools/sizes/denoiser.h"
#include "tools/sizes/diffusion.h"
#include "tools/sizes/sized_denoiser.h"
#include "tools/sizes/sized_diffusion.h"
#include "tools/sizes/sized_draws.h"
#include "tools/theory/entry_law.h"

namespace driftbench {

template <Target T>
class CompiledSizeOf final : public CompiledSize {
  static constexpr int N = T::kN;

 public:
  SizeId id() const override { return size_id<T>(); }
  TargetInfo target() const override { return {T::kName, T::kSummary, TargetWithDensity<T>}; }
  Thresholds thresholds(const TargetSettings& settings) const override {
    const T target = make_target<T>(settings);
    Thresholds thresholds;
    if constexpr (requires { target.t_bayes(); }) thresholds.bayes = target.t_bayes();
    if constexpr (requires { target.t_alg(); }) thresholds.algorithmic = target.t_alg();
    return thresholds;
  }
  std::optional<EntryLaw> entry_law(const TargetSettings& settings) const override {
    if constexpr (requires { T::kEntriesAreNormal; }) {
      return EntryLaw::normal();
    } else if constexpr (TargetWithEntryLaw<T>) {
      std::vector<Atom> atoms;
      for (const EntryAtom& atom : make_target<T>(settings).entry_law()) {
        if (atom.probability > 0) atoms.push_back({atom.value, atom.probability});
      }
      return EntryLaw(std::move(atoms));
    } else {
      return std::nullopt;
    }
  }
  std::size_t matrix_bytes() const override { return sizeof(SymMatrix<N>); }

  std::vector<DriftInfo> drifts() const override {
    std::vector<DriftInfo> infos;
    for (const auto& entry : drift_registry<T, RankOne<N>>()) infos.push_back(entry);
    for (const auto& entry : drift_registry<T, SymMatrix<N>>()) infos.push_back(entry);
    return infos;
  }
  std::vector<WrapperInfo> wrappers() const override {
    auto wrappers = drift_wrappers<T>();
    wrappers.push_back(describe_processes());
    return wrappers;
  }
  DriftInfo drift(const std::string& name) const override {
    return with_any_drift<T>(name, [](const DriftInfo& info) { return info; });
  }
  SampleResult sample(const SampleRequest& request) const override {
    return with_any_drift<T>(request.drift, [&](const auto& entry) { return sample_chains<T>(entry, request); });
  }
  MseResult mse(const MseRequest& request) const override {
    return with_any_drift<T>(request.drift, [&](const auto& entry) { return score_match<T>(entry, request); });
  }
  std::vector<ReduceResult> reduce(const ReduceRequest& request) const override {
    return with_any_drift<T>(request.drift, [&](const auto& entry) { return reduce_to_denoising<T>(entry, request); });
  }
  LipschitzResult lipschitz(const LipschitzRequest& request) const override {
    return with_any_drift<T>(request.drift, [&](const auto& entry) { return measure_lipschitz<T>(entry, request); });
  }
  std::vector<ConvergenceResult> convergence(const ConvergenceRequest& request) const override {
    return with_any_drift<T>(request.drift, [&](const auto& entry) { return strong_convergence(entry, request); });
  }
  std::unique_ptr<Denoiser> denoiser(const Request& request) const override {
    return with_any_drift<T>(request.drift, [&]<class E>(const DriftEntry<N, E>& entry) -> std::unique_ptr<Denoiser> {
      return std::make_unique<SizedDenoiser<N, E>>(entry.make(request.settings), request.seed);
    });
  }
  std::unique_ptr<Draws> draws(const TargetSettings& target) const override {
    return std::make_unique<SizedDraws<T>>(make_target<T>(target));
  }
  std::unique_ptr<Diffusion> diffusion(const Request& request) const override { return make_diffusion<T>(request); }
};

}  // namespace driftbench
