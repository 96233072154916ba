// The command profile times every step of the diffusion and the phases inside it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/latency_histogram.h"
#include "tools/command_line/command.h"
#include "tools/command_line/common_options.h"
#include "tools/command_line/findings.h"
#include "tools/profiling/profile_files.h"
#include "tools/sizes/instruction_sets.h"

namespace driftbench {

struct ProfilePlan : DriftPlan {
  TimeGrid grid;
  std::int64_t steps = 0;
  std::optional<int> cpu;
  std::vector<InstructionSet> isas;  ///< instruction sets to compare; where none is given, the build's own is used
  std::optional<double> period_ns;
  ProfileOutputs outputs;
};

std::unique_ptr<Command> profile_command();
/// Returns the names of what run_profile times: each drift or, where instruction sets are given, each drift with each
/// of them.
std::vector<std::string> profile_subjects(const ProfilePlan& plan);
/// Profiles the drifts. `files` are made for the names that profile_subjects returns.
Findings run_profile(const ProfilePlan& plan, ProfileFiles& files);

/// Writes a quantile into a cell, or - where the steps are too few for it.
std::string quantile_microseconds(const LatencyHistogram& latency, double q);

}  // namespace driftbench
