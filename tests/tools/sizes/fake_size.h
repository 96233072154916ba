// A compiled size whose measurements return results that a test gives.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tools/sizes/compiled_size.h"
#include "tools/sizes/denoiser.h"
#include "tools/sizes/diffusion.h"

namespace driftbench {

/// A size n = 40, k = 3 with one drift, "fake", whose state takes 5 KiB.
class FakeSize final : public CompiledSize {
 public:
  SizeId id() const override { return {"fake-target", 40, 3}; }
  TargetInfo target() const override { return {"fake-target", "a target of a test", false}; }
  Thresholds thresholds(const TargetSettings&) const override { return {}; }
  std::optional<EntryLaw> entry_law(const TargetSettings&) const override { return std::nullopt; }
  std::size_t matrix_bytes() const override { return 4096; }
  std::vector<DriftInfo> drifts() const override { return {{"fake", "a drift of a test", 5120, false, false}}; }
  std::vector<WrapperInfo> wrappers() const override { return {}; }
  DriftInfo drift(const std::string&) const override { return drifts().front(); }

  SampleResult sample(const SampleRequest&) const override { return samples; }
  MseResult mse(const MseRequest& request) const override { return errors.at(request.t); }
  std::vector<ReduceResult> reduce(const ReduceRequest&) const override { return reductions; }
  LipschitzResult lipschitz(const LipschitzRequest&) const override { return constants; }
  std::vector<ConvergenceResult> convergence(const ConvergenceRequest&) const override { return distances; }
  std::unique_ptr<Denoiser> denoiser(const Request&) const override { return nullptr; }
  std::unique_ptr<Draws> draws(const TargetSettings&) const override { return nullptr; }
  std::unique_ptr<Diffusion> diffusion(const Request&) const override { return make_diffusion(); }

  SampleResult samples;
  std::map<double, MseResult> errors;  ///< by t
  std::vector<ReduceResult> reductions;
  LipschitzResult constants;
  std::vector<ConvergenceResult> distances;
  std::function<std::unique_ptr<Diffusion>()> make_diffusion;
};

}  // namespace driftbench
