// These functions tell what a profile found, for programs and for people.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "tools/profiling/profile.h"
#include "tools/sizes/compiled_size.h"

namespace driftbench {

/// Returns whether there are enough records to show this quantile: ten or more lie beyond it.
bool supported(const LatencyHistogram& latency, double q);

/// Returns the result of one phase.
nlohmann::ordered_json to_json(const CompiledSize& size, const ProfileRequest& request, const PhaseProfile& phase);

/// Returns one result for each phase; that of `step` has what holds for the whole run. With a period, response times
/// are one more result.
nlohmann::ordered_json to_json(const CompiledSize& size, const ProfileRequest& request, const StepProfile& profile);

/// Returns the name of what the figures are of: the drift, with @ and the instruction set where that is not the
/// program's own.
std::string subject_name(const ProfileRequest& request);

/// Describes the conditions of the run, what timing it cost, and why not to trust it, in a few lines.
std::string describe_run(const ProfileRequest& request, const StepProfile& profile);

}  // namespace driftbench
