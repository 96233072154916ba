// score_match measures a drift as a denoiser, by its score-matching error.
#pragma once

#include <fmt/core.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

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
  const auto target = make_target<T>(request.settings);
  const auto t = static_cast<float>(request.t);
  MseResult result;
  result.errors = make_values(static_cast<std::size_t>(request.samples), "--samples", kUnknownFloat);
  Statuses statuses;
  Progress progress(fmt::format("{}{}: score matching at t = {:g}", request.label, entry.name, t), request.samples,
                    request.quiet);

  const auto run_sample = [&](std::unique_ptr<Denoising<N, E>>& workspace, std::int64_t i) {
    const RandomAddress at = draw_observation(target, request.seed, i, t, workspace->x, workspace->y);
    if (statuses.take(evaluate_drift(workspace->drift, at, workspace->y, t, workspace->estimate), i, t, workspace->y)) {
      result.errors[static_cast<std::size_t>(i)] = squared_distance(workspace->estimate, workspace->x);
    }
    progress.advance();
  };
  const auto make_workspace = [&] { return std::make_unique<Denoising<N, E>>(entry.make(request.settings)); };
  parallel_for(request.samples, request.threads, make_workspace, run_sample);

  RunningMean mean;
  for (float error : result.errors) mean.add(error);
  result.mse = mean.mean();
  result.standard_error = mean.standard_error();
  result.not_converged = statuses.not_converged();
  result.not_finite = statuses.not_finite(result.errors);
  return result;
}

}  // namespace driftbench
