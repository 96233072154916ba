// sample_chains runs the diffusion as a sampler.
#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "kernels/drifts/pattern.h"
#include "kernels/rank_one.h"
#include "kernels/sym_matrix.h"
#include "kernels/target.h"
#include "runtime/clock.h"
#include "runtime/metrics.h"
#include "runtime/schedule.h"
#include "tools/base/in_order.h"
#include "tools/base/parallel.h"
#include "tools/base/progress.h"
#include "tools/drifts/estimate_error.h"
#include "tools/drifts/registry.h"
#include "tools/measurements/chain_group.h"
#include "tools/measurements/matrix_numbers.h"
#include "tools/measurements/requests.h"
#include "tools/measurements/statuses.h"

namespace driftbench {

/// A sample within this distance of u u^T counts as that sign pattern.
inline constexpr float kPatternDistance = 0.1f;

/// Returns whether a sample is a pattern of the target: that nearest to its vector, or to a full matrix's leading
/// eigenvector.
template <RoundedTarget T>
bool is_pattern(const T& target, const RankOne<T::kN>& m) {
  RankOne<T::kN> pattern;
  round_to_pattern(target, m.v, pattern);
  return squared_distance(m, pattern) < kPatternDistance * kPatternDistance;
}
template <RoundedTarget T>
bool is_pattern(const T& target, const SymMatrix<T::kN>& m) {
  RankOne<T::kN> pattern, leading;
  if (!leading_factor(m, leading)) return false;
  round_to_pattern(target, leading.v, pattern);
  return squared_distance(m, pattern) < kPatternDistance * kPatternDistance;
}

/// A chain's path has at most this many points.
inline constexpr std::int64_t kPathPoints = 200;

/// Describes the samples' law by the norms of all chains and by which of them are sign patterns.
inline void describe_norms(const SampleRequest& request, const std::vector<char>& patterns, SampleResult& result) {
  if (result.not_finite.count > 0) {
    result.pattern_fraction = result.nonzero_fraction = result.w1_norm = kUnknown;
    result.w1_interval = {kUnknown, kUnknown};
    return;
  }
  const auto count = static_cast<double>(request.chains);
  result.pattern_fraction = static_cast<double>(std::count(patterns.begin(), patterns.end(), 1)) / count;
  const auto nonzero =
      std::count_if(result.fro_norms.begin(), result.fro_norms.end(), [](float norm) { return norm > 0.5f; });
  result.nonzero_fraction = static_cast<double>(nonzero) / count;
  auto resample = result.fro_norms;
  result.w1_norm = w1_to_target_norm(resample, request.settings.target.w);
  // One sample alone does not tell how far W1 varies.
  if (request.chains == 1) {
    result.w1_interval = {kUnknown, kUnknown};
    return;
  }
  std::vector<double> distances(
      static_cast<std::size_t>(std::clamp<std::int64_t>(10'000'000 / request.chains, 100, 1000)));
  result.w1_interval = bootstrap_w1(result.fro_norms, request.settings.target.w,
                                    {request.seed, Stream::kResampling, 0, 0}, resample, distances);
}

/// Hands the numbers of samples to the request's sink, if it has one, in the order of chains. Those of samples that are
/// finished before an earlier one wait, two for each thread at most.
class SamplesOut {
 public:
  /// The request outlives this object.
  explicit SamplesOut(const SampleRequest& request) {
    if (!request.sink) return;
    form_ = request.sink->form;
    in_order_.emplace(static_cast<std::size_t>(std::min<std::int64_t>(2 * request.threads, request.chains)),
                      request.sink->take);
  }

  /// Takes the chain's sample, which may wait for room.
  template <class E>
  void put(std::int64_t chain, const E& sample) {
    if (!in_order_) return;
    std::vector<float> numbers;
    write_numbers(sample, form_, numbers);
    in_order_->put(chain, std::move(numbers));
  }
  /// The same where the chain ended early and has no sample.
  void put_none(std::int64_t chain) {
    if (in_order_) in_order_->put(chain, {});
  }
  /// To be called where a chain's sample will never come.
  void stop() {
    if (in_order_) in_order_->stop();
  }

 private:
  MatrixForm form_{};
  std::optional<InOrder<std::vector<float>>> in_order_;
};

/// Keeps what a path has of the estimates along the way: a point every `stride` steps and one at the end.
class PathPoints {
 public:
  PathPoints(const SampleRequest& request, const GridSchedule& schedule, SampleResult& result)
      : paths_(result.paths), steps_(schedule.steps()), stride_((schedule.steps() + kPathPoints - 1) / kPathPoints) {
    for (std::int64_t i = stride_; i < steps_; i += stride_) result.path_times.push_back(schedule.time(i));
    result.path_times.push_back(schedule.time(steps_));
    paths_.resize(static_cast<std::size_t>(std::min(request.paths, request.chains)),
                  std::vector<float>(result.path_times.size(), kUnknownFloat));
  }

  /// Takes norm(), that of a chain's estimate after so many steps, where the chain's path has a point there.
  template <class Norm>
  void take(std::size_t chain, std::int64_t step, Norm norm) {
    if (chain >= paths_.size() || step == 0 || (step % stride_ != 0 && step != steps_)) return;
    paths_[chain][static_cast<std::size_t>((step + stride_ - 1) / stride_ - 1)] = norm();
  }

 private:
  std::vector<std::vector<float>>& paths_;
  const std::int64_t steps_, stride_;
};

/// Runs chains 0, 1, ... along the request's times and keeps the norm of each one's last estimate. Where the drift
/// fails for good, the result has what was done before, and why it failed; where no chain had ended before, throws
/// EstimateError.
template <Target T, class E>
SampleResult sample_chains(const DriftEntry<T::kN, E>& entry, const SampleRequest& request) {
  constexpr int N = T::kN;
  const auto target = make_target<T>(request.settings.target);
  const GridSchedule schedule(request.grid.times);
  SampleResult result;
  result.steps = schedule.steps();
  result.fro_norms = make_values(static_cast<std::size_t>(request.chains), "--chains", kUnknownFloat);
  auto patterns = make_values<char>(result.fro_norms.size(), "--chains");
  PathPoints points(request, schedule, result);
  SamplesOut samples_out(request);
  Statuses statuses;
  Progress progress(fmt::format("{}{}: sampling", request.label, entry.name), request.chains * schedule.steps(),
                    request.quiet);

  const std::uint64_t start = now_ns();
  const std::int64_t most = std::min<std::int64_t>(entry.batch(request.settings), request.chains);
  /// Runs the chains from `first` on to their end. Returns false where they lack an estimate on the way.
  const auto run_to_end = [&](ChainGroup<N, E>& group, std::int64_t first, std::int64_t count) {
    group.start(request.seed, static_cast<std::uint64_t>(first), static_cast<std::size_t>(count));
    for (std::int64_t i = 1; i <= schedule.steps() + 1; ++i) {
      if (!statuses.take(group.evaluate(), first, group.t(), group.y(0))) {
        progress.advance((schedule.steps() - i + 1) * count);
        return false;
      }
      for (std::int64_t c = 0; c < count; ++c) {
        points.take(static_cast<std::size_t>(first + c), i - 1,
                    [&] { return frobenius_norm(group.estimate(static_cast<std::size_t>(c))); });
      }
      if (i > schedule.steps()) break;
      if (request.flow) {
        group.flow(schedule.time(i));
      } else {
        group.advance(schedule.time(i));
      }
      progress.advance(count);
    }
    return true;
  };
  const auto run_chains = [&](ChainGroup<N, E>& group, std::int64_t first, std::int64_t count) {
    try {
      const bool has_samples = run_to_end(group, first, count);
      for (std::int64_t c = 0; c < count; ++c) {
        if (!has_samples) {
          samples_out.put_none(first + c);
          continue;
        }
        const E& sample = group.estimate(static_cast<std::size_t>(c));
        const auto index = static_cast<std::size_t>(first + c);
        result.fro_norms[index] = frobenius_norm(sample);
        patterns[index] = is_pattern(target, sample);
        samples_out.put(first + c, sample);
      }
    } catch (...) {
      samples_out.stop();
      throw;
    }
  };
  const auto make_group = [&] {
    return ChainGroup<N, E>(entry.make(request.settings), static_cast<std::size_t>(most));
  };
  try {
    parallel_for_groups(request.chains, most, request.threads, make_group, run_chains);
  } catch (const EstimateError& error) {
    const auto& norms = result.fro_norms;
    if (std::none_of(norms.begin(), norms.end(), [](float norm) { return std::isfinite(norm); })) throw;
    result.failure = error.what();
  }
  result.seconds = static_cast<double>(now_ns() - start) * 1e-9;
  result.not_converged = statuses.not_converged();
  result.not_finite = statuses.not_finite(result.fro_norms);
  describe_norms(request, patterns, result);
  return result;
}

}  // namespace driftbench
