// Experiments at one compile-time size.
#pragma once

#include <fmt/core.h>

#include <array>
#include <atomic>
#include <bit>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "kernels/drift.h"
#include "kernels/rank_one.h"
#include "kernels/sym_matrix.h"
#include "runtime/clock.h"
#include "runtime/metrics.h"
#include "runtime/sampler.h"
#include "runtime/schedule.h"
#include "runtime/target.h"
#include "tools/any_drift.h"
#include "tools/errors.h"
#include "tools/experiment.h"
#include "tools/parallel.h"
#include "tools/progress.h"
#include "tools/registry.h"

namespace driftbench {

template <int N, class E>
using AnySampler = Sampler<N, AnyDrift<N, E>>;

/// Counts what may happen, throws at what may not.
inline void check(Status status, std::atomic<std::int64_t>& not_converged, const std::string& drift, std::int64_t chain,
                  float t) {
  if (status == Status::kNotConverged || status == Status::kDiverged) ++not_converged;
  if (status == Status::kNotFinite) {
    throw RunError(fmt::format("{}: chain {} at t = {}: the estimate is not finite", drift, chain, t));
  }
}

/// Chains 0, 1, ... to t_end, the norm of each one's last estimate.
template <int N, class E>
SampleResult sample_chains(const DriftEntry<N, E>& entry, const SampleRequest& request) {
  const UniformSchedule schedule(request.dt, request.t_end);
  SampleResult result;
  result.fro_norms.resize(static_cast<std::size_t>(request.chains));
  result.steps = schedule.steps();
  std::atomic<std::int64_t> not_converged{0};
  Progress progress(fmt::format("{}: sampling", entry.name), request.chains * schedule.steps(), request.quiet);

  const std::uint64_t start = now_ns();
  const auto run_chain = [&](std::unique_ptr<AnySampler<N, E>>& sampler, std::int64_t chain) {
    sampler->start(request.seed, static_cast<std::uint64_t>(chain));
    for (std::int64_t i = 1; i <= schedule.steps(); ++i) {
      check(sampler->step(schedule.time(i)), not_converged, entry.name, chain, sampler->t());
      progress.advance();
    }
    check(sampler->evaluate(), not_converged, entry.name, chain, sampler->t());
    result.fro_norms[static_cast<std::size_t>(chain)] = frobenius_norm(sampler->estimate());
  };
  const auto make_sampler = [&] { return std::make_unique<AnySampler<N, E>>(entry.make(request.settings)); };
  parallel_for(request.chains, request.threads, make_sampler, run_chain);
  result.seconds = static_cast<double>(now_ns() - start) * 1e-9;

  auto sorted = result.fro_norms;
  result.w1_norm = w1_to_target_norm(sorted, request.settings.target_w);
  result.not_converged = not_converged;
  return result;
}

/// What one thread needs to draw, observe and estimate.
template <int N, class E>
struct Denoising {
  explicit Denoising(AnyDrift<N, E> drift_to_use) : drift(std::move(drift_to_use)) {}

  AnyDrift<N, E> drift;
  SymMatrix<N> y{};
  RankOne<N> x{};
  E estimate{};
};

/// Sample i is named by (seed, i, t): the same whatever other samples and times are asked for, and for every drift.
template <int K, int N, class E>
MseResult score_match(const DriftEntry<N, E>& entry, const MseRequest& request) {
  const auto t = static_cast<float>(request.t);
  std::vector<float> errors(static_cast<std::size_t>(request.samples));
  std::atomic<std::int64_t> not_converged{0};
  Progress progress(fmt::format("{}: score matching at t = {:g}", entry.name, t), request.samples, request.quiet);

  const auto run_sample = [&](std::unique_ptr<Denoising<N, E>>& work, std::int64_t i) {
    RandomAddress at{request.seed, Stream::kTarget, static_cast<std::uint64_t>(i), std::bit_cast<std::uint32_t>(t)};
    draw_target<K>(at, static_cast<float>(request.settings.target_w), work->x);
    at.stream = Stream::kNoise;
    observe(work->x, t, at, work->y);
    check(evaluate_drift(work->drift, at, work->y, t, work->estimate), not_converged, entry.name, i, t);
    errors[static_cast<std::size_t>(i)] = squared_distance(work->estimate, work->x);
    progress.advance();
  };
  const auto make_work = [&] { return std::make_unique<Denoising<N, E>>(entry.make(request.settings)); };
  parallel_for(request.samples, request.threads, make_work, run_sample);

  RunningMean mean;
  for (float error : errors) mean.add(error);
  return {mean.mean(), mean.standard_error(), not_converged};
}

/// A diffusion on one thread, every step timed; chains follow one another where the steps outlast one. The schedule has
/// two steps or more.
template <int N, class E>
std::vector<PhaseProfile> profile_steps(const DriftEntry<N, E>& entry, const ProfileRequest& request) {
  const auto sampler = std::make_unique<AnySampler<N, E>>(entry.make(request.settings));
  std::vector<PhaseProfile> phases{{"step", {}}, {"drift", {}}};
  for (const std::string& phase : sampler->drift().phases()) phases.push_back({"drift." + phase, {}});
  phases.push_back({"noise", {}});
  auto &step = phases[0].latency, &drift = phases[1].latency, &noise = phases.back().latency;

  const UniformSchedule schedule(request.dt, request.t_end);
  // Caches, page tables and the CPU's frequency settle.
  const std::int64_t warm_up = 1 + request.steps / 20;
  std::atomic<std::int64_t> not_converged{0};
  Progress progress(fmt::format("{}: timing steps", entry.name), warm_up + request.steps, request.quiet);
  std::int64_t position = schedule.steps();
  std::uint64_t chain = 0;
  for (std::int64_t i = -warm_up; i < request.steps; ++i) {
    if (position == schedule.steps()) {
      sampler->start(request.seed, chain++);
      sampler->advance(schedule.time(1));  // not timed: at t = 0 the drift is 0
      position = 1;
    }
    const bool timed = i >= 0;
    const auto number = static_cast<std::uint64_t>(i);
    const std::uint64_t start = now_ns();
    std::uint64_t last = start;
    const Status status = sampler->evaluate([&](int phase) {
      const std::uint64_t now = now_ns();
      if (timed) phases[2 + static_cast<std::size_t>(phase)].latency.record(now - last, number);
      last = now;
    });
    const std::uint64_t middle = now_ns();
    sampler->advance(schedule.time(++position));
    const std::uint64_t end = now_ns();
    if (timed) {
      step.record(end - start, number);
      drift.record(middle - start, number);
      noise.record(end - middle, number);
    }
    check(status, not_converged, entry.name, static_cast<std::int64_t>(chain) - 1, sampler->t());
    progress.advance();
  }
  return phases;
}

template <int N>
float element(const RankOne<N>& a, int i, int j) {
  return a.scale * (a.v[i] * a.v[j]);
}
template <int N>
float element(const SymMatrix<N>& a, int i, int j) {
  return a(i, j);
}

template <int N, class E>
class SizedDenoiser final : public Denoiser {
 public:
  SizedDenoiser(AnyDrift<N, E> drift, std::uint64_t seed) : drift_(std::move(drift)), seed_(seed) {}

  Status denoise(std::span<float> matrix, int n, float t, std::uint64_t chain) override {
    const auto at = [&](int i, int j) -> float& { return matrix[static_cast<std::size_t>(i) * n + j]; };
    y_.set_zero();
    for (int i = 0; i < n; ++i) {
      for (int j = 0; j <= i; ++j) y_.set(i, j, 0.5f * at(i, j) + 0.5f * at(j, i));
    }
    const Status status = evaluate_drift(drift_, {seed_, Stream::kDrift, chain, 0}, y_, t, estimate_);
    for (int i = 0; i < n; ++i) {
      for (int j = 0; j < n; ++j) at(i, j) = element(estimate_, i, j);
    }
    return status;
  }

 private:
  AnyDrift<N, E> drift_;
  std::uint64_t seed_;
  SymMatrix<N> y_;
  E estimate_{};
};

template <int N, int K>
class SizedExperiment final : public Experiment {
 public:
  int n() const override { return N; }
  int k() const override { return K; }

  std::vector<DriftInfo> drifts() const override {
    std::vector<DriftInfo> infos;
    for (const auto& entry : drift_registry<N, K>()) infos.push_back(info(entry));
    for (const auto& entry : full_drift_registry<N, K>()) infos.push_back(info(entry));
    return infos;
  }
  std::vector<DriftVariant> variants() const override { return drift_variants<N, K>(); }
  DriftInfo drift(const std::string& name) const override {
    return with_drift<N, K>(name, [](const auto& entry) { return info(entry); });
  }
  SampleResult sample(const SampleRequest& request) const override {
    return with_drift<N, K>(request.drift, [&](const auto& entry) { return sample_chains(entry, request); });
  }
  MseResult mse(const MseRequest& request) const override {
    return with_drift<N, K>(request.drift, [&](const auto& entry) { return score_match<K>(entry, request); });
  }
  std::vector<PhaseProfile> profile(const ProfileRequest& request) const override {
    return with_drift<N, K>(request.drift, [&](const auto& entry) { return profile_steps(entry, request); });
  }

  std::unique_ptr<Denoiser> denoiser(const Request& request) const override {
    return with_drift<N, K>(request.drift, [&]<class E>(const DriftEntry<N, E>& entry) -> std::unique_ptr<Denoiser> {
      return std::make_unique<SizedDenoiser<N, E>>(entry.make(request.settings), request.seed);
    });
  }

 private:
  template <class E>
  static DriftInfo info(const DriftEntry<N, E>& entry) {
    return {entry.name, entry.summary, entry.state_bytes, entry.is_variant, entry.needs_weights};
  }
};

}  // namespace driftbench
