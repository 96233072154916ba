// What a report measures.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tools/measurements/not_finite.h"
#include "tools/report/reference.h"
#include "tools/sizes/experiment.h"

namespace driftbench {

enum class ReportScale {
  kQuick,    ///< a minute on two cores
  kDefault,  ///< ten at most
  kFull,     ///< hours: 15000 samples a point and 500 chains of 2800 steps, as the paper has them
};

struct ReportOptions {
  const std::vector<std::unique_ptr<Experiment>>* all = nullptr;
  const Experiment* experiment = nullptr;
  Request request;  ///< of which every request has the settings, seed, threads and quiet
  ReportScale scale = ReportScale::kDefault;
  std::vector<ReferencePoint> reference;
};

/// One request, where it was made, and the answer.
template <class Q, class R>
struct Measured {
  const Experiment* experiment;
  Q request;
  R result;
};

struct ReportData {
  const Experiment* main = nullptr;
  const Experiment* small = nullptr;  ///< a size at which the posterior mean can be computed, or null
  std::vector<std::string> drifts;    ///< of either size, those that pictures show most first: 8 looks differ most
  std::vector<ReferencePoint> reference;
  double target_w = 0.5;
  std::vector<Measured<ProfileRequest, PhaseProfile>> steps;
  std::vector<Measured<ProfileRequest, NotFinite>> steps_not_finite;  ///< of each profile
  std::vector<Measured<MseRequest, MseResult>> scores;
  std::vector<Measured<SampleRequest, SampleResult>> samples;
  std::vector<Measured<LipschitzRequest, LipschitzResult>> constants;
  std::vector<Measured<ReduceRequest, std::vector<ReduceResult>>> reductions;
  std::vector<Measured<SampleRequest, SampleResult>> schedules;
  std::vector<Measured<ConvergenceRequest, std::vector<ConvergenceResult>>> convergence;
  bool partial = false;                ///< it ended before all was measured
  std::optional<std::string> failure;  ///< why it did, where it was not stopped
};

/// The measurements whose estimates were not all finite.
MissingEstimates missing_estimates(const ReportData& data);

/// Measures point after point. It ends, with what there is, after one at which `stop` is set, and at one that throws;
/// where that is the first, the exception goes on to the caller.
ReportData measure_report(const ReportOptions& options, const std::atomic<bool>& stop);

/// Every number of the data, each with the section of the report that it belongs to.
nlohmann::ordered_json to_json(const ReportData& data);

}  // namespace driftbench
