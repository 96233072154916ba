// strong_convergence measures what the length of a step costs along one Brownian path.
#pragma once

#include <fmt/core.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "runtime/metrics.h"
#include "runtime/schedule.h"
#include "tools/base/parallel.h"
#include "tools/base/progress.h"
#include "tools/drifts/any_drift.h"
#include "tools/drifts/registry.h"
#include "tools/measurements/requests.h"
#include "tools/measurements/statuses.h"

namespace driftbench {

/// What a thread needs to run a path at one level after another.
template <int N, class E>
struct PathWorkspace {
  explicit PathWorkspace(AnyDrift<N, E> drift) : sampler(std::move(drift)) {}

  AnySampler<N, E> sampler;
  SymMatrix<N> last;  ///< Y at the end of the level before
};

/// Returns ||a - b||_F^2, computed in double.
template <int N>
double squared_distance_in_double(const SymMatrix<N>& a, const SymMatrix<N>& b) {
  double sum = 0;
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j < N; ++j) sum += std::pow(double{a(i, j)} - double{b(i, j)}, 2);
  }
  return sum;
}

/// Returns the result of each level from the squared distances, which go by path and level. `steps` is the number of
/// the finest steps.
inline std::vector<ConvergenceResult> summarize_convergence(const ConvergenceRequest& request, std::int64_t steps,
                                                            const std::vector<double>& squares,
                                                            const Statuses& statuses) {
  const auto levels = static_cast<std::size_t>(request.levels);
  std::vector<ConvergenceResult> results;
  for (std::size_t level = 0; level < levels; ++level) {
    RunningMean mean;
    NotFinite not_finite{0, statuses.first_overflow()};
    for (std::size_t i = level; i < squares.size(); i += levels) {
      mean.add(squares[i]);
      not_finite.count += !std::isfinite(squares[i]);
    }
    ConvergenceResult result;
    result.dt = request.t_end / static_cast<double>(steps >> levels << level);
    result.error = std::sqrt(mean.mean());
    // The relative error of a square root is half of the square's.
    result.standard_error = request.paths == 1  ? kUnknown
                            : result.error == 0 ? 0
                                                : 0.5 * mean.standard_error() / result.error;
    result.not_converged = statuses.not_converged();
    result.not_finite = not_finite;
    const double ratio = level > 0 ? results.back().error / result.error : kUnknown;
    if (std::isfinite(ratio)) results.back().ratio = ratio;
    results.push_back(result);
  }
  return results;
}

/// Runs steps of dt, dt / 2, ..., dt / 2^levels along the same Brownian paths: those of the finest steps, whose
/// increments a coarser step adds up. The error of a level is the root mean square, over the paths, of the distance
/// between Y at the end with the level's step and with half of it. For a smooth drift the error halves with the step,
/// as the noise is additive (Kloeden and Platen, Numerical Solution of Stochastic Differential Equations, section 10.3:
/// strong order 1).
template <int N, class E>
std::vector<ConvergenceResult> strong_convergence(const DriftEntry<N, E>& entry, const ConvergenceRequest& request) {
  const auto levels = static_cast<std::size_t>(request.levels);
  const std::int64_t finest = std::int64_t{1} << levels;
  const std::int64_t steps = static_cast<std::int64_t>(std::lround(request.t_end / request.dt)) * finest;
  const UniformSchedule schedule(request.t_end / static_cast<double>(steps), request.t_end);
  // The squared distances go by path and level. One is unknown where the path ended early with the level's step or with
  // half of it.
  auto squares = make_values(levels * static_cast<std::size_t>(request.paths), "--chains", kUnknown);
  Statuses statuses;
  Progress progress(fmt::format("{}{}: strong convergence", request.label, entry.name), request.paths * 2 * steps,
                    request.quiet);

  /// Runs a path in steps of `hold` of the finest ones. Returns whether it came to its end.
  const auto run_level = [&](auto& sampler, std::int64_t path, std::int64_t hold) {
    sampler.start(request.seed, static_cast<std::uint64_t>(path));
    for (std::int64_t i = 0; i < steps; ++i) {
      if (i % hold == 0) {
        progress.advance();
        if (!statuses.take(sampler.evaluate(), path, sampler.t(), sampler.y())) return false;
      }
      sampler.advance(schedule.time(i + 1));
    }
    return true;
  };
  const auto run_path = [&](std::unique_ptr<PathWorkspace<N, E>>& workspace, std::int64_t path) {
    const SymMatrix<N>& y = workspace->sampler.y();
    bool last_ended = false;
    for (std::size_t level = 0; level <= levels; ++level) {
      const bool ended = run_level(workspace->sampler, path, finest >> level);
      if (ended && last_ended) {
        squares[static_cast<std::size_t>(path) * levels + level - 1] = squared_distance_in_double(y, workspace->last);
      }
      workspace->last = y;
      last_ended = ended;
    }
  };
  const auto make_workspace = [&] { return std::make_unique<PathWorkspace<N, E>>(entry.make(request.settings)); };
  parallel_for(request.paths, request.threads, make_workspace, run_path);
  return summarize_convergence(request, steps, squares, statuses);
}

}  // namespace driftbench
