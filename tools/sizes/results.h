// These functions write the results of measurements as JSON, for programs. json_text writes what is unknown as null.
#pragma once

#include <nlohmann/json.hpp>

#include "tools/sizes/compiled_size.h"

namespace driftbench {

const char* sampler_name(bool flow);

/// Summarizes the samples' norms; all three are unknown where a chain's norm is.
struct NormSummary {
  double smallest = kUnknown, median = kUnknown, largest = kUnknown;
};
NormSummary summarize_norms(const SampleResult& result);

/// Returns a size's target, n and k; k is null where the target has none.
nlohmann::ordered_json size_json(const CompiledSize& size);

/// Returns what every result says of its request.
nlohmann::ordered_json request_json(const CompiledSize& size, const Request& request);

// Each of these returns one result of the size's answer to a request, with the request's own numbers.
nlohmann::ordered_json to_json(const CompiledSize& size, const SampleRequest& request, const SampleResult& result);
nlohmann::ordered_json to_json(const CompiledSize& size, const MseRequest& request, const MseResult& result);
nlohmann::ordered_json to_json(const CompiledSize& size, const ReduceRequest& request, const ReduceResult& result);
nlohmann::ordered_json to_json(const CompiledSize& size, const LipschitzRequest& request,
                               const LipschitzResult& result);
nlohmann::ordered_json to_json(const CompiledSize& size, const ConvergenceRequest& request,
                               const ConvergenceResult& result);

}  // namespace driftbench
