// The sampler as a denoiser.
#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "runtime/metrics.h"
#include "runtime/schedule.h"
#include "tools/chain.h"
#include "tools/experiment.h"
#include "tools/parallel.h"
#include "tools/progress.h"
#include "tools/registry.h"

namespace driftbench {

/// What one thread needs to observe, run copies from there, average them, and compare. `exact` where it is feasible.
template <int N, class E>
struct Reduction {
  Reduction(AnyDrift<N, E> drift, std::optional<AnyDrift<N, SymMatrix<N>>> exact_drift)
      : sampler(std::move(drift)), exact(std::move(exact_drift)) {}

  AnySampler<N, E> sampler;
  std::optional<AnyDrift<N, SymMatrix<N>>> exact;
  SymMatrix<N> y{}, sum{}, average{}, exact_estimate{};
  RankOne<N> x{};
};

/// Theorem 2 of Montanari and Vu (arXiv 2503.08028): the diffusion with the drift from (y_t, t) to the end
/// of the request's grid run in independent copies; the squared error of their average for 1, 4, 16, ...
/// copies, beside that of the drift itself at (y_t, t) and that of the posterior mean.
template <int K, int N, class E>
std::vector<ReduceResult> reduce_to_denoising(const DriftEntry<N, E>& entry, const ReduceRequest& request) {
  const auto t = static_cast<float>(request.t);
  std::vector<std::int64_t> counts;
  for (std::int64_t count = 1; count <= request.copies; count *= 4) counts.push_back(count);
  if (counts.back() != request.copies) counts.push_back(request.copies);

  // By sample: for each count, then direct, then exact.
  const std::size_t stride = counts.size() + 2;
  auto errors = make_values<float>(stride * static_cast<std::size_t>(request.samples), "--samples");
  std::atomic<std::int64_t> not_converged{0};
  Progress progress(fmt::format("{}{}: reduction at t = {:g}", request.label, entry.name, t),
                    request.samples * request.copies, request.quiet);
  const auto& grid = request.grid.times;
  const std::span times(std::upper_bound(grid.begin(), grid.end(), t), grid.end());
  const auto exact_entries = full_drift_registry<N, K>();

  const auto run_sample = [&](std::unique_ptr<Reduction<N, E>>& work, std::int64_t i) {
    float* error = errors.data() + static_cast<std::size_t>(i) * stride;
    auto& sampler = work->sampler;
    const RandomAddress at = draw_observation<K>(request.seed, i, t, request.settings.target_w, work->x, work->y);
    sampler.start(at.seed, at.chain, t, work->y);
    check(sampler.evaluate(), not_converged, entry.name, i, t);
    error[counts.size()] = squared_distance(sampler.estimate(), work->x);
    if (work->exact) {
      check(evaluate_drift(*work->exact, at, work->y, t, work->exact_estimate), not_converged, "exact", i, t);
      error[counts.size() + 1] = squared_distance(work->exact_estimate, work->x);
    }
    work->sum.set_zero();
    std::size_t next_count = 0;
    for (std::int64_t copy = 0; copy < request.copies; ++copy) {
      const std::int64_t chain = i * request.copies + copy;
      sampler.start(request.seed, static_cast<std::uint64_t>(chain), t, work->y);
      for (const float time : times) {
        check(sampler.evaluate(), not_converged, entry.name, chain, sampler.t());
        sampler.advance(time);
      }
      check(sampler.evaluate(), not_converged, entry.name, chain, sampler.t());
      add_multiple(1.0f, sampler.estimate(), work->sum);
      if (copy + 1 == counts[next_count]) {
        work->average.set_zero();
        add_multiple(1 / static_cast<float>(copy + 1), work->sum, work->average);
        error[next_count++] = squared_distance(work->average, work->x);
      }
      progress.advance();
    }
  };
  const auto make_work = [&] {
    std::optional<AnyDrift<N, SymMatrix<N>>> exact;
    if (!exact_entries.empty()) exact.emplace(exact_entries.front().make(request.settings));
    return std::make_unique<Reduction<N, E>>(entry.make(request.settings), std::move(exact));
  };
  parallel_for(request.samples, request.threads, make_work, run_sample);

  const auto mean_of = [&](std::size_t column) {
    RunningMean mean;
    for (std::size_t row = 0; row < errors.size(); row += stride) mean.add(errors[row + column]);
    return MeanError{mean.mean(), mean.standard_error()};
  };
  std::vector<ReduceResult> results;
  for (std::size_t c = 0; c < counts.size(); ++c) {
    ReduceResult result;
    result.copies = counts[c];
    result.sampler = mean_of(c);
    result.direct = mean_of(counts.size());
    if (!exact_entries.empty()) result.exact = mean_of(counts.size() + 1);
    result.not_converged = not_converged;
    results.push_back(result);
  }
  return results;
}

}  // namespace driftbench
