// A CompiledSizeOf answers requests at one compile-time size.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "kernels/rank_one.h"
#include "kernels/sym_matrix.h"
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

namespace driftbench {

template <int N, int K>
class CompiledSizeOf final : public CompiledSize {
 public:
  int n() const override { return N; }
  int k() const override { return K; }
  std::size_t matrix_bytes() const override { return sizeof(SymMatrix<N>); }

  std::vector<DriftInfo> drifts() const override {
    std::vector<DriftInfo> infos;
    for (const auto& entry : drift_registry<N, K, RankOne<N>>()) infos.push_back(info(entry));
    for (const auto& entry : drift_registry<N, K, SymMatrix<N>>()) infos.push_back(info(entry));
    return infos;
  }
  std::vector<DriftVariant> variants() const override { return drift_variants<N, K>(); }
  DriftInfo drift(const std::string& name) const override {
    return with_drift<N, K>(name, [](const auto& entry) { return info(entry); });
  }
  SampleResult sample(const SampleRequest& request) const override {
    return with_drift<N, K>(request.drift, [&](const auto& entry) { return sample_chains<K>(entry, request); });
  }
  MseResult mse(const MseRequest& request) const override {
    return with_drift<N, K>(request.drift, [&](const auto& entry) { return score_match<K>(entry, request); });
  }
  std::vector<ReduceResult> reduce(const ReduceRequest& request) const override {
    return with_drift<N, K>(request.drift, [&](const auto& entry) { return reduce_to_denoising<K>(entry, request); });
  }
  LipschitzResult lipschitz(const LipschitzRequest& request) const override {
    return with_drift<N, K>(request.drift, [&](const auto& entry) { return measure_lipschitz<K>(entry, request); });
  }
  std::vector<ConvergenceResult> convergence(const ConvergenceRequest& request) const override {
    return with_drift<N, K>(request.drift, [&](const auto& entry) { return strong_convergence(entry, request); });
  }
  std::unique_ptr<Denoiser> denoiser(const Request& request) const override {
    return with_drift<N, K>(request.drift, [&]<class E>(const DriftEntry<N, E>& entry) -> std::unique_ptr<Denoiser> {
      return std::make_unique<SizedDenoiser<N, E>>(entry.make(request.settings), request.seed);
    });
  }
  std::unique_ptr<Diffusion> diffusion(const Request& request) const override { return make_diffusion<N, K>(request); }

 private:
  template <class E>
  static DriftInfo info(const DriftEntry<N, E>& entry) {
    return {entry.name, entry.summary, entry.state_bytes, entry.is_variant, entry.needs_weights};
  }
};

}  // namespace driftbench
