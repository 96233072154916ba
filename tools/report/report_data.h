// The measurements that a report consists of.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tools/measurements/not_finite.h"
#include "tools/profiling/profile.h"
#include "tools/report/reference.h"
#include "tools/sizes/compiled_size.h"

namespace driftbench {

enum class ReportScale {
  kQuick,    ///< a minute on two cores
  kDefault,  ///< ten minutes at most
  kFull,     ///< hours: 15000 samples a point and 500 chains of 2800 steps, as the paper has them
};

/// What to do where memory does not suffice for a report, as reason() of failure.h takes it.
inline constexpr char kLessMemoryForReport[] = "lower --threads or --n, or give --quick";

struct ReportOptions {
  const std::vector<std::unique_ptr<CompiledSize>>* all = nullptr;
  const CompiledSize* size = nullptr;
  Request request;  ///< its settings, seed, threads and quiet go into every request
  ReportScale scale = ReportScale::kDefault;
  std::vector<ReferencePoint> reference;
};

/// One measurement: the size it was made at, the request, and the result.
template <class Q, class R>
struct Measured {
  const CompiledSize* size;
  Q request;
  R result;
};

struct ReportData {
  const CompiledSize* main = nullptr;
  const CompiledSize* small = nullptr;  ///< a size at which the posterior mean can be computed, or null
  std::vector<std::string> drifts;      ///< drifts of both sizes, those shown most first: the first 8 looks differ most
  std::vector<ReferencePoint> reference;
  TargetSettings target;
  std::vector<Measured<ProfileRequest, PhaseProfile>> steps;
  std::vector<Measured<ProfileRequest, NotFinite>> steps_not_finite;  ///< steps without an estimate, by profile
  std::vector<Measured<MseRequest, MseResult>> scores;
  std::vector<Measured<SampleRequest, SampleResult>> samples;
  std::vector<Measured<LipschitzRequest, LipschitzResult>> constants;
  std::vector<Measured<ReduceRequest, std::vector<ReduceResult>>> reductions;
  std::vector<Measured<SampleRequest, SampleResult>> schedules;
  std::vector<Measured<ConvergenceRequest, std::vector<ConvergenceResult>>> convergence;
  bool partial = false;                ///< whether the report ended before all was measured
  std::optional<std::string> failure;  ///< why the report ended early, unless it was stopped
};

/// Returns the measurements whose estimates were not all finite.
MissingEstimates missing_estimates(const ReportData& data);

/// Measures one point after another. It ends early once `stop` is set or a point throws, and returns what was measured
/// so far. Where nothing was measured yet, the exception goes on to the caller.
ReportData measure_report(const ReportOptions& options, const std::atomic<bool>& stop);

/// Returns every number of the data, each with the section of the report that it belongs to.
nlohmann::ordered_json to_json(const ReportData& data);

}  // namespace driftbench
