// These functions find out from the texts of the command line what each subcommand is to do. They throw ArgumentError
// where a value is not possible. The weights and the sizes outlive the options.
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
#include "tools/sizes/compiled_size.h"

namespace driftbench {

std::optional<WeightsFile> given_weights(const Texts& texts);

/// Reads the options of the subcommands that have no function of their own below.
Options parse_options(const Texts& texts, const std::vector<std::unique_ptr<CompiledSize>>& all,
                      const std::string& command, const std::optional<WeightsFile>& weights);
DenoiseOptions parse_denoise_options(const Texts& texts, const std::vector<std::unique_ptr<CompiledSize>>& all,
                                     const std::optional<WeightsFile>& weights);
ScalingOptions parse_scaling_options(const Texts& texts, const std::vector<std::unique_ptr<CompiledSize>>& all,
                                     const std::optional<WeightsFile>& weights);
ReportOptions parse_report_options(const Texts& texts, const std::vector<std::unique_ptr<CompiledSize>>& all,
                                   const std::optional<WeightsFile>& weights);

/// Returns where the numbers of a page go: to the path of --json, or without one to the page's path with the extension
/// .json.
std::string json_path(const Texts& texts);

}  // namespace driftbench
