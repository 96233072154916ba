#include "tools/command_line/reduce.h"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <vector>

#include "kernels/philox.h"
#include "tools/base/table.h"
#include "tools/command_line/findings_command.h"
#include "tools/command_line/not_converged.h"
#include "tools/command_line/results_memory.h"
#include "tools/measurements/not_finite.h"
#include "tools/sizes/results.h"

namespace driftbench {
namespace {

/// A run has this many copies and this many observations at most. Each of the two takes its share of the bits of a
/// chain's number.
constexpr std::int64_t kMaxCopies = 1'000'000;
static_assert(kMaxCopies <= std::int64_t{1} << kReduceBits);
static_assert(std::uint64_t{1} << 2 * kReduceBits <= kRandomAddresses);

/// Returns how often the drift is evaluated: at each observation, and along each copy's chain and at its end.
std::int64_t evaluations(const ReduceRequest& request) {
  const auto& times = request.grid.times;
  const auto steps = times.end() - std::upper_bound(times.begin(), times.end(), static_cast<float>(request.t));
  return request.samples * (1 + request.copies * (steps + 1));
}

class ReduceCommand final : public FindingsCommand {
 public:
  ReduceCommand()
      : FindingsCommand({"reduce", "The sampler as a denoiser: the error of the average of chains from an observation",
                         "", "--n 12 --k 3 --drift exact,spectral --t 4 --copies 16", kLessMemoryForPoints}) {}
  std::vector<OptionGroup> options() override {
    return {drifts_.target_group(),
            drifts_.drift_group(),
            drifts_.run_group(),
            {"Diffusion", {&schedule_.dt, &schedule_.t_end, &schedule_.schedule}},
            {"Measurement", {&times_.t, &times_.t_grid, &copies_, &samples_}},
            output_options()};
  }

 protected:
  AcceptedRun accept(const CompiledSizes& sizes, Outputs&) override {
    ReducePlan plan{drifts_.plan(sizes, quiet()), {}, {}, 0, 0};
    plan.grid = schedule_.grid(plan.size->n(), 1);
    plan.copies = copies_.value();
    plan.samples = samples_.value();
    plan.times = times_.times(plan.size->n());
    check_before_end(plan.times, plan.grid.times);
    drifts_.prepare(plan);
    return [=] { return run_reduce(plan); };
  }

 private:
  DriftOptions drifts_;
  ScheduleOptions schedule_;
  TimeOptions times_;
  IntegerOption copies_{
      "--copies", {1, kMaxCopies}, "256", "Chains from each observation; 1, 4, 16, ... of them are averaged"};
  // A sample is as dear as its copies' diffusions, so that fewer are the default than for mse.
  IntegerOption samples_{"--samples", {2, kMaxCopies}, "100", "Draws of x and of the noise at each t"};
};

}  // namespace

std::unique_ptr<Command> reduce_command() { return std::make_unique<ReduceCommand>(); }

Findings run_reduce(const ReducePlan& plan) {
  const CompiledSize& size = *plan.size;
  Findings findings;
  Table table({{"drift", ""},
               {"t", "signal-to-noise ratio of the observation (y, t) that the chains start from"},
               {"copies", "chains from each observation, to t_end, whose samples are averaged"},
               {"sampler", fmt::format("mse of that average over {} observations", plan.samples)},
               {"+-", "its standard error"},
               {"direct", "mse of the drift at (y, t) itself"},
               {"exact", "mse of the posterior mean, the least possible; - where it would take too long"},
               {"truth-copy", "mean overlap <x, X> of the truth with a copy's sample X"},
               {"+-", "its standard error"},
               {"copy-copy", "mean overlap of two copies' samples; a sampler that is right makes both the same"},
               {"+-", ""}});
  NotConverged not_converged("evaluations");
  MissingEstimates missing;
  ResultsMemory memory = memory_for_points(plan.drifts.size() * plan.times.size() *
                                           (2 + std::bit_width(static_cast<std::uint64_t>(plan.copies)) / 2));
  for_each_drift(plan.drifts, kLessMemoryForPoints, findings, [&](const std::string& drift) {
    for (const double t : plan.times) {
      auto request = request_for<ReduceRequest>(plan.request, drift);
      request.t = t;
      request.copies = plan.copies;
      request.samples = plan.samples;
      request.grid = plan.grid;
      const auto results = size.reduce(request);
      for (const ReduceResult& result : results) {
        memory.use(1);
        findings.results.push_back(to_json(size, request, result));
        table.add_row({drift, fmt::format("{:g}", t), fmt::format("{}", result.copies), fixed(result.sampler.mean, 4),
                       fixed(result.sampler.standard_error, 4), fixed(result.direct.mean, 4),
                       result.exact ? fixed(result.exact->mean, 4) : "-", fixed(result.truth_overlap.mean, 4),
                       fixed(result.truth_overlap.standard_error, 4),
                       result.copy_overlap ? fixed(result.copy_overlap->mean, 4) : "-",
                       result.copy_overlap ? fixed(result.copy_overlap->standard_error, 4) : "-"});
      }
      not_converged.add(drift, results.back().not_converged, evaluations(request));
      missing.add(drift, results.back().not_finite, request.samples, kSamples);
    }
  });
  memory.use_all();
  findings.text = describe_plan(plan) + table.to_string() + not_converged.table_note() + missing.table_note();
  findings.fail(missing.failure());
  return findings;
}

}  // namespace driftbench
