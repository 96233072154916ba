// What each subcommand is to do, from the texts of the command line. ArgumentError where a value is not possible. The
// weights and the experiments outlive the options.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tools/command_line/command_line.h"
#include "tools/command_line/commands.h"
#include "tools/command_line/denoise.h"
#include "tools/command_line/scaling.h"
#include "tools/drifts/weights.h"
#include "tools/report/report_data.h"
#include "tools/sizes/experiment.h"

namespace driftbench {

std::optional<WeightsFile> given_weights(const Texts& texts);

/// Of all subcommands but the following.
Options parse_options(const Texts& texts, const std::vector<std::unique_ptr<Experiment>>& all,
                      const std::string& command, const std::optional<WeightsFile>& weights);
DenoiseOptions parse_denoise_options(const Texts& texts, const std::vector<std::unique_ptr<Experiment>>& all,
                                     const std::optional<WeightsFile>& weights);
ScalingOptions parse_scaling_options(const Texts& texts, const std::vector<std::unique_ptr<Experiment>>& all,
                                     const std::optional<WeightsFile>& weights);
ReportOptions parse_report_options(const Texts& texts, const std::vector<std::unique_ptr<Experiment>>& all,
                                   const std::optional<WeightsFile>& weights);

/// Where the numbers of a page go: beside it, where nobody named a place for them.
std::string json_path(const Texts& texts);

}  // namespace driftbench
