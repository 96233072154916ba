#include "tools/profiling/profile.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "runtime/schedule.h"
#include "runtime/step_timer.h"
#include "tools/base/progress.h"
#include "tools/base/table.h"
#include "tools/machine/optimization.h"

namespace driftbench {
namespace {

/// Where there are several diffusions, each makes its steps in this many turns.
constexpr std::int64_t kTurns = 20;
/// After this many steps a diffusion is at home in the caches again.
constexpr std::int64_t kStepsToReturn = 4;

/// Lets a diffusion go on for ever: where a chain ends, the next one begins.
class EndlessDiffusion {
 public:
  EndlessDiffusion(Diffusion& diffusion, const ProfileRequest& request)
      : diffusion_(diffusion), schedule_(request.grid.times), chain_(request.first_chain) {
    restart(chain_);
  }

  /// Starts the chain and makes its step to t = time(1), in which the drift is 0.
  void restart(std::uint64_t chain) {
    chain_ = chain;
    diffusion_.start(chain_);
    diffusion_.advance(schedule_.time(1));
    position_ = 1;
  }
  /// Goes to the next chain where this one has ended. Returns the steps left in the chain, one at least.
  std::int64_t prepare() {
    if (position_ == schedule_.steps()) restart(chain_ + 1);
    return schedule_.steps() - position_;
  }

  Status step() {
    const Status status = diffusion_.evaluate();
    if (status == Status::kNotFinite) note_overflow();
    diffusion_.advance(schedule_.time(++position_));
    return status;
  }
  /// Times a step. The phases of the timer are the drift's own, or the whole drift as one where it tells none apart,
  /// then the noise.
  Status step(StepTimer& timer) {
    timer.start();
    const Status status = diffusion_.evaluate(timer);
    timer(noise_phase() - 1);
    if (status == Status::kNotFinite) note_overflow();
    diffusion_.advance(schedule_.time(++position_));
    timer(noise_phase());
    return status;
  }
  std::uint64_t chain() const { return chain_; }
  /// Returns where the last step that was kNotFinite had been.
  const Overflow& last_overflow() const { return last_overflow_; }
  int noise_phase() const { return std::max(1, static_cast<int>(diffusion_.phases().size())); }

 private:
  void note_overflow() { last_overflow_ = {static_cast<std::int64_t>(chain_), diffusion_.t(), diffusion_.largest()}; }

  Diffusion& diffusion_;
  GridSchedule schedule_;
  std::uint64_t chain_;
  std::int64_t position_ = 0;
  Overflow last_overflow_;
};

double median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Makes the first steps of a chain again and again, in turn without and with phases, until the medians of two rounds
/// agree or patience ends. As the steps are the same, what still changes from round to round is the machine, and what
/// differs with phases is their timing.
WarmUp settle(EndlessDiffusion& diffusion, const ProfileRequest& request, const TickClock& clock, StepTimer& timer) {
  constexpr double kMaxNs = 1e9;
  const auto steps = static_cast<std::size_t>(std::clamp<std::int64_t>(request.steps / 20, 8, 64));
  const std::int64_t max_rounds = std::clamp<std::int64_t>(request.steps / static_cast<std::int64_t>(2 * steps), 4, 20);
  std::vector<double> plain(steps), least_plain(steps, INFINITY), least_marked(steps, INFINITY);
  WarmUp result;
  const std::uint64_t start = clock.now();
  for (std::int64_t round = 0; round < max_rounds && !result.steady && clock.to_ns(clock.now() - start) < kMaxNs;
       ++round) {
    diffusion.restart(request.first_chain);
    for (std::size_t i = 0; i < steps; ++i) {
      diffusion.prepare();
      const std::uint64_t begin = clock.now();
      diffusion.step();
      plain[i] = clock.to_ns(clock.now() - begin);
      least_plain[i] = std::min(least_plain[i], plain[i]);
    }
    diffusion.restart(request.first_chain);
    result.marks = 0;
    for (double& least : least_marked) {
      diffusion.prepare();
      diffusion.step(timer);
      least = std::min(least, clock.to_ns(timer.ticks()));
      for (int phase = 0; phase <= diffusion.noise_phase(); ++phase) result.marks += timer.marks_in(phase);
    }
    result.marks /= static_cast<double>(steps);
    result.steps += static_cast<std::int64_t>(2 * steps);
    const double before = std::exchange(result.median_ns, median(plain));
    result.steady = round > 0 && std::fabs(result.median_ns - before) <= kSteady * result.median_ns;
  }
  // Each step counts with the least that it took over the rounds: what interrupted it in one is no part of the timing.
  for (std::size_t i = 0; i < steps; ++i) least_marked[i] -= least_plain[i];
  result.marking_ns = median(least_marked);
  return result;
}

/// Lets each open-loop step start at its time and sees how late it ends.
class Pacer {
 public:
  /// Plans the step `first` for now.
  Pacer(OpenLoop& open_loop, const TickClock& clock, std::int64_t first)
      : open_loop_(open_loop),
        clock_(clock),
        first_(first),
        origin_(clock.now()),
        period_(open_loop.period_ns / clock.ns_per_tick) {}

  /// Waits for the step's intended start; returns at once where that has passed. It reads the clock all the while,
  /// because a sleeping thread would wake late.
  void await(std::int64_t step) const {
    while (clock_.now() < intended(step)) continue;
  }
  /// Records a step that ended then, and returns its response time.
  double record(std::int64_t step, std::uint64_t ended) {
    const double response_ns = clock_.to_ns(ended - intended(step));
    open_loop_.response.record(static_cast<std::uint64_t>(std::llround(response_ns)), static_cast<std::uint64_t>(step));
    open_loop_.misses += response_ns > open_loop_.period_ns;
    return response_ns;
  }

 private:
  std::uint64_t intended(std::int64_t step) const {
    return origin_ + static_cast<std::uint64_t>(period_ * static_cast<double>(step - first_));
  }

  OpenLoop& open_loop_;
  const TickClock& clock_;
  std::int64_t first_;
  std::uint64_t origin_;
  double period_;
};

/// Puts the steps' times into the profile's histograms.
class Recorder {
 public:
  Recorder(const std::vector<Phase>& drift_phases, const TickClock& clock, StepProfile& profile)
      : clock_(clock), own_(drift_phases.size()), phases_(profile.phases), products_(profile.products) {
    const auto product = std::find_if(drift_phases.begin(), drift_phases.end(), std::mem_fn(&Phase::is_product));
    if (product != drift_phases.end()) product_phase_ = static_cast<int>(product - drift_phases.begin());
    phases_ = {{"step", {}}, {"drift", {}}};
    for (const Phase& phase : drift_phases)
      phases_.push_back({std::string(kDriftPhase) + phase.name, {}, phase.is_product, phase.is_wait});
    phases_.push_back({"noise", {}});
  }

  /// Records a step of step_ns. Its phases share that time as those of the timer do, less ns_a_mark for each stretch
  /// that a mark ended.
  void record_step(double step_ns, const StepTimer& timer, double ns_a_mark, std::int64_t step) {
    const auto timed = [&](std::size_t phase) {
      const auto index = static_cast<int>(phase);
      return std::max(0.0, clock_.to_ns(timer.ticks_in(index)) - ns_a_mark * timer.marks_in(index));
    };
    const std::size_t noise = std::max<std::size_t>(1, own_);
    double drift = 0;
    for (std::size_t phase = 0; phase < noise; ++phase) drift += timed(phase);
    const double scale = step_ns / std::max(1.0, drift + timed(noise));
    record(0, step_ns, step);
    record(1, scale * drift, step);
    for (std::size_t phase = 0; phase < own_; ++phase) record(2 + phase, scale * timed(phase), step);
    record(2 + own_, scale * timed(noise), step);
    if (product_phase_) {
      products_.record(static_cast<std::uint64_t>(timer.marks_in(*product_phase_)), static_cast<std::uint64_t>(step));
    }
  }

 private:
  void record(std::size_t index, double ns, std::int64_t step) {
    phases_[index].latency.record(static_cast<std::uint64_t>(std::llround(ns)), static_cast<std::uint64_t>(step));
  }

  const TickClock& clock_;
  std::size_t own_;
  std::vector<PhaseProfile>& phases_;
  std::optional<int> product_phase_;
  LatencyHistogram& products_;
};

/// Returns what the marks of a step take: the time by which they lengthen it, and the one reading of the clock that it
/// has without them. The former is limited, because on a busy machine steps differ by more than marks can cost, even
/// with the pipeline drained at each.
double marks_ns(const WarmUp& warm_up, double reading_ns) {
  constexpr double kMostReadingsAMark = 4;
  return std::clamp(warm_up.marking_ns, 0.0, kMostReadingsAMark * warm_up.marks * reading_ns) + reading_ns;
}

/// Returns how many steps a batch needs for the timing to cost no more than kMaxTimingCost.
std::int64_t batch_for(const WarmUp& warm_up, double reading_ns) {
  const double cost_ns = marks_ns(warm_up, reading_ns) + reading_ns;
  return std::max<std::int64_t>(1,
                                std::llround(std::ceil(cost_ns / (kMaxTimingCost * std::max(1.0, warm_up.median_ns)))));
}

/// Times a diffusion's steps, in one stretch of them or in several.
class Profiler {
 public:
  /// Warms up. `workers` threads of the process, this one included, are at work on `cores` physical cores.
  Profiler(Diffusion& diffusion, const ProfileRequest& request, const TickClock& clock, const StepOutputs& outputs,
           std::size_t cores, int workers)
      : diffusion_(diffusion),
        request_(request),
        clock_(clock),
        outputs_(outputs),
        endless_(diffusion, request),
        timer_(clock),
        reading_ns_(measure_clock(clock).overhead_ns) {
    profile_.pinned = request.cpu.has_value();
    profile_.cores = cores;
    profile_.workers = workers;
    profile_.counters_missing = counters_.missing();
    profile_.warm_up = settle(endless_, request, clock, timer_);
    if (!request.period_ns && outputs.stream == nullptr) profile_.batch = batch_for(profile_.warm_up, reading_ns_);
    if (request.period_ns) profile_.open_loop.emplace().period_ns = *request.period_ns;
    recorder_.emplace(diffusion.phases(), clock, profile_);
    endless_.restart(request.first_chain);
  }

  /// Makes steps that are not timed, such as those that find the caches full of something else.
  void skip(std::int64_t steps) {
    for (std::int64_t i = 0; i < steps; ++i) {
      endless_.prepare();
      endless_.step();
    }
  }

  /// Makes records until there are `end` of them. Where steps have a period, the first one of this stretch is planned
  /// for now.
  void run_until(std::int64_t end, Progress& progress) {
    profile_.cpu = current_cpu();
    const Interruptions before = Interruptions::so_far();
    counters_.start();
    std::optional<Pacer> pacer;
    if (profile_.open_loop) pacer.emplace(*profile_.open_loop, clock_, records_);
    for (; records_ < end; ++records_) {
      make_record(pacer);
      const int cpu_before = std::exchange(profile_.cpu, current_cpu());
      profile_.migrations += profile_.cpu != cpu_before;
      progress.advance(1);
    }
    add(counters_.stop(), profile_.counters);
    profile_.interruptions += Interruptions::so_far() - before;
  }

  StepProfile finish() {
    if (outputs_.stream != nullptr) profile_.streamed = outputs_.stream->finish();
    const double timing_ns = marks_ns(profile_.warm_up, reading_ns_) + (profile_.batch > 1 ? reading_ns_ : 0);
    profile_.timing_cost = timing_ns * static_cast<double>(records_) / total_ns_;
    const auto mean_of = [](const PhaseProfile& phase) { return phase.latency.mean(); };
    profile_.phase_sum = (mean_of(profile_.phases[1]) + mean_of(profile_.phases.back())) / mean_of(profile_.phases[0]);
    profile_.doubts = find_doubts(profile_, request_.steps);
    if (profile_.not_finite.count > 0) forget_times();
    return std::move(profile_);
  }

 private:
  /// Times a step, or a batch of steps that ends with the chain at the latest, and records it.
  void make_record(std::optional<Pacer>& pacer) {
    const std::int64_t size = std::min(profile_.batch, endless_.prepare());
    std::optional<Overflow> overflow;  // the first of the record
    const auto take = [&](Status status) {
      if (status == Status::kNotFinite && !overflow) overflow = endless_.last_overflow();
      return status;
    };
    if (pacer) pacer->await(records_);
    const std::uint64_t start = clock_.now();
    for (std::int64_t i = 1; i < size; ++i) take(endless_.step());
    const Status status = take(endless_.step(timer_));
    profile_.steps_made += size;
    if (overflow && profile_.not_finite.count++ == 0) profile_.not_finite.first = *overflow;
    const double ns = clock_.to_ns(timer_.ended() - (size > 1 ? start : timer_.started()));
    total_ns_ += ns;
    const double ns_a_mark =
        profile_.batch > 1 ? marks_ns(profile_.warm_up, reading_ns_) / profile_.warm_up.marks : 0.0;
    recorder_->record_step(ns / static_cast<double>(size), timer_, ns_a_mark, records_);
    std::optional<double> response_ns;
    if (pacer) response_ns = pacer->record(records_, timer_.ended());
    put_out(status, ns, response_ns);
  }

  /// Hands the last step on to the trace and the stream.
  void put_out(Status status, double ns, std::optional<double> response_ns) {
    if (outputs_.trace != nullptr) outputs_.trace->record(timer_, records_, diffusion_.t());
    if (outputs_.stream == nullptr) return;
    const double noise_ns = clock_.to_ns(timer_.ticks_in(endless_.noise_phase()));
    const float norm = status == Status::kNotFinite ? kUnknownFloat : diffusion_.norm();
    outputs_.stream->put({records_, endless_.chain(), diffusion_.t(), norm, ns, ns - noise_ns, noise_ns, response_ns},
                         diffusion_);
  }

  void forget_times() {
    for (PhaseProfile& phase : profile_.phases) phase.latency = {};
    if (profile_.open_loop) profile_.open_loop->response = {};
    profile_.products = {};
    profile_.timing_cost = profile_.phase_sum = kUnknown;
  }

  /// Adds the counts to the sums. A sum is missing where its count is.
  void add(const HardwareCounters::Counts& counts, HardwareCounters::Counts& sums) const {
    for (std::size_t i = 0; i < counts.size(); ++i) {
      sums[i] = counts[i] ? std::optional(*counts[i] + sums[i].value_or(0)) : std::nullopt;
    }
  }

  Diffusion& diffusion_;
  const ProfileRequest& request_;
  const TickClock& clock_;
  StepOutputs outputs_;
  HardwareCounters counters_;
  EndlessDiffusion endless_;
  StepTimer timer_;
  double reading_ns_;
  StepProfile profile_;
  std::optional<Recorder> recorder_;
  std::int64_t records_ = 0;
  double total_ns_ = 0;
};

}  // namespace

std::vector<std::string> find_doubts(const StepProfile& profile, std::int64_t steps) {
  std::vector<std::string> doubts;
  const auto doubt = [&](bool is_one, auto say) {
    if (is_one) doubts.push_back(say());
  };
  const auto often = [&](std::int64_t count) {
    return static_cast<double>(count) > kMaxInterruptionsPerStep * static_cast<double>(steps);
  };
  const Interruptions& interruptions = profile.interruptions;
  const std::int64_t switches = interruptions.involuntary_switches + interruptions.voluntary_switches;
  const std::int64_t faults = interruptions.minor_faults + interruptions.major_faults;
  doubt(!is_timed_code_optimized(), [] { return std::string("this build is not optimized"); });
  doubt(profile.not_finite.count > 0, [&] {
    return fmt::format("{} of {} steps have no finite estimate, and may have ended early", profile.not_finite.count,
                       steps);
  });
  doubt(static_cast<std::size_t>(profile.workers) > profile.cores, [&] {
    return fmt::format("the steps and the stream's writer share a physical core: {} threads at work on {}",
                       profile.workers, profile.cores);
  });
  doubt(!profile.warm_up.steady, [&] {
    return fmt::format("the median step did not settle to {:g} % in {} steps of warm-up", 100 * kSteady,
                       profile.warm_up.steps);
  });
  doubt(profile.migrations > 0,
        [&] { return fmt::format("the thread changed its CPU {} times; --cpu pins it", profile.migrations); });
  // A drift that waits for another process leaves its CPU to that one in each step, and means to.
  const bool waits = std::any_of(profile.phases.begin(), profile.phases.end(), std::mem_fn(&PhaseProfile::is_wait));
  doubt(often(switches) && !waits, [&] { return fmt::format("{} context switches in {} steps", switches, steps); });
  doubt(often(faults), [&] { return fmt::format("{} page faults in {} steps", faults, steps); });
  doubt(!(profile.timing_cost <= 2 * kMaxTimingCost),
        [&] { return fmt::format("reading the clock took {} % of the time", fixed(100 * profile.timing_cost, 1)); });
  doubt(!(std::fabs(profile.phase_sum - 1) <= 0.02),
        [&] { return fmt::format("the phases add up to {} % of the step", fixed(100 * profile.phase_sum, 1)); });
  return doubts;
}

std::vector<StepProfile> profile_in_turns(std::span<const ProfiledDiffusion> subjects, const ProfileRequest& request,
                                          const TickClock& clock) {
  int workers = 1;
  for (const ProfiledDiffusion& subject : subjects) {
    if (subject.outputs.stream == nullptr) continue;
    // The stream starts before this thread is pinned, so that its writer is not pinned.
    subject.outputs.stream->start(*subject.diffusion);
    ++workers;
  }
  const std::size_t cores = physical_cores(allowed_cpus());
  std::optional<PinnedThread> pin;
  if (request.cpu) pin.emplace(*request.cpu);
  const auto count = static_cast<std::int64_t>(subjects.size());
  Progress progress(fmt::format("{}{}: timing steps", request.label, request.drift), request.steps * count,
                    request.quiet);

  std::deque<Profiler> profilers;
  for (const ProfiledDiffusion& subject : subjects)
    profilers.emplace_back(*subject.diffusion, request, clock, subject.outputs, cores, workers);
  const std::int64_t turns = count > 1 ? std::min(kTurns, request.steps) : 1;
  for (std::int64_t turn = 1; turn <= turns; ++turn) {
    for (Profiler& profiler : profilers) {
      if (count > 1) profiler.skip(kStepsToReturn);
      profiler.run_until(request.steps * turn / turns, progress);
    }
  }
  std::vector<StepProfile> profiles;
  for (Profiler& profiler : profilers) profiles.push_back(profiler.finish());
  return profiles;
}

StepProfile profile_steps(Diffusion& diffusion, const ProfileRequest& request, const TickClock& clock,
                          const StepOutputs& outputs) {
  const ProfiledDiffusion subject{&diffusion, outputs};
  return std::move(profile_in_turns({&subject, 1}, request, clock).front());
}

StepProfile profile_steps(const CompiledSize& size, const ProfileRequest& request, const StepOutputs& outputs) {
  return profile_steps(*size.diffusion(request), request, tick_clock(), outputs);
}

std::vector<std::string> timed_phases(const StepProfile& profile) {
  std::vector<std::string> names;
  for (const PhaseProfile& phase : profile.phases) {
    if (phase.phase.starts_with(kDriftPhase)) names.push_back(phase.phase.substr(sizeof kDriftPhase - 1));
  }
  if (names.empty()) names.emplace_back("drift");
  names.emplace_back("noise");
  return names;
}

}  // namespace driftbench
