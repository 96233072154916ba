// sample_chains runs the diffusion as a sampler.
#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/drifts/sign_pattern.h"
#include "kernels/gaussian.h"
#include "kernels/leading_eigenvector.h"
#include "runtime/clock.h"
#include "runtime/metrics.h"
#include "runtime/schedule.h"
#include "tools/base/errors.h"
#include "tools/base/parallel.h"
#include "tools/base/progress.h"
#include "tools/drifts/registry.h"
#include "tools/measurements/chain_group.h"
#include "tools/measurements/requests.h"
#include "tools/measurements/statuses.h"

namespace driftbench {

/// A sample within this distance of u u^T counts as that sign pattern.
inline constexpr float kPatternDistance = 0.1f;

/// Returns whether a sample is a K-sparse sign pattern: that of the K largest entries of its vector, or of a full
/// matrix's leading eigenvector.
template <int K, int N>
bool is_sign_pattern(const RankOne<N>& m) {
  RankOne<N> pattern;
  sign_pattern<K>(m.v, pattern);
  return squared_distance(m, pattern) < kPatternDistance * kPatternDistance;
}
template <int K, int N>
bool is_sign_pattern(const SymMatrix<N>& m) {
  RankOne<N> pattern;
  EigenWorkspace<N> workspace;
  Vec<N> v;
  fill_gaussian({}, v);
  if (leading_eigenvector(m, kEigenResidual, 1000, v, workspace).status == Status::kNotFinite) return false;
  sign_pattern<K>(v, pattern);
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

/// Runs chains 0, 1, ... along the request's times and keeps the norm of each one's last estimate. Throws RunError where
/// the drift fails before any chain has ended.
template <int K, int N, class E>
SampleResult sample_chains(const DriftEntry<N, E>& entry, const SampleRequest& request) {
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
  const std::int64_t most = std::min<std::int64_t>(entry.batch(request.settings), request.chains);
  const auto run_chains = [&](ChainGroup<N, E>& group, std::int64_t first, std::int64_t count) {
    const auto begin = static_cast<std::size_t>(first), size = static_cast<std::size_t>(count);
    std::size_t path_point = 0;
    group.start(request.seed, static_cast<std::uint64_t>(first), size);
    for (std::int64_t i = 1; i <= schedule.steps() + 1; ++i) {
      if (!statuses.take(group.evaluate(), first, group.t(), group.y(0))) {
        progress.advance(schedule.steps() - i + 1);
        return;
      }
      if (i > 1 && ((i - 1) % stride == 0 || i > schedule.steps())) {
        for (std::size_t c = 0; c < size && begin + c < result.paths.size(); ++c) {
          result.paths[begin + c][path_point] = frobenius_norm(group.estimate(c));
        }
        ++path_point;
      }
      if (i > schedule.steps()) break;
      if (request.flow) {
        group.flow(schedule.time(i));
      } else {
        group.advance(schedule.time(i));
      }
      progress.advance(count);
    }
    for (std::size_t c = 0; c < size; ++c) {
      result.fro_norms[begin + c] = frobenius_norm(group.estimate(c));
      patterns[begin + c] = is_sign_pattern<K>(group.estimate(c));
    }
  };
  const auto make_group = [&] {
    return ChainGroup<N, E>(entry.make(request.settings), static_cast<std::size_t>(most));
  };
  try {
    parallel_for_groups(request.chains, most, request.threads, make_group, run_chains);
  } catch (const RunError& error) {
    if (std::none_of(result.fro_norms.begin(), result.fro_norms.end(), [](float norm) { return std::isfinite(norm); })) throw;
    result.failure = error.what();
  }
  result.seconds = static_cast<double>(now_ns() - start) * 1e-9;
  result.not_converged = statuses.not_converged();
  result.not_finite = statuses.not_finite(result.fro_norms);
  describe_norms(request, patterns, result);
  return result;
}

}  // namespace driftbench
