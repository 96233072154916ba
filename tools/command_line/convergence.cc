#include "tools/command_line/convergence.h"

#include <fmt/core.h>

#include <cmath>
#include <vector>

#include "tools/base/table.h"
#include "tools/command_line/findings_command.h"
#include "tools/command_line/not_converged.h"
#include "tools/measurements/not_finite.h"
#include "tools/sizes/results.h"

namespace driftbench {
namespace {

constexpr char kLessMemoryForConvergence[] = "lower --chains, --threads or --n";

/// Returns how often the drift is evaluated: once a step, in steps of dt, dt / 2, ..., dt / 2^levels.
std::int64_t evaluations(const ConvergenceRequest& request) {
  const std::int64_t steps = std::llround(request.t_end / request.dt);
  return request.paths * steps * ((std::int64_t{2} << request.levels) - 1);
}

class ConvergenceCommand final : public FindingsCommand {
 public:
  ConvergenceCommand()
      : FindingsCommand({"convergence", "What the step's length costs along one Brownian path", "",
                         "--n 12 --k 3 --drift exact,spectral --t-end 1n", kLessMemoryForConvergence}) {}
  std::vector<OptionGroup> options() override {
    return {drifts_.target_group(),
            drifts_.drift_group(),
            drifts_.run_group(),
            {"Diffusion", {&schedule_.dt, &schedule_.t_end, &levels_, &chains_}},
            output_options()};
  }

 protected:
  AcceptedRun accept(const CompiledSizes& sizes, Outputs&) override {
    ConvergencePlan plan{drifts_.plan(sizes, quiet()), {}, 0, 0};
    plan.grid = schedule_.grid(plan.size->n(), 1);
    plan.levels = levels_.value();
    plan.chains = chains_.value();
    check_whole_steps(*plan.grid.dt, plan.grid.t_end, plan.levels);
    drifts_.prepare(plan);
    return [=] { return run_convergence(plan); };
  }

 private:
  DriftOptions drifts_;
  ScheduleOptions schedule_;
  IntegerOption levels_{"--levels", {1, 10}, "4", "How many times the step is halved"};
  IntegerOption chains_{"--chains", kChainCounts, "16", "Brownian paths"};
};

}  // namespace

std::unique_ptr<Command> convergence_command() { return std::make_unique<ConvergenceCommand>(); }

Findings run_convergence(const ConvergencePlan& plan) {
  const CompiledSize& size = *plan.size;
  Findings findings;
  Table table({{"drift", ""},
               {"dt", fmt::format("steps to t = {:g}", plan.grid.t_end)},
               {"error", fmt::format("root mean square over {} Brownian paths of ||Y - Y'||_F at the end, Y' in steps "
                                     "of dt / 2 along the same path",
                                     plan.chains)},
               {"+-", "its standard error; - with one path"},
               {"ratio", "of the error to the next one; 2 for a smooth drift"}});
  NotConverged not_converged("steps");
  MissingEstimates missing;
  for_each_drift(plan.drifts, kLessMemoryForConvergence, findings, [&](const std::string& drift) {
    auto request = request_for<ConvergenceRequest>(plan.request, drift);
    request.dt = *plan.grid.dt;
    request.t_end = plan.grid.t_end;
    request.levels = static_cast<int>(plan.levels);
    request.paths = plan.chains;
    const auto results = size.convergence(request);
    for (const ConvergenceResult& result : results) {
      findings.results.push_back(to_json(size, request, result));
      table.add_row({drift, fmt::format("{:g}", result.dt), general(result.error, 4), general(result.standard_error, 2),
                     result.ratio ? fixed(*result.ratio, 2) : "-"});
      missing.add(drift, result.not_finite, request.paths, kPaths);
    }
    not_converged.add(drift, results.back().not_converged, evaluations(request));
  });
  findings.text = describe_plan(plan) + table.to_string() + not_converged.table_note() + missing.table_note();
  findings.fail(missing.failure());
  return findings;
}

}  // namespace driftbench
