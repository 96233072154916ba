// The overview, which the program makes without a subcommand, does the main job: it profiles each drift, measures it as
// a denoiser and samples with it, all in one table.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "tools/command_line/command.h"
#include "tools/command_line/common_options.h"
#include "tools/command_line/findings.h"

namespace driftbench {

struct OverviewPlan : DriftPlan {
  std::vector<double> times;  ///< signal-to-noise ratios at which a drift is measured as a denoiser
  TimeGrid grid;
  std::int64_t chains = 0, samples = 0, steps = 0;
};

/// Takes the text of the findings as far as it is known; each text begins with the one before.
using ShowSoFar = std::function<void(std::string_view)>;

std::unique_ptr<Command> overview_command();
/// Measures the drifts. Calls `show` whenever a drift has its row in the table.
Findings run_overview(const OverviewPlan& plan, const ShowSoFar& show);

}  // namespace driftbench
