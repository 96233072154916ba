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

#include "kernels/rank_one.h"
#include "kernels/sym_matrix.h"
#include "kernels/target.h"
#include "runtime/metrics.h"
#include "runtime/observe.h"
#include "tools/base/parallel.h"
#include "tools/base/progress.h"
#include "tools/drifts/any_drift.h"
#include "tools/drifts/registry.h"
#include "tools/measurements/chain_group.h"
#include "tools/measurements/requests.h"
#include "tools/measurements/statuses.h"

namespace driftbench {

/// Holds what one thread needs to observe, to run copies from there, to average them, and to compare. `exact` is there
/// where it is feasible.
template <int N, class E>
struct Reduction {
  Reduction(AnyDrift<N, E> drift, std::size_t copies, std::optional<AnyDrift<N, SymMatrix<N>>> exact_drift)
      : group(std::move(drift), copies), exact(std::move(exact_drift)) {}

  ChainGroup<N, E> group;
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
  explicit ReducedObservation(std::size_t counts)
      : averages(counts, kUnknownFloat),
        truth_overlaps(counts, kUnknownFloat),
        copy_overlaps(counts, kUnknownFloat),
        not_converged(counts) {}

  std::vector<float> averages;                       ///< squared errors of the average, by count of copies
  std::vector<float> truth_overlaps, copy_overlaps;  ///< mean overlap of a copy with x, and of two copies
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
    RunningMean average, direct, exact, truth_overlap, copy_overlap;
    ReduceResult result;
    result.copies = counts[c];
    result.not_finite.first = first;
    for (const ReducedObservation& seen : observations) {
      average.add(seen.averages[c]);
      truth_overlap.add(seen.truth_overlaps[c]);
      copy_overlap.add(seen.copy_overlaps[c]);
      direct.add(seen.direct);
      exact.add(seen.exact);
      result.not_converged += seen.not_converged[c];
      result.not_finite.count +=
          !std::isfinite(seen.averages[c]) || !std::isfinite(seen.direct) || (has_exact && !std::isfinite(seen.exact));
    }
    result.sampler = {average.mean(), average.standard_error()};
    result.direct = {direct.mean(), direct.standard_error()};
    result.truth_overlap = {truth_overlap.mean(), truth_overlap.standard_error()};
    if (counts[c] > 1) result.copy_overlap = {copy_overlap.mean(), copy_overlap.standard_error()};
    if (has_exact) result.exact = {exact.mean(), exact.standard_error()};
    results.push_back(result);
  }
  return results;
}

/// Measures one observation after another.
template <Target T, class E>
class Reducer {
  static constexpr int N = T::kN;

 public:
  /// What is referred to outlives this object.
  Reducer(const ReduceRequest& request, const std::vector<std::int64_t>& counts, Reduction<N, E>& workspace,
          Statuses& statuses, Progress& progress)
      : request_(request),
        target_(make_target<T>(request.settings.target)),
        t_(static_cast<float>(request.t)),
        counts_(counts),
        workspace_(workspace),
        statuses_(statuses),
        progress_(progress) {
    const auto& grid = request.grid.times;
    times_ = {std::upper_bound(grid.begin(), grid.end(), t_), grid.end()};
  }

  ReducedObservation measure(std::int64_t observation) {
    number_ = observation;
    not_converged_ = 0;
    ReducedObservation seen(counts_.size());
    estimate_directly(seen);
    average_copies(seen);
    return seen;
  }

 private:
  /// Draws the observation and estimates x from it, by the drift itself and by the posterior mean.
  void estimate_directly(ReducedObservation& seen) {
    const SymMatrix<N>& y = workspace_.y;
    const RandomAddress at = draw_observation(target_, request_.seed, number_, t_, workspace_.x, workspace_.y);
    workspace_.group.start(at.seed, at.chain, 1, t_, y);
    if (evaluate()) seen.direct = squared_distance(workspace_.group.estimate(0), workspace_.x);
    if (!workspace_.exact) return;
    if (has_estimate(evaluate_drift(*workspace_.exact, at, y, t_, workspace_.exact_estimate), t_, y)) {
      seen.exact = squared_distance(workspace_.exact_estimate, workspace_.x);
    }
  }

  /// Averages the copies that run from the observation. Those after one that ended early are of no use.
  void average_copies(ReducedObservation& seen) {
    const auto most = static_cast<std::int64_t>(workspace_.group.most());
    workspace_.sum.set_zero();
    double squares = 0;  // of the copies' norms
    std::size_t c = 0;
    for (std::int64_t first = 0, size = 0; first < request_.copies; first += size) {
      size = std::min(most, request_.copies - first);
      if (!run_copies(first, size)) break;
      for (std::int64_t copy = first; copy < first + size; ++copy) {
        const E& sample = workspace_.group.estimate(static_cast<std::size_t>(copy - first));
        add_multiple(1.0f, sample, workspace_.sum);
        squares += std::pow(double{frobenius_norm(sample)}, 2);
        if (copy + 1 != counts_[c]) continue;
        note_overlaps(static_cast<double>(copy + 1), squares, c, seen);
        workspace_.average.set_zero();
        add_multiple(1 / static_cast<float>(copy + 1), workspace_.sum, workspace_.average);
        seen.averages[c] = squared_distance(workspace_.average, workspace_.x);
        seen.not_converged[c++] = not_converged_;
      }
      progress_.advance(size);
    }
    for (; c < counts_.size(); ++c) seen.not_converged[c] = not_converged_;
  }

  /// Notes the overlaps of so many copies, whose sum is in the workspace.
  void note_overlaps(double copies, double squares, std::size_t c, ReducedObservation& seen) const {
    const RankOne<N>& x = workspace_.x;
    const double sum = frobenius_norm(workspace_.sum);
    seen.truth_overlaps[c] = static_cast<float>(double{x.scale} * quadratic_form(workspace_.sum, x.v) / copies);
    if (copies > 1) seen.copy_overlaps[c] = static_cast<float>((sum * sum - squares) / (copies * (copies - 1)));
  }

  /// Runs copies to the end. Returns false where they lack an estimate on the way.
  bool run_copies(std::int64_t first, std::int64_t count) {
    auto& group = workspace_.group;
    group.start(request_.seed, copy_chain(number_, first), static_cast<std::size_t>(count), t_, workspace_.y);
    for (const float time : times_) {
      if (!evaluate()) return false;
      group.advance(time);
    }
    return evaluate();
  }

  bool evaluate() {
    auto& group = workspace_.group;
    return has_estimate(group.evaluate(), group.t(), group.y(0));
  }
  bool has_estimate(Status status, float t, const SymMatrix<N>& y) {
    not_converged_ += ran_out(status);
    return statuses_.take(status, number_, t, y);
  }

  const ReduceRequest& request_;
  const T target_;
  const float t_;
  std::span<const float> times_;  ///< those after t
  const std::vector<std::int64_t>& counts_;
  Reduction<N, E>& workspace_;
  Statuses& statuses_;
  Progress& progress_;
  std::int64_t number_ = 0;         ///< the observation's
  std::int64_t not_converged_ = 0;  ///< evaluations that ran out of iterations, of this observation so far
};

/// Measures the reduction of Theorem 2 of Montanari and Vu (arXiv 2503.08028). From each observation (y_t, t), the
/// diffusion with the drift runs in independent copies to the end of the request's grid. The results are the squared
/// error of the copies' average for 1, 4, 16, ... copies, beside that of the drift itself at (y_t, t) and that of the
/// posterior mean.
template <Target T, class E>
std::vector<ReduceResult> reduce_to_denoising(const DriftEntry<T::kN, E>& entry, const ReduceRequest& request) {
  constexpr int N = T::kN;
  const std::vector<std::int64_t> counts = copy_counts(request.copies);
  auto observations =
      make_values(static_cast<std::size_t>(request.samples), "--samples", ReducedObservation(counts.size()));
  Statuses statuses;
  Progress progress(fmt::format("{}{}: reduction at t = {:g}", request.label, entry.name, request.t),
                    request.samples * request.copies, request.quiet);
  const auto exact_entry = find_listed<T, SymMatrix<N>>("exact");
  const auto most = static_cast<std::size_t>(std::min<std::int64_t>(entry.batch(request.settings), request.copies));

  const auto make_workspace = [&] {
    std::optional<AnyDrift<N, SymMatrix<N>>> exact;
    if (exact_entry) exact.emplace(exact_entry->make(request.settings));
    return std::make_unique<Reduction<N, E>>(entry.make(request.settings), most, std::move(exact));
  };
  const auto run_observation = [&](std::unique_ptr<Reduction<N, E>>& workspace, std::int64_t i) {
    observations[static_cast<std::size_t>(i)] =
        Reducer<T, E>(request, counts, *workspace, statuses, progress).measure(i);
  };
  parallel_for(request.samples, request.threads, make_workspace, run_observation);
  return summarize_reduction(counts, exact_entry.has_value(), observations, statuses.first_overflow());
}

}  // namespace driftbench
