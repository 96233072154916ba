#include "tools/command_line/profile.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "runtime/clock.h"
#include "tools/base/errors.h"
#include "tools/base/outputs.h"
#include "tools/base/quote.h"
#include "tools/base/table.h"
#include "tools/command_line/findings_command.h"
#include "tools/machine/conditions.h"
#include "tools/measurements/not_finite.h"
#include "tools/profiling/profile.h"
#include "tools/profiling/profile_results.h"
#include "tools/sizes/diffusion.h"

namespace driftbench {
namespace {

constexpr char kLessMemoryForProfile[] = "lower --n, or give fewer drifts";

double parse_period(const std::string& text) {
  const double period_ns = parse_duration_ns("--period", text);
  const double resolution_ns = measure_clock(tick_clock()).resolution_ns;
  if (period_ns < resolution_ns) {
    throw ArgumentError(fmt::format("--period: {} is not possible; give at least the clock's resolution of {:.3g} ns",
                                    in_quotes(text), resolution_ns));
  }
  return period_ns;
}

/// Returns one request, or one for each instruction set.
std::vector<ProfileRequest> profile_requests(const ProfilePlan& plan, const std::string& drift) {
  auto request = request_for<ProfileRequest>(plan.request, drift);
  request.steps = plan.steps;
  request.grid = plan.grid;
  request.cpu = plan.cpu;
  request.period_ns = plan.period_ns;
  std::vector<ProfileRequest> requests(std::max<std::size_t>(1, plan.isas.size()), request);
  for (std::size_t i = 0; i < plan.isas.size(); ++i) requests[i].isa = plan.isas[i].name;
  return requests;
}

std::vector<StepProfile> profile_drift(const ProfilePlan& plan, const std::vector<ProfileRequest>& requests,
                                       ProfileFiles& files) {
  std::vector<std::unique_ptr<Diffusion>> diffusions;
  std::vector<ProfiledDiffusion> subjects;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    diffusions.push_back(plan.isas.empty() ? plan.size->diffusion(requests[i])
                                           : make_diffusion(plan.isas[i], *plan.size, requests[i]));
    subjects.push_back({diffusions.back().get(), files.begin(subject_name(requests[i]))});
  }
  return profile_in_turns(subjects, requests.front(), tick_clock());
}

double median_or_unknown(const LatencyHistogram& latency) {
  return latency.count() > 0 ? latency.quantile(0.5) : kUnknown;
}

std::string if_timed(const LatencyHistogram& latency, double nanoseconds) {
  return latency.count() > 0 ? microseconds(nanoseconds) : "-";
}

/// Adds a row for each phase. Where `first` is given, the row has the ratio of its median to that of `first`.
void add_rows(Table& table, const CompiledSize& size, const ProfileRequest& request, const StepProfile& profile,
              const StepProfile* first) {
  const auto add_row = [&](const std::string& phase, const LatencyHistogram& latency,
                           const LatencyHistogram* of_first) {
    const bool whole = phase == "step";
    std::vector<std::string> row{whole ? subject_name(request) : "",
                                 phase,
                                 if_timed(latency, latency.mean()),
                                 quantile_microseconds(latency, 0.5),
                                 quantile_microseconds(latency, 0.9),
                                 quantile_microseconds(latency, 0.99),
                                 quantile_microseconds(latency, 0.999),
                                 if_timed(latency, static_cast<double>(latency.max())),
                                 latency.count() > 0 ? fmt::format("{}", latency.max_step()) : "-",
                                 whole ? kibibytes(size.drift(request.drift).state_bytes) : ""};
    if (of_first != nullptr) row.push_back(fixed(median_or_unknown(latency) / median_or_unknown(*of_first), 2));
    table.add_row(std::move(row));
  };
  for (std::size_t phase = 0; phase < profile.phases.size(); ++phase) {
    add_row(profile.phases[phase].phase, profile.phases[phase].latency,
            first != nullptr ? &first->phases[phase].latency : nullptr);
  }
  if (profile.open_loop) {
    add_row("response", profile.open_loop->response, first != nullptr ? &first->open_loop->response : nullptr);
  }
}

std::string phase_meaning(const ProfilePlan& plan) {
  return fmt::format(
      "step is drift and noise; drift.x are the drift's own; noise is the Euler-Maruyama update, which adds the noise "
      "as it makes it: the two have no times of their own{}",
      plan.period_ns ? "; step is the time in service, response that from the intended start" : "");
}

class ProfileCommand final : public FindingsCommand {
 public:
  ProfileCommand()
      : FindingsCommand({"profile", "Time every step of the diffusion and the phases inside it", "",
                         "--n 32 --k 4 --drift power --steps 20000", kLessMemoryForProfile}) {}
  std::vector<OptionGroup> options() override {
    return {drifts_.target_group(),
            drifts_.drift_group(),
            drifts_.run_group_of_one_thread(),
            {"Diffusion", {&schedule_.dt, &schedule_.t_end}},
            {"Timing", {&steps_, &cpu_, &isa_, &period_}},
            {"Files of steps", {&hgrm_, &trace_, &stream_, &stream_format_, &stream_policy_}},
            output_options()};
  }

 protected:
  AcceptedRun accept(const CompiledSizes& sizes, Outputs& outputs) override {
    ProfilePlan plan{drifts_.plan(sizes, quiet()), {}, 0, {}, {}, {}, {}};
    plan.grid = schedule_.grid(plan.size->n(), 2);
    plan.steps = steps_.value();
    if (cpu_.given) {
      plan.cpu = static_cast<int>(cpu_.value());
      const PinnedThread trial(*plan.cpu);
    }
    if (period_.given) plan.period_ns = parse_period(*period_.given);
    if (isa_.given) plan.isas = parse_instruction_sets(*isa_.given, instruction_sets());
    if (isa_.given && stream_.given) {
      throw ArgumentError("--isa and --stream: not possible together: instruction sets take turns; give one");
    }
    plan.outputs = profile_outputs(plan.drifts.size());
    drifts_.prepare(plan);
    const auto files =
        std::make_shared<ProfileFiles>(plan.outputs, profile_subjects(plan), plan.period_ns.has_value(), outputs);
    return [=] { return run_profile(plan, *files); };
  }

 private:
  ProfileOutputs profile_outputs(std::size_t drifts) const {
    const auto choice = [&](const ChoiceOption& option) {
      const std::size_t chosen = option.value();
      if (option.given && !stream_.given) {
        throw ArgumentError(fmt::format("{}: \"{}\" has no effect without --stream; give both, or neither", option.name,
                                        *option.given));
      }
      return chosen;
    };
    ProfileOutputs outputs{hgrm_.given, trace_.given, stream_.given, {}, {}};
    outputs.format = choice(stream_format_) == 0 ? StreamFormat::kJson : StreamFormat::kFloat32;
    outputs.policy = choice(stream_policy_) == 0 ? StreamPolicy::kWait : StreamPolicy::kDrop;
    if (outputs.stream && outputs.format == StreamFormat::kFloat32 && drifts > 1) {
      throw ArgumentError(
          "--stream-format: \"float32\" is not possible for several drifts, which nothing would tell apart; "
          "give one --drift, or json");
    }
    return outputs;
  }

  DriftOptions drifts_;
  ScheduleOptions schedule_;
  IntegerOption steps_{"--steps", kStepCounts, std::to_string(kUsualSteps), "Steps to time"};
  IntegerOption cpu_{"--cpu", {0, 1'000'000}, "", "Run on this CPU alone"};
  Option isa_{"--isa", "SETS", "some of sse2, avx2 and avx512, separated by commas", "",
              "Instruction sets to compare, in turns, in place of the one that the program was built for"};
  Option period_{"--period", "DURATION", describe_durations(), "",
                 "Open loop: start a step at this period, whatever the step before took, and time it from its planned "
                 "start"};
  Option hgrm_{"--hgrm", "NAME", "the beginning of a path", "",
               "Write the distribution of each drift's steps in HdrHistogram's text form to NAME.DRIFT.step.hgrm"};
  Option trace_{"--trace", "FILE", kFilePipeOrStdout, "",
                "Write the phases of the first and the slowest steps, for Perfetto or chrome://tracing"};
  Option stream_{"--stream", "FILE", kFilePipeOrStdout, "", "Write every step while the next ones are timed"};
  ChoiceOption stream_format_{"--stream-format",
                              {"json", "float32"},
                              "A line a step, or the estimate's numbers after each step and nothing else"};
  ChoiceOption stream_policy_{"--stream-policy",
                              {"wait", "drop"},
                              "What becomes of steps where the reader is slow: wait for it, or drop them and count"};
};

}  // namespace

std::string quantile_microseconds(const LatencyHistogram& latency, double q) {
  return supported(latency, q) ? microseconds(latency.quantile(q)) : "-";
}

std::unique_ptr<Command> profile_command() { return std::make_unique<ProfileCommand>(); }

std::vector<std::string> profile_subjects(const ProfilePlan& plan) {
  std::vector<std::string> subjects;
  for (const std::string& drift : plan.drifts) {
    for (const ProfileRequest& request : profile_requests(plan, drift)) subjects.push_back(subject_name(request));
  }
  return subjects;
}

Findings run_profile(const ProfilePlan& plan, ProfileFiles& files) {
  const CompiledSize& size = *plan.size;
  Findings findings;
  std::vector<Column> columns{{"drift", plan.isas.empty() ? "" : "@ the instruction set of its kernels"},
                              {"phase", phase_meaning(plan)},
                              {"mean us", "microseconds"},
                              {"p50", "half of the steps took no longer, to 0.8 %"},
                              {"p90", ""},
                              {"p99", "- where fewer than ten steps lie beyond a percentile"},
                              {"p99.9", ""},
                              {"max", fmt::format("maximum observed in {} steps", plan.steps)},
                              {"at step", "the step that the maximum came from"},
                              {"KiB", "state: matrix, estimate and the drift's workspace; a step allocates nothing"}};
  if (plan.isas.size() > 1) columns.push_back({"ratio", "p50 over that with the first of the instruction sets"});
  Table table(std::move(columns));
  MissingEstimates missing;
  std::string runs;
  for_each_drift(plan.drifts, kLessMemoryForProfile, findings, [&](const std::string& drift) {
    const std::vector<ProfileRequest> requests = profile_requests(plan, drift);
    const std::vector<StepProfile> profiles = profile_drift(plan, requests, files);
    for (std::size_t i = 0; i < requests.size(); ++i) {
      const StepProfile& profile = profiles[i];
      files.add(subject_name(requests[i]), profile);
      add_rows(table, size, requests[i], profile, profiles.size() > 1 ? &profiles.front() : nullptr);
      const auto results = to_json(size, requests[i], profile);
      findings.results.insert(findings.results.end(), results.begin(), results.end());
      missing.add(subject_name(requests[i]), profile.not_finite, requests[i].steps, kSteps);
      runs += describe_run(requests[i], profile);
    }
  });
  findings.text = describe_plan(plan) +
                  fmt::format("{} steps of {:g} on one thread, restarted at t = {:g}\n\n", plan.steps, *plan.grid.dt,
                              plan.grid.t_end) +
                  fmt::format("{}\n{}", table.to_string(), runs) + missing.table_note();
  files.finish(/*complete=*/!findings.failure);
  findings.fail(missing.failure());
  findings.fail(files.loss());
  return findings;
}

}  // namespace driftbench
