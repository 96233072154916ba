// score_match measures a drift as a denoiser, by its score-matching error.
#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/rank_one.h"
#include "kernels/status.h"
#include "kernels/sym_matrix.h"
#include "kernels/target.h"
#include "runtime/metrics.h"
#include "runtime/observe.h"
#include "tools/base/parallel.h"
#include "tools/base/progress.h"
#include "tools/drifts/registry.h"
#include "tools/measurements/observation.h"
#include "tools/measurements/requests.h"
#include "tools/measurements/statuses.h"

namespace driftbench {

template <Target T, class E>
MseResult score_match(const DriftEntry<T::kN, E>& entry, const MseRequest& request) {
  constexpr int N = T::kN;
  const auto target = make_target<T>(request.settings.target);
  const auto t = static_cast<float>(request.t);
  MseResult result;
  result.errors = make_values(static_cast<std::size_t>(request.samples), "--samples", kUnknownFloat);
  auto traces = result.errors;
  Statuses statuses;
  Progress progress(fmt::format("{}{}: score matching at t = {:g}", request.label, entry.name, t), request.samples,
                    request.quiet);

  const std::int64_t most = std::min<std::int64_t>(entry.batch(request.settings), request.samples);

  const auto run_samples = [&](Denoising<N, E>& workspace, std::int64_t first, std::int64_t count) {
    std::vector<Estimation<N, E>> estimations;
    for (std::int64_t i = 0; i < count; ++i) {
      auto& [y, x, estimate] = workspace.seen[static_cast<std::size_t>(i)];
      const RandomAddress at = draw_observation(target, request.seed, first + i, t, x, y);
      estimations.push_back({at, &y, &estimate});
    }
    const Status status = workspace.drift.evaluate_all(estimations, t);
    if (statuses.take(status, first, t, workspace.seen.front().y)) {
      for (std::int64_t i = 0; i < count; ++i) {
        const auto& seen = workspace.seen[static_cast<std::size_t>(i)];
        const auto sample = static_cast<std::size_t>(first + i);
        result.errors[sample] = squared_distance(seen.estimate, seen.x);
        traces[sample] = trace(seen.estimate);
      }
    }
    progress.advance(count);
  };
  const auto make_workspace = [&] {
    return Denoising<N, E>(entry.make(request.settings), static_cast<std::size_t>(most));
  };
  parallel_for_groups(request.samples, most, request.threads, make_workspace, run_samples);

  RunningMean mean;
  for (float error : result.errors) mean.add(error);
  result.mse = mean.mean();
  result.standard_error = mean.standard_error();
  RunningMean mean_trace;
  for (const float value : traces) mean_trace.add(value);
  result.trace = mean_trace.mean();
  result.trace_standard_error = mean_trace.standard_error();
  result.not_converged = statuses.not_converged();
  result.not_finite = statuses.not_finite(result.errors);
  return result;
}

}  // namespace driftbench
