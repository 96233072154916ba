// reduce_to_denoising measures a sampler as a denoiser.
#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "kernels/target.h"
#include "runtime/metrics.h"
#include "runtime/observe.h"
#include "runtime/schedule.h"
#include "tools/base/parallel.h"
#include "tools/base/progress.h"
#include "tools/drifts/any_drift.h"
#include "tools/drifts/registry.h"
#include "tools/measurements/observation.h"
#include "tools/measurements/requests.h"
#include "tools/measurements/statuses.h"

namespace driftbench {

/// Holds what one thread needs to observe, to run copies from there, to average them, and to compare. `exact` is there
/// where it is feasible.
template <int N, class E>
struct Reduction {
  Reduction(AnyDrift<N, E> drift, std::optional<AnyDrift<N, SymMatrix<N>>> exact_drift)
      : sampler(std::move(drift)), exact(std::move(exact_drift)) {}

  AnySampler<N, E> sampler;
  std::optional<AnyDrift<N, SymMatrix<N>>> exact;
  SymMatrix<N> y{}, sum{}, average{}, exact_estimate{};
  RankOne<N> x{};
};

/// Returns the chain number of a copy from an observation, whatever the number of copies. The chains of copies share no
/// random numbers with an observation: its step number is the bits of its time as a float, and at a time of 1e-6 or
/// more that is above any chain's number of steps.
constexpr std::uint64_t copy_chain(std::int64_t observation, std::int64_t copy) {
  return static_cast<std::uint64_t>(observation) << kReduceBits | static_cast<std::uint64_t>(copy);
}

/// The figures of one observation. An error is unknown where an estimate is missing.
struct ReducedObservation {
  explicit ReducedObservation(std::size_t counts) : averages(counts, kUnknownFloat), not_converged(counts) {}

  std::vector<float> averages;  ///< squared errors of the average, by count of copies
  float direct = kUnknownFloat, exact = kUnknownFloat;
  std::vector<std::int64_t> not_converged;  ///< evaluations that ran out of iterations, by count of copies
};

/// Returns 1, 4, 16, ... and the number of all copies.
inline std::vector<std::int64_t> copy_counts(std::int64_t copies) {
  std::vector<std::int64_t> counts;
  for (std::int64_t count = 1; count <= copies; count *= 4) counts.push_back(count);
  if (counts.back() != copies) counts.push_back(copies);
  return counts;
}

/// Returns the results by count of copies.
inline std::vector<ReduceResult> summarize_reduction(const std::vector<std::int64_t>& counts, bool has_exact,
                                                     const std::vector<ReducedObservation>& observations,
                                                     const Overflow& first) {
  std::vector<ReduceResult> results;
  for (std::size_t c = 0; c < counts.size(); ++c) {
    RunningMean average, direct, exact;
    ReduceResult result;
    result.copies = counts[c];
    result.not_finite.first = first;
    for (const ReducedObservation& seen : observations) {
      average.add(seen.averages[c]);
      direct.add(seen.direct);
      exact.add(seen.exact);
      result.not_converged += seen.not_converged[c];
      result.not_finite.count +=
          !std::isfinite(seen.averages[c]) || !std::isfinite(seen.direct) || (has_exact && !std::isfinite(seen.exact));
    }
    result.sampler = {average.mean(), average.standard_error()};
    result.direct = {direct.mean(), direct.standard_error()};
    if (has_exact) result.exact = {exact.mean(), exact.standard_error()};
    results.push_back(result);
  }
  return results;
}

/// Measures the reduction of Theorem 2 of Montanari and Vu (arXiv 2503.08028). From each observation (y_t, t), the
/// diffusion with the drift runs in independent copies to the end of the request's grid. The results are the squared
/// error of the copies' average for 1, 4, 16, ... copies, beside that of the drift itself at (y_t, t) and that of the
/// posterior mean.
template <Target T, class E>
std::vector<ReduceResult> reduce_to_denoising(const DriftEntry<T::kN, E>& entry, const ReduceRequest& request) {
  constexpr int N = T::kN;
  const auto target = make_target<T>(request.settings);
  const auto t = static_cast<float>(request.t);
  const std::vector<std::int64_t> counts = copy_counts(request.copies);
  auto observations =
      make_values(static_cast<std::size_t>(request.samples), "--samples", ReducedObservation(counts.size()));
  Statuses statuses;
  Progress progress(fmt::format("{}{}: reduction at t = {:g}", request.label, entry.name, t),
                    request.samples * request.copies, request.quiet);
  const auto& grid = request.grid.times;
  const std::span times(std::upper_bound(grid.begin(), grid.end(), t), grid.end());
  const auto exact_entry = find_listed<T, SymMatrix<N>>(Exact<T>::kName);

  const auto run_observation = [&](std::unique_ptr<Reduction<N, E>>& workspace, std::int64_t i) {
    ReducedObservation& seen = observations[static_cast<std::size_t>(i)];
    auto& sampler = workspace->sampler;
    std::int64_t not_converged = 0;
    const auto has_estimate = [&](Status status, float at_t, const SymMatrix<N>& y) {
      not_converged += ran_out(status);
      return statuses.take(status, i, at_t, y);
    };
    const auto evaluate = [&] { return has_estimate(sampler.evaluate(), sampler.t(), sampler.y()); };
    const auto run_copy = [&](std::int64_t copy) {
      sampler.start(request.seed, copy_chain(i, copy), t, workspace->y);
      for (const float time : times) {
        if (!evaluate()) return false;
        sampler.advance(time);
      }
      return evaluate();
    };

    const RandomAddress at = draw_observation(target, request.seed, i, t, workspace->x, workspace->y);
    sampler.start(at.seed, at.chain, t, workspace->y);
    if (evaluate()) seen.direct = squared_distance(sampler.estimate(), workspace->x);
    if (workspace->exact &&
        has_estimate(evaluate_drift(*workspace->exact, at, workspace->y, t, workspace->exact_estimate), t,
                     workspace->y)) {
      seen.exact = squared_distance(workspace->exact_estimate, workspace->x);
    }
    workspace->sum.set_zero();
    std::size_t c = 0;
    for (std::int64_t copy = 0; copy < request.copies && run_copy(copy); ++copy) {
      add_multiple(1.0f, sampler.estimate(), workspace->sum);
      if (copy + 1 == counts[c]) {
        workspace->average.set_zero();
        add_multiple(1 / static_cast<float>(copy + 1), workspace->sum, workspace->average);
        seen.averages[c] = squared_distance(workspace->average, workspace->x);
        seen.not_converged[c++] = not_converged;
      }
      progress.advance();
    }
    // Copies after one that ended early are of no use.
    for (; c < counts.size(); ++c) seen.not_converged[c] = not_converged;
  };
  const auto make_workspace = [&] {
    std::optional<AnyDrift<N, SymMatrix<N>>> exact;
    if (exact_entry) exact.emplace(exact_entry->make(request.settings));
    return std::make_unique<Reduction<N, E>>(entry.make(request.settings), std::move(exact));
  };
  parallel_for(request.samples, request.threads, make_workspace, run_observation);
  return summarize_reduction(counts, exact_entry.has_value(), observations, statuses.first_overflow());
}

}  // namespace driftbench
