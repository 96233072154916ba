#include "tools/results.h"

#include <algorithm>
#include <optional>

namespace driftbench {
namespace {

using nlohmann::ordered_json;

ordered_json head(const Experiment& experiment, const Request& request) {
  return {{"drift", request.drift},
          {"n", experiment.n()},
          {"k", experiment.k()},
          {"seed", request.seed},
          {"target_w", request.settings.target_w}};
}

template <class T>
ordered_json or_null(const std::optional<T>& value) {
  return value ? ordered_json(*value) : nullptr;
}

}  // namespace

const char* sampler_name(bool flow) { return flow ? "probability-flow" : "euler-maruyama"; }

NormSummary summarize_norms(const SampleResult& result) {
  if (result.not_finite.count > 0 || result.fro_norms.empty()) return {};
  auto norms = result.fro_norms;
  std::sort(norms.begin(), norms.end());
  return {norms.front(), norms[norms.size() / 2], norms.back()};
}

bool supported(const LatencyHistogram& latency, double q) {
  return static_cast<double>(latency.count()) * (1 - q) > 9.999;
}

ordered_json to_json(const Experiment& experiment, const SampleRequest& request, const SampleResult& result) {
  ordered_json json = head(experiment, request);
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

ordered_json to_json(const Experiment& experiment, const MseRequest& request, const MseResult& result) {
  ordered_json json = head(experiment, request);
  json["t"] = request.t;
  json["samples"] = request.samples;
  json["mse"] = result.mse;
  json["stderr"] = result.standard_error;
  json["not_converged"] = result.not_converged;
  json["not_finite"] = result.not_finite.count;
  return json;
}

ordered_json to_json(const Experiment& experiment, const ProfileRequest& request, const PhaseProfile& phase) {
  const LatencyHistogram& latency = phase.latency;
  const auto quantile = [&](double q) { return supported(latency, q) ? ordered_json(latency.quantile(q)) : nullptr; };
  ordered_json json = head(experiment, request);
  json["dt"] = or_null(request.grid.dt);
  json["t_end"] = request.grid.t_end;
  if (!request.isa.empty()) json["isa"] = request.isa;
  json["phase"] = phase.phase;
  const auto if_timed = [&](auto value) { return latency.count() > 0 ? ordered_json(value) : nullptr; };
  json["count"] = latency.count();
  json["mean_ns"] = if_timed(latency.mean());
  json["p50_ns"] = quantile(0.5);
  json["p90_ns"] = quantile(0.9);
  json["p99_ns"] = quantile(0.99);
  json["p999_ns"] = quantile(0.999);
  json["max_ns"] = if_timed(latency.max());
  json["max_step"] = if_timed(latency.max_step());
  if (phase.phase == "step") json["state_bytes"] = experiment.drift(request.drift).state_bytes;
  return json;
}

ordered_json to_json(const Experiment& experiment, const ReduceRequest& request, const ReduceResult& result) {
  ordered_json json = head(experiment, request);
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
  json["not_converged"] = result.not_converged;
  json["not_finite"] = result.not_finite.count;
  return json;
}

ordered_json to_json(const Experiment& experiment, const LipschitzRequest& request, const LipschitzResult& result) {
  ordered_json json = head(experiment, request);
  json["t"] = request.t;
  json["samples"] = request.samples;
  json["constant_times_t"] = result.largest_power;
  json["random_constant_times_t"] = result.largest_random;
  json["median_constant_times_t"] = result.median_power;
  json["not_converged"] = result.not_converged;
  json["not_finite"] = result.not_finite.count;
  return json;
}

ordered_json to_json(const Experiment& experiment, const ConvergenceRequest& request, const ConvergenceResult& result) {
  ordered_json json = head(experiment, request);
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
