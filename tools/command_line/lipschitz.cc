#include "tools/command_line/lipschitz.h"

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

class LipschitzCommand final : public FindingsCommand {
 public:
  LipschitzCommand()
      : FindingsCommand({"lipschitz", "How fast a drift moves with Y: lower bounds on its Lipschitz constant times t",
                         "", "--n 32 --k 4 --drift 'ungated,lipschitz(ungated)' --t 0.8n", kLessMemoryForPoints}) {}
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

Findings run_lipschitz(const PointsPlan& plan) {
  Table table({{"drift", ""},
               {"t", "signal-to-noise ratio of the observations"},
               {"t/n", ""},
               {"random", "largest t ||m(Y + H) - m(Y)|| / ||H|| in random directions H"},
               {"power", fmt::format("the largest that the power method finds; both are lower bounds on the Lipschitz "
                                     "constant times t, at {} observations, with ||H|| = {:g} t",
                                     plan.samples, kJacobianStep)},
               {"median", "over the observations, of what the power method finds at each"}});
  const auto measure = [&](const LipschitzRequest& request) { return plan.size->lipschitz(request); };
  const auto cells = [](const LipschitzResult& result) {
    return std::vector<std::string>{general(result.largest_random, 3), general(result.largest_power, 3),
                                    general(result.median_power, 3)};
  };
  return measure_points<LipschitzRequest>(plan, std::move(table), "observations", measure, cells);
}

}  // namespace driftbench
