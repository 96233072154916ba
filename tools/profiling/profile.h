// The cost of a step: how long each one took and where its time went, under what conditions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runtime/clock.h"
#include "runtime/latency_histogram.h"
#include "tools/machine/conditions.h"
#include "tools/machine/hardware_counters.h"
#include "tools/profiling/step_stream.h"
#include "tools/profiling/step_trace.h"
#include "tools/sizes/diffusion.h"
#include "tools/sizes/experiment.h"

namespace driftbench {

/// Medians of two warm-up rounds of the same steps that are this close are steady.
inline constexpr double kSteady = 0.02;
/// Timing is to cost no more of a step than this; where it would, steps are timed in batches.
inline constexpr double kMaxTimingCost = 0.01;
/// More interruptions than this a step reach into the percentiles that are shown.
inline constexpr double kMaxInterruptionsPerStep = 1e-3;
/// A drift's own phases, by what begins their names in a profile, and which of them ends after each product.
inline constexpr char kDriftPhase[] = "drift.";
inline constexpr char kProductPhase[] = "multiply";

struct ProfileRequest : Request {
  std::int64_t steps = 2000;
  TimeGrid grid;                    ///< two steps or more
  std::uint64_t first_chain = 0;    ///< chains are numbered from it
  std::optional<int> cpu;           ///< that the thread is pinned to
  std::optional<double> period_ns;  ///< from one step's intended start to the next; none: each follows the one before
  std::string isa;                  ///< that the drift is compiled for; empty: the program's own
};
struct PhaseProfile {
  std::string phase;  ///< step, drift, drift.<its own phase>, noise
  LatencyHistogram latency;
};

struct WarmUp {
  std::int64_t steps = 0;  ///< none of which is in the result
  bool steady = false;
  double median_ns = 0;   ///< of a step
  double marking_ns = 0;  ///< by which the phases' readings of the clock lengthen a step: median over the same steps
  double marks = 0;       ///< such readings in a step
};

/// Steps that start on a schedule, whatever the ones before took.
struct OpenLoop {
  double period_ns = 0;
  LatencyHistogram response;  ///< from a step's intended start to its end
  std::int64_t misses = 0;    ///< steps that ended after the next one's intended start
};

/// Where an estimate is not finite, the drift may have stopped early: there are then no times in the profile, and no
/// figures that are made of them.
struct StepProfile {
  /// step first, drift, the drift's own phases, noise last. With a batch of 1 each step is one record. Else a batch is:
  /// the mean of its steps, which the phases share in the proportions of the last of them, less what reading the clock
  /// added to each.
  std::vector<PhaseProfile> phases;
  /// Products with Y, or a matrix of its size, a step; of a drift that has kProductPhase, else empty.
  LatencyHistogram products;
  std::int64_t batch = 1;
  WarmUp warm_up;
  NotFinite not_finite;    ///< steps
  double timing_cost = 0;  ///< part of the steps' time that reading the clock took
  double phase_sum = 0;    ///< mean of drift and noise over that of step
  std::optional<OpenLoop> open_loop;

  int cpu = 0;  ///< where the last step ran
  bool pinned = false;
  std::size_t cores = 0;        ///< physical ones that the process may use, wherever this thread is pinned to
  int workers = 1;              ///< threads of the process that were at work meanwhile, this one included
  std::int64_t migrations = 0;  ///< steps or batches after which the thread was on another CPU than before
  Interruptions interruptions;
  HardwareCounters::Counts counters;  ///< of all steps, what surrounds them included
  std::string counters_missing;       ///< why and what to do about it
  StreamCounts streamed;              ///< of the stream, where there is one
  std::vector<std::string> doubts;    ///< why not to trust the figures; empty where nothing speaks against it
};

/// Why not to trust the figures of a profile of that many steps, by all else that is in it.
std::vector<std::string> find_doubts(const StepProfile& profile, std::int64_t steps);

/// Where steps go besides into the profile. The stream makes each step a batch of its own; the trace sees the last step
/// of each batch.
struct StepOutputs {
  StepStream* stream = nullptr;
  StepTrace* trace = nullptr;
};

/// A diffusion to profile, and what becomes of its steps besides.
struct ProfiledDiffusion {
  Diffusion* diffusion;
  StepOutputs outputs;
};

/// Several diffusions of one drift on this thread, which take turns of some steps, so that a machine that slows down
/// does so for all of them. The first steps of a turn are not timed. Else as profile_steps.
std::vector<StepProfile> profile_in_turns(std::span<const ProfiledDiffusion> subjects, const ProfileRequest& request,
                                          const TickClock& clock);

/// A diffusion on this thread, every step timed; chains follow one another where the steps outlast one. A step
/// allocates nothing. ArgumentError where the request's CPU is not to be had.
StepProfile profile_steps(Diffusion& diffusion, const ProfileRequest& request, const TickClock& clock,
                          const StepOutputs& outputs = {});

/// The same of the experiment's drift that the request names.
StepProfile profile_steps(const Experiment& experiment, const ProfileRequest& request, const StepOutputs& outputs = {});

/// What the phases that a StepTimer saw in the profile are called, by their index.
std::vector<std::string> timed_phases(const StepProfile& profile);

}  // namespace driftbench
