#include "tools/sizes/results.h"

#include <algorithm>
#include <optional>

namespace driftbench {
namespace {

using nlohmann::ordered_json;

template <class T>
ordered_json or_null(const std::optional<T>& value) {
  return value ? ordered_json(*value) : nullptr;
}

}  // namespace

ordered_json size_json(const CompiledSize& size) {
  const SizeId id = size.id();
  return {{"target", id.target}, {"n", id.n}, {"k", id.k == 0 ? ordered_json(nullptr) : ordered_json(id.k)}};
}

ordered_json request_json(const CompiledSize& size, const Request& request) {
  ordered_json json{{"drift", request.drift}};
  json.update(size_json(size));
  if (size.target().has_density) json["density"] = request.settings.target.density;
  json["seed"] = request.seed;
  json["target_w"] = request.settings.target.w;
  return json;
}

const char* sampler_name(bool flow) { return flow ? "probability-flow" : "euler-maruyama"; }

NormSummary summarize_norms(const SampleResult& result) {
  if (result.not_finite.count > 0 || result.fro_norms.empty()) return {};
  auto norms = result.fro_norms;
  std::sort(norms.begin(), norms.end());
  return {norms.front(), norms[norms.size() / 2], norms.back()};
}

ordered_json to_json(const CompiledSize& size, const SampleRequest& request, const SampleResult& result) {
  ordered_json json = request_json(size, request);
  json["chains"] = request.chains;
  json["steps"] = result.steps;
  json["dt"] = or_null(request.grid.dt);
  json["t_end"] = request.grid.t_end;
  json["schedule"] = request.grid.name;
  json["sampler"] = sampler_name(request.flow);
  json["fro_norms"] = result.fro_norms;
  json["w1_norm"] = result.w1_norm;
  json["w1_interval"] = {result.w1_interval.low, result.w1_interval.high};
  json["nonzero_fraction"] = result.nonzero_fraction;
  json["pattern_fraction"] = result.pattern_fraction;
  if (request.paths > 0) {
    json["path_times"] = result.path_times;
    json["path_norms"] = result.paths;
  }
  json["not_converged"] = result.not_converged;
  json["not_finite"] = result.not_finite.count;
  json["seconds"] = result.seconds;
  return json;
}

ordered_json to_json(const CompiledSize& size, const MseRequest& request, const MseResult& result) {
  ordered_json json = request_json(size, request);
  json["t"] = request.t;
  json["samples"] = request.samples;
  json["mse"] = result.mse;
  json["stderr"] = result.standard_error;
  json["trace"] = result.trace;
  json["stderr_trace"] = result.trace_standard_error;
  json["not_converged"] = result.not_converged;
  json["not_finite"] = result.not_finite.count;
  return json;
}

ordered_json to_json(const CompiledSize& size, const ReduceRequest& request, const ReduceResult& result) {
  ordered_json json = request_json(size, request);
  json["t"] = request.t;
  json["t_end"] = request.grid.t_end;
  json["samples"] = request.samples;
  json["copies"] = result.copies;
  json["mse_sampler"] = result.sampler.mean;
  json["stderr_sampler"] = result.sampler.standard_error;
  json["mse_direct"] = result.direct.mean;
  json["stderr_direct"] = result.direct.standard_error;
  json["mse_exact"] = result.exact ? ordered_json(result.exact->mean) : nullptr;
  json["stderr_exact"] = result.exact ? ordered_json(result.exact->standard_error) : nullptr;
  json["truth_overlap"] = result.truth_overlap.mean;
  json["stderr_truth_overlap"] = result.truth_overlap.standard_error;
  json["copy_overlap"] = result.copy_overlap ? ordered_json(result.copy_overlap->mean) : nullptr;
  json["stderr_copy_overlap"] = result.copy_overlap ? ordered_json(result.copy_overlap->standard_error) : nullptr;
  json["not_converged"] = result.not_converged;
  json["not_finite"] = result.not_finite.count;
  return json;
}

ordered_json to_json(const CompiledSize& size, const LipschitzRequest& request, const LipschitzResult& result) {
  ordered_json json = request_json(size, request);
  json["t"] = request.t;
  json["samples"] = request.samples;
  json["constant_times_t"] = result.largest_power;
  json["random_constant_times_t"] = result.largest_random;
  json["median_constant_times_t"] = result.median_power;
  json["not_converged"] = result.not_converged;
  json["not_finite"] = result.not_finite.count;
  return json;
}

ordered_json to_json(const CompiledSize& size, const ConvergenceRequest& request, const ConvergenceResult& result) {
  ordered_json json = request_json(size, request);
  json["t_end"] = request.t_end;
  json["paths"] = request.paths;
  json["dt"] = result.dt;
  json["error"] = result.error;
  json["stderr"] = result.standard_error;
  json["ratio"] = or_null(result.ratio);
  json["not_converged"] = result.not_converged;
  json["not_finite"] = result.not_finite.count;
  return json;
}

}  // namespace driftbench
