// A size whose drift fails where a test wants it to, for testing what commands make of that.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kernels/targets/sparse_signs.h"
#include "tools/measurements/measure_lipschitz.h"
#include "tools/measurements/reduce_to_denoising.h"
#include "tools/measurements/sample_chains.h"
#include "tools/measurements/score_match.h"
#include "tools/measurements/strong_convergence.h"
#include "tools/sizes/compiled_size.h"
#include "tools/sizes/denoiser.h"
#include "tools/sizes/sized_diffusion.h"

namespace driftbench {

/// Says whether the drift overflows in this chain at this time.
using Fails = std::function<bool(std::uint64_t chain, float t)>;

constexpr int kFailingN = 12, kFailingK = 3;

/// A drift whose estimate is e e^T for one unit vector e, or kNotFinite where it is to fail.
class FailingDrift {
 public:
  using Estimate = RankOne<kFailingN>;

  explicit FailingDrift(Fails fails) : fails_(std::move(fails)) {}
  void randomize(const RandomAddress& at) { chain_ = at.chain; }
  Status operator()(const SymMatrix<kFailingN>&, float t, Estimate& m) {
    m.set_zero();
    if (fails_(chain_, t)) return Status::kNotFinite;
    m.v[0] = m.scale = 1;
    return Status::kOk;
  }

 private:
  Fails fails_;
  std::uint64_t chain_ = 0;
};

class FailingSize final : public CompiledSize {
 public:
  /// The size may claim another n, for commands that treat several sizes.
  explicit FailingSize(Fails fails, int n_said = kFailingN) : fails_(std::move(fails)), n_said_(n_said) {}
  /// Where no drift overflows, and there is no memory to make the one of that name.
  explicit FailingSize(std::string too_large)
      : fails_([](std::uint64_t, float) { return false; }), n_said_(kFailingN), too_large_(std::move(too_large)) {}

  SizeId id() const override { return {"sparse-signs", n_said_, kFailingK}; }
  TargetInfo target() const override { return {"sparse-signs", "the target of a test", false}; }
  Thresholds thresholds(const TargetSettings&) const override { return {}; }
  std::optional<EntryLaw> entry_law(const TargetSettings&) const override { return std::nullopt; }
  std::size_t matrix_bytes() const override { return sizeof(SymMatrix<kFailingN>); }
  std::vector<DriftInfo> drifts() const override { return {drift("failing"), drift("exact")}; }
  std::vector<WrapperInfo> wrappers() const override { return {}; }
  /// Any name is accepted.
  DriftInfo drift(const std::string& name) const override { return {name, "", 1, false, false}; }

  SampleResult sample(const SampleRequest& request) const override {
    return sample_chains<SparseSigns<kFailingN, kFailingK>>(entry(request.drift), request);
  }
  MseResult mse(const MseRequest& request) const override {
    return score_match<SparseSigns<kFailingN, kFailingK>>(entry(request.drift), request);
  }
  std::vector<ReduceResult> reduce(const ReduceRequest& request) const override {
    return reduce_to_denoising<SparseSigns<kFailingN, kFailingK>>(entry(request.drift), request);
  }
  LipschitzResult lipschitz(const LipschitzRequest& request) const override {
    return measure_lipschitz<SparseSigns<kFailingN, kFailingK>>(entry(request.drift), request);
  }
  std::vector<ConvergenceResult> convergence(const ConvergenceRequest& request) const override {
    return strong_convergence(entry(request.drift), request);
  }
  std::unique_ptr<Denoiser> denoiser(const Request&) const override { return nullptr; }
  std::unique_ptr<Draws> draws(const TargetSettings&) const override { return nullptr; }
  std::unique_ptr<Diffusion> diffusion(const Request& request) const override {
    return std::make_unique<SizedDiffusion<kFailingN, RankOne<kFailingN>>>(entry(request.drift).make(request.settings),
                                                                           request.seed);
  }

 private:
  DriftEntry<kFailingN, RankOne<kFailingN>> entry(const std::string& name) const {
    const auto make = [fails = fails_, is_too_large = name == too_large_](const DriftSettings&) {
      if (is_too_large) throw std::bad_alloc();
      return AnyDrift<kFailingN, RankOne<kFailingN>>(std::make_unique<FailingDrift>(fails));
    };
    return {{name, "", 1, false, false}, make};
  }

  Fails fails_;
  int n_said_;
  std::string too_large_;
};

}  // namespace driftbench
