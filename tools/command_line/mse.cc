#include "tools/command_line/mse.h"

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

class MseCommand final : public FindingsCommand {
 public:
  MseCommand()
      : FindingsCommand({"mse", "Score-matching error of a drift against the signal-to-noise ratio", "",
                         "--n 32 --k 4 --drift spectral,power --t-grid 0.4n:4n:0.4n --samples 200",
                         kLessMemoryForPoints}) {}
  std::vector<OptionGroup> options() override {
    return {drifts_.drift_group(),
            drifts_.run_group(),
            {"Measurement", {&times_.t, &times_.t_grid, &samples_}},
            output_options()};
  }

 protected:
  Work accept(const CompiledSizes& sizes, Outputs&) override {
    MsePlan plan{drifts_.plan(sizes, quiet()), {}, samples_.value()};
    plan.times = times_.times(plan.size->n());
    drifts_.prepare(plan);
    return [=] { return run_mse(plan); };
  }

 private:
  DriftOptions drifts_;
  TimeOptions times_;
  IntegerOption samples_ = samples_option();
};

}  // namespace

std::unique_ptr<Command> mse_command() { return std::make_unique<MseCommand>(); }

Findings run_mse(const MsePlan& plan) {
  const CompiledSize& size = *plan.size;
  Findings findings;
  Table table({{"drift", ""},
               {"t", "signal-to-noise ratio of the observation t x + W_t"},
               {"t/n", ""},
               {"mse", fmt::format("mean of ||m(y_t, t) - x||_F^2 over {} samples; the drift 0 has {:g}", plan.samples,
                                   plan.request.settings.target_w)},
               {"stderr", "standard error of that mean"}});
  NotConverged not_converged("samples");
  MissingEstimates missing;
  ResultsMemory memory = memory_for_points(plan.drifts.size() * plan.times.size());
  for_each_drift(plan.drifts, kLessMemoryForPoints, findings, [&](const std::string& drift) {
    for (const double t : plan.times) {
      auto request = request_for<MseRequest>(plan.request, drift);
      request.t = t;
      request.samples = plan.samples;
      const MseResult result = size.mse(request);
      memory.use(1);
      findings.results.push_back(to_json(size, request, result));
      table.add_row({drift, fmt::format("{:g}", t), fmt::format("{:.3g}", t / plan.size->n()), fixed(result.mse, 4),
                     fixed(result.standard_error, 4)});
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
