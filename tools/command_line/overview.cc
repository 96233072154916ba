#include "tools/command_line/overview.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <string>
#include <utility>

#include "tools/base/outputs.h"
#include "tools/base/table.h"
#include "tools/command_line/findings_command.h"
#include "tools/command_line/not_converged.h"
#include "tools/command_line/profile.h"
#include "tools/command_line/sample.h"
#include "tools/measurements/not_finite.h"
#include "tools/profiling/profile.h"
#include "tools/profiling/profile_results.h"
#include "tools/sizes/results.h"

namespace driftbench {
namespace {

constexpr char kLessMemoryForOverview[] = "lower --threads or --n";

// The table has the percentile p99 where ten of the timed steps are beyond it.
static_assert(kUsualSteps / 100 >= 10);

/// The first of the columns of errors.
constexpr std::size_t kFirstErrorColumn = 5;

class OverviewCommand final : public FindingsCommand {
 public:
  OverviewCommand()
      : FindingsCommand({"",
                         "Measures what the drift of a denoising diffusion costs, how well it denoises and what its "
                         "samples look like.\nWithout a subcommand it does all three for every drift, in a minute at "
                         "most on two cores.",
                         "`driftbench SUBCOMMAND --help` shows the options of a subcommand, with an example.",
                         "--n 32 --k 4 --drift spectral,amp", kLessMemoryForOverview}) {}
  std::vector<OptionGroup> options() override {
    return {drifts_.target_group(), drifts_.drift_group(), drifts_.run_group(), output_options()};
  }

 protected:
  AcceptedRun accept(const CompiledSizes& sizes, Outputs& outputs) override {
    OverviewPlan plan{drifts_.plan(sizes, quiet()), {},         {}, chains_option().value(),
                      samples_option().value(),     kUsualSteps};
    plan.grid = ScheduleOptions().grid(plan.size->n(), 2);
    plan.times = TimeOptions().times(plan.size->n());
    drifts_.prepare(plan);
    return [=, &outputs] { return run_overview(plan, [&](std::string_view text) { outputs.print_so_far(text); }); };
  }

 private:
  DriftOptions drifts_;
};

/// Returns the table's columns. As rows are shown before the next ones are known, the columns have fixed widths.
std::vector<Column> overview_columns(const OverviewPlan& plan) {
  // A step of a second and an error of a thousand have room.
  constexpr std::size_t kTimeWidth = 9, kNoiseWidth = 8, kErrorWidth = 8, kFractionWidth = 7, kDistanceWidth = 5;
  std::size_t name_width = 0, memory_width = 0;
  for (const std::string& drift : plan.drifts) {
    name_width = std::max(name_width, drift.size());
    memory_width = std::max(memory_width, kibibytes(plan.size->drift(drift).state_bytes).size());
  }
  std::vector<Column> columns{
      {"drift", "what stands for m in dY = m(Y, t) dt + dW; `driftbench list` defines them", name_width},
      {"step us", "median time of one step, drift and noise, in microseconds on one core", kTimeWidth},
      {"p99", fmt::format("99 of 100 steps took no longer, of {}", plan.steps), kTimeWidth},
      {"noise us", "the part of a step that makes the noise and updates Y, the same for every drift", kNoiseWidth},
      {"KiB", "memory that a chain needs, all told", memory_width}};
  for (const double t : plan.times) {
    columns.push_back({fmt::format("mse {:.3g}n", t / plan.size->n()), "", kErrorWidth});
  }
  const double target_w = plan.request.settings.target.w;
  columns.push_back({"nonzero", nonzero_meaning(plan.chains, target_w), kFractionWidth});
  columns.push_back({"W1", w1_meaning(plan.chains, target_w), kDistanceWidth});
  return columns;
}

/// Measures one drift after another for the overview's table.
class Overview {
 public:
  explicit Overview(const OverviewPlan& plan) : plan_(plan), table_(overview_columns(plan)) {}

  /// Measures a drift, adds the results, and then its row.
  void measure(const std::string& drift, Findings& findings) {
    std::vector<std::string> row{drift};
    add_profile(drift, findings, row);
    for (const double t : plan_.times) add_error(drift, t, findings, row);
    add_samples(drift, findings, row);
    table_.add_row(std::move(row));
  }

  /// Returns the text up to the last row.
  std::string text_so_far() const { return describe_plan(plan_) + table_.lines(); }

  /// Sets the text and the failures of findings to which no results will be added.
  void finish(Findings& findings) {
    table_.explain(kFirstErrorColumn + plan_.times.size() - 1,
                   fmt::format("and before it: the drift as a denoiser, mean of ||m(y_t, t) - x||_F^2 at that t, to +- "
                               "{}; the drift 0 has {:g}",
                               fixed(largest_error_, 3), plan_.request.settings.target.w));
    findings.text = describe_plan(plan_) + table_.to_string() + not_converged_.table_note() + missing_.table_note();
    findings.fail(missing_.failure());
  }

 private:
  void add_profile(const std::string& drift, Findings& findings, std::vector<std::string>& row) {
    auto request = request_for<ProfileRequest>(plan_.request, drift);
    request.steps = plan_.steps;
    request.grid = plan_.grid;
    const StepProfile profile = profile_steps(*plan_.size, request);
    const auto results = to_json(*plan_.size, request, profile);
    findings.results.insert(findings.results.end(), results.begin(), results.end());
    missing_.add(drift, profile.not_finite, request.steps, kSteps);
    const LatencyHistogram &step = profile.phases.front().latency, &noise = profile.phases.back().latency;
    row.push_back(quantile_microseconds(step, 0.5));
    row.push_back(quantile_microseconds(step, 0.99));
    row.push_back(quantile_microseconds(noise, 0.5));
    row.push_back(kibibytes(plan_.size->drift(drift).state_bytes));
  }

  void add_error(const std::string& drift, double t, Findings& findings, std::vector<std::string>& row) {
    auto request = request_for<MseRequest>(plan_.request, drift);
    request.t = t;
    request.samples = plan_.samples;
    const MseResult result = plan_.size->mse(request);
    findings.results.push_back(to_json(*plan_.size, request, result));
    row.push_back(fixed(result.mse, 3));
    largest_error_ = std::fmax(largest_error_, result.standard_error);  // leaves out those that are unknown
    not_converged_.add(drift, result.not_converged, request.samples);
    missing_.add(drift, result.not_finite, request.samples, kSamples);
  }

  void add_samples(const std::string& drift, Findings& findings, std::vector<std::string>& row) {
    auto request = request_for<SampleRequest>(plan_.request, drift);
    request.chains = plan_.chains;
    request.grid = plan_.grid;
    const SampleResult samples = plan_.size->sample(request);
    findings.results.push_back(to_json(*plan_.size, request, samples));
    row.push_back(fixed(samples.nonzero_fraction, 2));
    row.push_back(fixed(samples.w1_norm, 3));
    not_converged_.add(drift, samples.not_converged, request.chains * std::ssize(request.grid.times));
    missing_.add(drift, samples.not_finite, request.chains, kChains);
  }

  const OverviewPlan& plan_;
  Table table_;
  NotConverged not_converged_{"estimates"};
  MissingEstimates missing_;
  double largest_error_ = kUnknown;
};

}  // namespace

std::unique_ptr<Command> overview_command() { return std::make_unique<OverviewCommand>(); }

Findings run_overview(const OverviewPlan& plan, const ShowSoFar& show) {
  Findings findings;
  Overview overview(plan);
  for_each_drift(plan.drifts, kLessMemoryForOverview, findings, [&](const std::string& drift) {
    overview.measure(drift, findings);
    show(overview.text_so_far());
  });
  overview.finish(findings);
  return findings;
}

}  // namespace driftbench
