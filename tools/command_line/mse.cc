#include "tools/command_line/mse.h"

#include <fmt/core.h>

#include <string>
#include <utility>
#include <vector>

#include "tools/base/table.h"
#include "tools/command_line/common_options.h"
#include "tools/command_line/findings_command.h"
#include "tools/command_line/results_memory.h"

namespace driftbench {
namespace {

class MseCommand final : public FindingsCommand {
 public:
  MseCommand()
      : FindingsCommand({"mse", "Score-matching error of a drift against the signal-to-noise ratio", "",
                         "--n 32 --k 4 --drift spectral,power --t-grid 0.4n:4n:0.4n --samples 200",
                         kLessMemoryForPoints}) {}
  std::vector<OptionGroup> options() override {
    return {drifts_.target_group(),
            drifts_.drift_group(),
            drifts_.run_group(),
            {"Measurement", {&times_.t, &times_.t_grid, &samples_}},
            output_options()};
  }

 protected:
  AcceptedRun accept(const CompiledSizes& sizes, Outputs&) override {
    PointsPlan plan{drifts_.plan(sizes, quiet()), {}, samples_.value()};
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

Findings run_mse(const PointsPlan& plan) {
  Table table(
      {{"drift", ""},
       {"t", "signal-to-noise ratio of the observation t x + W_t"},
       {"t/n", ""},
       {"mse", fmt::format("mean of ||m(y_t, t) - x||_F^2 over {} samples; the drift 0 has {:g}", plan.samples,
                           plan.request.settings.target.w)},
       {"stderr", "standard error of that mean"},
       {"trace", fmt::format("mean of tr m(y_t, t); that of the posterior mean, P(s = 1 | y_t), is {:g} at every t",
                             plan.request.settings.target.w)},
       {"+-", "its standard error"}});
  const auto measure = [&](const MseRequest& request) { return plan.size->mse(request); };
  const auto cells = [](const MseResult& result) {
    return std::vector<std::string>{fixed(result.mse, 4), fixed(result.standard_error, 4), fixed(result.trace, 4),
                                    fixed(result.trace_standard_error, 4)};
  };
  return measure_points<MseRequest>(plan, std::move(table), "samples", measure, cells);
}

}  // namespace driftbench
