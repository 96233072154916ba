// The cost of a step.
#pragma once

#include <fmt/core.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "runtime/clock.h"
#include "runtime/schedule.h"
#include "tools/chain.h"
#include "tools/experiment.h"
#include "tools/progress.h"
#include "tools/registry.h"

namespace driftbench {

/// A diffusion on one thread, every step timed; chains follow one another where the steps outlast one. The schedule has
/// two steps or more.
template <int N, class E>
std::vector<PhaseProfile> profile_steps(const DriftEntry<N, E>& entry, const ProfileRequest& request) {
  const auto sampler = std::make_unique<AnySampler<N, E>>(entry.make(request.settings));
  std::vector<PhaseProfile> phases{{"step", {}}, {"drift", {}}};
  for (const std::string& phase : sampler->drift().phases()) phases.push_back({"drift." + phase, {}});
  phases.push_back({"noise", {}});
  auto &step = phases[0].latency, &drift = phases[1].latency, &noise = phases.back().latency;

  const GridSchedule schedule(request.grid.times);
  // Caches, page tables and the CPU's frequency settle.
  const std::int64_t warm_up = 1 + request.steps / 20;
  std::atomic<std::int64_t> not_converged{0};
  Progress progress(fmt::format("{}{}: timing steps", request.label, entry.name), warm_up + request.steps,
                    request.quiet);
  std::int64_t position = schedule.steps();
  std::uint64_t chain = request.first_chain;
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

}  // namespace driftbench
