// A profile tells the cost of a step: how long each one took and where its time went, under what conditions.
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
#include "tools/measurements/not_finite.h"
#include "tools/measurements/requests.h"
#include "tools/measurements/time_grid.h"
#include "tools/profiling/step_stream.h"
#include "tools/profiling/step_trace.h"
#include "tools/sizes/compiled_size.h"
#include "tools/sizes/diffusion.h"

namespace driftbench {

/// A warm-up is steady when the medians of two rounds of the same steps differ by no more than this part.
inline constexpr double kSteady = 0.02;
/// Timing is to cost no more of a step than this; where it would, steps are timed in batches.
inline constexpr double kMaxTimingCost = 0.01;
/// Where there are more interruptions a step than this, they reach into the percentiles that are shown.
inline constexpr double kMaxInterruptionsPerStep = 1e-3;
/// In a profile, the names of a drift's own phases begin with kDriftPhase.
inline constexpr char kDriftPhase[] = "drift.";

struct ProfileRequest : Request {
  std::int64_t steps = 0;           ///< steps to time, or batches of steps where one is too short to be timed
  TimeGrid grid;                    ///< it has two steps or more
  std::uint64_t first_chain = 0;    ///< the number of the first chain
  std::optional<int> cpu;           ///< the CPU that the thread is pinned to
  std::optional<double> period_ns;  ///< time between intended starts; without it each step follows the one before
  std::string isa;                  ///< instruction set of the kernels; where empty, the program's own
};
struct PhaseProfile {
  std::string phase;  ///< step, drift, drift.<its own phase>, noise
  LatencyHistogram latency;
  bool is_product = false;  ///< it is the drift's phase of products
  bool is_wait = false;     ///< in it the drift waits for another process
};

struct WarmUp {
  std::int64_t steps = 0;  ///< steps that were made, none of which is in the result
  bool steady = false;
  double median_ns = 0;   ///< median time of a step
  double marking_ns = 0;  ///< median time by which timing the phases lengthens a step
  double marks = 0;       ///< readings of the clock in a step that end a stretch of a phase
};

/// In an open loop, steps start on a schedule, whatever the ones before took.
struct OpenLoop {
  double period_ns = 0;
  LatencyHistogram response;  ///< times from a step's intended start to its end
  std::int64_t misses = 0;    ///< steps that ended after the next one's intended start
};

/// What was measured of one diffusion's steps. Where any estimate is not finite, the drift may have stopped early in
/// that step. The profile then has no times of steps, and no figures that are made of them.
struct StepProfile {
  /// The phases are step, drift, the drift's own phases, and noise, in this order. Where `batch` is 1, each step is one
  /// record. Otherwise each batch is one record, the mean of its steps. The phases share it in the proportions of the
  /// batch's last step, less what reading the clock added to each of them. There are as many records as the request has
  /// steps, numbered from 0.
  std::vector<PhaseProfile> phases;
  /// How many products with Y, or with a matrix of its size, a step made; empty for a drift that does not tell them
  /// apart.
  LatencyHistogram products;
  std::int64_t batch = 1;       ///< the steps of a record, fewer where a chain ends
  std::int64_t steps_made = 0;  ///< the steps of all records
  WarmUp warm_up;
  NotFinite not_finite;    ///< records with an estimate that is not finite
  double timing_cost = 0;  ///< the part of the steps' time that reading the clock took
  double phase_sum = 0;    ///< the mean of drift plus that of noise, over that of step
  std::optional<OpenLoop> open_loop;

  int cpu = 0;  ///< the CPU on which the last step ran
  bool pinned = false;
  std::size_t cores = 0;        ///< physical cores that the process may use, wherever this thread is pinned to
  int workers = 1;              ///< threads of the process that were at work meanwhile, this one included
  std::int64_t migrations = 0;  ///< steps or batches after which the thread was on another CPU than before
  Interruptions interruptions;
  HardwareCounters::Counts counters;  ///< counts over all steps made and what surrounds them
  std::string counters_missing;       ///< why counters are missing and what to do about it; empty where none is
  StreamCounts streamed;              ///< what became of the stream's steps, where there is a stream
  std::vector<std::string> doubts;    ///< why not to trust the figures; empty where nothing speaks against it
};

/// Finds reasons not to trust the figures of a profile with that many records, by all else that is in it.
std::vector<std::string> find_doubts(const StepProfile& profile, std::int64_t steps);

/// Steps go to these outputs besides into the profile. The stream makes each step a batch of its own; the trace sees
/// the last step of each batch.
struct StepOutputs {
  StepStream* stream = nullptr;
  StepTrace* trace = nullptr;
};

/// A diffusion to profile, and where its steps go besides.
struct ProfiledDiffusion {
  Diffusion* diffusion;
  StepOutputs outputs;
};

/// Profiles several diffusions of one drift on this thread. They take turns of some steps, so that a machine that slows
/// down does so for all of them. The first steps of a turn are not timed. All else is as in profile_steps.
std::vector<StepProfile> profile_in_turns(std::span<const ProfiledDiffusion> subjects, const ProfileRequest& request,
                                          const TickClock& clock);

/// Profiles a diffusion on this thread. Chains follow one another where the steps outlast one. A
/// step allocates nothing. Throws ArgumentError where the request's CPU is not to be had.
StepProfile profile_steps(Diffusion& diffusion, const ProfileRequest& request, const TickClock& clock,
                          const StepOutputs& outputs = {});

/// Does the same with the size's drift that the request names.
StepProfile profile_steps(const CompiledSize& size, const ProfileRequest& request, const StepOutputs& outputs = {});

/// Returns the names of the phases that a StepTimer saw in the profile, by their index.
std::vector<std::string> timed_phases(const StepProfile& profile);

}  // namespace driftbench
