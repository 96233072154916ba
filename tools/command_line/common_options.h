// Groups of options that several commands share, with what is read from them.
#pragma once

#include <fmt/core.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/command_line/option.h"
#include "tools/command_line/selection.h"
#include "tools/drifts/drift_settings.h"
#include "tools/drifts/estimator_process.h"
#include "tools/drifts/weights.h"
#include "tools/measurements/requests.h"

namespace driftbench {

/// How many chains, samples and timed steps a run may have. Each of the steps may be a chain of its own.
inline constexpr IntegerRange kChainCounts{1, 1'000'000}, kSampleCounts{2, 100'000'000},
    kStepCounts{1, 1'000'000'000'000};
/// A profile times this many steps, unless told otherwise.
inline constexpr std::int64_t kUsualSteps = 2000;

/// Returns the option that names drifts.
Option drifts_option();
/// Returns the seed that names a run.
Option seed_option();
/// Return how many chains or samples a run has.
IntegerOption chains_option();
IntegerOption samples_option();

/// The options that name the target and its size.
class TargetOptions {
 public:
  OptionGroup group() { return {"Target", {&target, &n, &k, &density, &w}}; }
  /// The same for commands that take all sizes, or those of one k.
  OptionGroup group_of_sizes() { return {"Target", {&target, &k, &density, &w}}; }

  /// Returns what is given of the size.
  GivenSize size() const { return {target.text(), n.given, k.given}; }
  /// Returns the target's settings. Throws where there is no such target, or it has no density and one is given.
  TargetSettings settings(const CompiledSizes& sizes) const;

  Option target{"--target", "TARGET", "one that `driftbench list` shows", "sparse-signs", "The law of x"};
  Option n{"--n", "INT", "one that `driftbench list` shows", kDefaultN, "Dimension of the matrices"};
  Option k{"--k", "INT", "one that `driftbench list` shows beside n", kDefaultK, "Non-zero entries of u"};
  NumberOption density{"--density",
                       {0.001, 1},
                       fmt::format("{:g}", TargetSettings().density),
                       "Of the target signs: the probability of an entry of u to be non-zero"};
  NumberOption w{"--target-w",
                 {0, 1},
                 fmt::format("{:g}", TargetSettings().w),
                 "P(s = 1): the target's weight of non-zero matrices"};
};

/// The options that every run of drifts has.
class RunOptions {
 public:
  /// Reads the file of --weights, where it is given. It is kept as long as this object.
  const WeightsFile* read_weights();
  /// Returns a request with the options' settings, after read_weights(). Its drift is left out.
  Request request(const TargetSettings& target, bool quiet) const;

  Option weights{"--weights", "FILE", "a safetensors file", "", "Weights that the drift gnn needs", true};
  NumberOption lipschitz_constant{
      "--lipschitz-constant", kTimes, fmt::format("{:g}", DriftSettings().lipschitz_constant),
      "C of the drifts lipschitz(D): they average D over noise, and their Lipschitz constant in Y is C/t for the mean "
      "over all noise; the few draws that are averaged can exceed a C far below 100"};
  Option seed = seed_option();
  IntegerOption threads;

  RunOptions();

 private:
  std::optional<WeightsFile> weights_file_;
};

/// What a command measures: drifts at a size, each with a request that is as this one in all that requests share.
struct DriftPlan {
  const CompiledSize* size = nullptr;
  std::vector<std::string> drifts;
  Request request;
};

/// The options of a run of drifts at one size.
class DriftOptions {
 public:
  OptionGroup target_group() { return target_.group(); }
  OptionGroup drift_group() { return {"Drifts", {&drift_, &run_.weights, &run_.lipschitz_constant, &exec_timeout_}}; }
  OptionGroup run_group() { return {"Run", {&run_.seed, &run_.threads}}; }
  /// The same for commands that run on one thread.
  OptionGroup run_group_of_one_thread() { return {"Run", {&run_.seed}}; }

  /// Reads the options. The plan's drifts need this object.
  DriftPlan plan(const CompiledSizes& sizes, bool quiet);
  /// Says where the weights are for another size than that of a plan whose drifts use them, and starts the program that
  /// is a drift. To be called when all options are accepted. Throws ArgumentError where the program does not start.
  void prepare(const DriftPlan& plan);

 private:
  TargetOptions target_;
  Option drift_ = drifts_option();
  NumberOption exec_timeout_{
      "--exec-timeout", {0.001, 1e6}, "60", "Seconds for which a drift exec:COMMAND may be silent"};
  RunOptions run_;
  const WeightsFile* weights_ = nullptr;
  std::optional<EstimatorProcesses> processes_;
};

/// The options that say at which times the steps of a diffusion end.
struct ScheduleOptions {
  Option dt = time_option("--dt", "0.5", "Step of the diffusion");
  Option t_end = time_option("--t-end", "4n", "End of the diffusion");
  Option schedule{"--schedule", "SCHEDULE", kSchedules, "uniform",
                  "Where steps end: after each --dt up to --t-end; at so many times from --dt to --t-end by a constant "
                  "factor; or at these times, whatever --dt and --t-end"};

  TimeGrid grid(int n, int min_steps) const {
    return parse_schedule(schedule.text(), dt.text(), t_end.text(), n, min_steps);
  }
};

/// The options that say at which times a drift is measured.
struct TimeOptions {
  Option t{"--t", "TIMES", "each " + describe_times(), "0.4n,0.8n,1.2n", "Signal-to-noise ratios, separated by commas"};
  Option t_grid{"--t-grid", "GRID", "first:last:step", "", "The same as a grid that has both ends, in place of --t"};

  std::vector<double> times(int n) const;
};

/// Returns what a table says of its target's settings, such as "P(s = 1) = 0.5".
std::string describe_target(const TargetInfo& target, const TargetSettings& settings);
/// Returns the line that every table begins with.
std::string describe_plan(const DriftPlan& plan);

}  // namespace driftbench
