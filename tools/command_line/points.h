// What the commands that measure each drift at each of some times have in common.
#pragma once

#include <fmt/core.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tools/base/table.h"
#include "tools/command_line/common_options.h"
#include "tools/command_line/findings.h"
#include "tools/command_line/not_converged.h"
#include "tools/command_line/results_memory.h"
#include "tools/measurements/not_finite.h"
#include "tools/measurements/requests.h"
#include "tools/sizes/results.h"

namespace driftbench {

/// A plan whose points are each of its drifts at each of its times.
struct PointsPlan : DriftPlan {
  std::vector<double> times;
  std::int64_t samples = 0;  ///< draws of x and of the noise at each time
};

/// Measures every point of the plan. `measure` returns the result of a request of kind R, and `cells` what the table
/// says of a result behind its first columns: the drift, t and t/n. `what` is the plural of what may not converge.
template <class R, class Measure, class Cells>
Findings measure_points(const PointsPlan& plan, Table table, const std::string& what, Measure measure, Cells cells) {
  const CompiledSize& size = *plan.size;
  Findings findings;
  NotConverged not_converged(what);
  MissingEstimates missing;
  ResultsMemory memory = memory_for_points(plan.drifts.size() * plan.times.size());
  for_each_drift(plan.drifts, kLessMemoryForPoints, findings, [&](const std::string& drift) {
    for (const double t : plan.times) {
      auto request = request_for<R>(plan.request, drift);
      request.t = t;
      request.samples = plan.samples;
      const auto result = measure(request);
      memory.use(1);
      findings.results.push_back(to_json(size, request, result));
      std::vector<std::string> row{drift, fmt::format("{:g}", t), fmt::format("{:.3g}", t / size.n())};
      for (std::string& cell : cells(result)) row.push_back(std::move(cell));
      table.add_row(std::move(row));
      not_converged.add(drift, result.not_converged, request.samples);
      missing.add(drift, result.not_finite, request.samples, kSamples);
    }
  });
  memory.use_all();
  findings.text = describe_plan(plan) + table.to_string() + not_converged.table_note() + missing.table_note();
  findings.fail(missing.failure());
  return findings;
}

}  // namespace driftbench
