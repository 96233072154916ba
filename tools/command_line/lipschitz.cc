#include "tools/command_line/lipschitz.h"

#include <fmt/core.h>

#include <vector>

#include "tools/base/table.h"
#include "tools/command_line/findings_command.h"
#include "tools/command_line/not_converged.h"
#include "tools/command_line/results_memory.h"
#include "tools/measurements/not_finite.h"
#include "tools/sizes/results.h"

namespace driftbench {
namespace {

class LipschitzCommand final : public FindingsCommand {
 public:
  LipschitzCommand()
      : FindingsCommand({"lipschitz", "How fast a drift moves with Y: lower bounds on its Lipschitz constant times t",
                         "", "--n 32 --k 4 --drift 'ungated,lipschitz(ungated)' --t 0.8n", kLessMemoryForPoints}) {}
  std::vector<OptionGroup> options() override {
    return {drifts_.drift_group(),
            drifts_.run_group(),
            {"Measurement", {&times_.t, &times_.t_grid, &samples_}},
            output_options()};
  }

 protected:
  Work accept(const CompiledSizes& sizes, Outputs&) override {
    LipschitzPlan plan{drifts_.plan(sizes, quiet()), {}, samples_.value()};
    plan.times = times_.times(plan.size->n());
    drifts_.prepare(plan);
    return [=] { return run_lipschitz(plan); };
  }

 private:
  DriftOptions drifts_;
  TimeOptions times_;
  // An observation takes some ten estimates, so that fewer are the default than for mse.
  IntegerOption samples_{"--samples", kSampleCounts, "20", "Observations to differentiate the drift at"};
};

}  // namespace

std::unique_ptr<Command> lipschitz_command() { return std::make_unique<LipschitzCommand>(); }

Findings run_lipschitz(const LipschitzPlan& plan) {
  const CompiledSize& size = *plan.size;
  Findings findings;
  Table table({{"drift", ""},
               {"t", "signal-to-noise ratio of the observations"},
               {"t/n", ""},
               {"random", "largest t ||m(Y + H) - m(Y)|| / ||H|| in random directions H"},
               {"power", fmt::format("the largest that the power method finds; both are lower bounds on the Lipschitz "
                                     "constant times t, at {} observations, with ||H|| = {:g} t",
                                     plan.samples, kJacobianStep)},
               {"median", "over the observations, of what the power method finds at each"}});
  NotConverged not_converged("observations");
  MissingEstimates missing;
  ResultsMemory memory = memory_for_points(plan.drifts.size() * plan.times.size());
  for_each_drift(plan.drifts, kLessMemoryForPoints, findings, [&](const std::string& drift) {
    for (const double t : plan.times) {
      auto request = request_for<LipschitzRequest>(plan.request, drift);
      request.t = t;
      request.samples = plan.samples;
      const LipschitzResult result = size.lipschitz(request);
      memory.use(1);
      findings.results.push_back(to_json(size, request, result));
      table.add_row({drift, fmt::format("{:g}", t), fmt::format("{:.3g}", t / plan.size->n()),
                     general(result.largest_random, 3), general(result.largest_power, 3),
                     general(result.median_power, 3)});
      not_converged.add(drift, result.not_converged, request.samples);
      missing.add(drift, result.not_finite, request.samples, kSamples);
    }
  });
  memory.use_all();
  findings.text = describe_plan(plan) + table.to_string() + not_converged.table_note() + missing.table_note();
  findings.fail(missing.failure());
  return findings;
}

}  // namespace driftbench
