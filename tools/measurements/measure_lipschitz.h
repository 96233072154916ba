// measure_lipschitz measures how fast a drift moves with its input.
#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "kernels/target.h"
#include "runtime/jacobian.h"
#include "runtime/observe.h"
#include "tools/base/parallel.h"
#include "tools/base/progress.h"
#include "tools/drifts/registry.h"
#include "tools/measurements/observation.h"
#include "tools/measurements/requests.h"
#include "tools/measurements/statuses.h"

namespace driftbench {

/// The power method makes this many iterations at each observation.
inline constexpr int kJacobianIterations = 8;

/// Runs measure_jacobian at observations 0, 1, ... at t, and returns what it finds, times t.
template <Target T, class E>
LipschitzResult measure_lipschitz(const DriftEntry<T::kN, E>& entry, const LipschitzRequest& request) {
  constexpr int N = T::kN;
  struct Workspace {
    Denoising<N, E> at;
    JacobianWorkspace<N, E> jacobian;
  };
  const auto target = make_target<T>(request.settings.target);
  const auto t = static_cast<float>(request.t);
  auto random = make_values(static_cast<std::size_t>(request.samples), "--samples", kUnknown);
  auto power = make_values(random.size(), "--samples", kUnknown);
  Statuses statuses;
  Progress progress(fmt::format("{}{}: Lipschitz constant at t = {:g}", request.label, entry.name, t), request.samples,
                    request.quiet);

  const auto run_point = [&](std::unique_ptr<Workspace>& workspace, std::int64_t i) {
    auto& [y, x, estimate] = workspace->at.seen.front();
    const RandomAddress at = draw_observation(target, request.seed, i, t, x, y);
    const JacobianBounds bounds =
        measure_jacobian(workspace->at.drift, at, y, t, kJacobianStep * t, kJacobianIterations, workspace->jacobian);
    if (statuses.take(bounds.status, i, t, y)) {
      random[static_cast<std::size_t>(i)] = bounds.random * request.t;
      power[static_cast<std::size_t>(i)] = bounds.power * request.t;
    }
    progress.advance();
  };
  const auto make_workspace = [&] {
    return std::unique_ptr<Workspace>(new Workspace{{entry.make(request.settings), 1}, {}});
  };
  parallel_for(request.samples, request.threads, make_workspace, run_point);

  LipschitzResult result;
  result.not_converged = statuses.not_converged();
  result.not_finite = statuses.not_finite(power);
  if (result.not_finite.count > 0) {
    result.largest_random = result.largest_power = result.median_power = kUnknown;
    return result;
  }
  result.largest_random = *std::max_element(random.begin(), random.end());
  result.largest_power = *std::max_element(power.begin(), power.end());
  const auto middle = power.begin() + static_cast<std::ptrdiff_t>(power.size() / 2);
  std::nth_element(power.begin(), middle, power.end());
  result.median_power = *middle;
  return result;
}

}  // namespace driftbench
