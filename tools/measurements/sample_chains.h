// sample_chains runs the diffusion as a sampler.
#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
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
#include "tools/drifts/any_drift.h"
#include "tools/drifts/registry.h"
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
  result.w1_norm = w1_to_target_norm(resample, request.settings.target_w);
  // One sample alone does not tell how far W1 varies.
  if (request.chains == 1) {
    result.w1_interval = {kUnknown, kUnknown};
    return;
  }
  std::vector<double> distances(
      static_cast<std::size_t>(std::clamp<std::int64_t>(10'000'000 / request.chains, 100, 1000)));
  result.w1_interval = bootstrap_w1(result.fro_norms, request.settings.target_w,
                                    {request.seed, Stream::kResampling, 0, 0}, resample, distances);
}

/// Hands samples to the request's sink, if it has one, in the order of chains. Those that are finished before an
/// earlier one wait, two for each thread at most.
template <int N, class E>
class SamplesOut {
 public:
  /// The request outlives this object.
  explicit SamplesOut(const SampleRequest& request) {
    if (!request.sink) return;
    const auto take = [&sink = *request.sink, numbers = std::vector<float>()](const Sample& sample) mutable {
      numbers.clear();
      if (sample.is_known) write_numbers(sample.estimate, sink.form, numbers);
      sink.take(numbers);
    };
    in_order_.emplace(static_cast<std::size_t>(std::min<std::int64_t>(2 * request.threads, request.chains)), take);
  }

  /// Takes the chain's sample, which may wait for room; null where the chain ended early.
  void put(std::int64_t chain, const E* estimate) {
    if (!in_order_) return;
    in_order_->put(chain, estimate != nullptr ? Sample{*estimate, true} : Sample{});
  }
  /// To be called where a chain's sample will never come.
  void stop() {
    if (in_order_) in_order_->stop();
  }

 private:
  struct Sample {
    E estimate{};
    bool is_known = false;
  };

  std::optional<InOrder<Sample>> in_order_;
};

/// Runs chains 0, 1, ... along the request's times and keeps the norm of each one's last estimate.
template <Target T, class E>
SampleResult sample_chains(const DriftEntry<T::kN, E>& entry, const SampleRequest& request) {
  constexpr int N = T::kN;
  const auto target = make_target<T>(request.settings);
  const GridSchedule schedule(request.grid.times);
  SampleResult result;
  result.steps = schedule.steps();
  result.fro_norms = make_values(static_cast<std::size_t>(request.chains), "--chains", kUnknownFloat);
  auto patterns = make_values<char>(result.fro_norms.size(), "--chains");
  // A path has a point every `stride` steps, so that it has kPathPoints of them at most.
  const std::int64_t stride = (schedule.steps() + kPathPoints - 1) / kPathPoints;
  for (std::int64_t i = stride; i < schedule.steps(); i += stride) result.path_times.push_back(schedule.time(i));
  result.path_times.push_back(schedule.time(schedule.steps()));
  result.paths.resize(static_cast<std::size_t>(std::min(request.paths, request.chains)),
                      std::vector<float>(result.path_times.size(), kUnknownFloat));
  Statuses statuses;
  Progress progress(fmt::format("{}{}: sampling", request.label, entry.name), request.chains * schedule.steps(),
                    request.quiet);

  const std::uint64_t start = now_ns();
  const auto run_to_end = [&](AnySampler<N, E>& sampler, std::int64_t chain) {
    const auto index = static_cast<std::size_t>(chain);
    std::size_t path_point = 0;
    sampler.start(request.seed, static_cast<std::uint64_t>(chain));
    for (std::int64_t i = 1; i <= schedule.steps() + 1; ++i) {
      if (!statuses.take(sampler.evaluate(), chain, sampler.t(), sampler.y())) {
        progress.advance(schedule.steps() - i + 1);
        return false;
      }
      if (index < result.paths.size() && i > 1 && ((i - 1) % stride == 0 || i > schedule.steps())) {
        result.paths[index][path_point++] = frobenius_norm(sampler.estimate());
      }
      if (i > schedule.steps()) break;
      if (request.flow) {
        sampler.flow(schedule.time(i));
      } else {
        sampler.advance(schedule.time(i));
      }
      progress.advance();
    }
    result.fro_norms[index] = frobenius_norm(sampler.estimate());
    patterns[index] = is_pattern(target, sampler.estimate());
    return true;
  };
  SamplesOut<N, E> samples_out(request);
  const auto run_chain = [&](std::unique_ptr<AnySampler<N, E>>& sampler, std::int64_t chain) {
    try {
      samples_out.put(chain, run_to_end(*sampler, chain) ? &sampler->estimate() : nullptr);
    } catch (...) {
      samples_out.stop();
      throw;
    }
  };
  const auto make_sampler = [&] { return std::make_unique<AnySampler<N, E>>(entry.make(request.settings)); };
  parallel_for(request.chains, request.threads, make_sampler, run_chain);
  result.seconds = static_cast<double>(now_ns() - start) * 1e-9;
  result.not_converged = statuses.not_converged();
  result.not_finite = statuses.not_finite(result.fro_norms);
  describe_norms(request, patterns, result);
  return result;
}

}  // namespace driftbench
