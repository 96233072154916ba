// What a profile found, for programs and for people.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "tools/profiling/profile.h"
#include "tools/sizes/experiment.h"

namespace driftbench {

/// Whether there are steps enough to have this quantile: ten or more lie beyond it.
bool supported(const LatencyHistogram& latency, double q);

/// The result of one phase.
nlohmann::ordered_json to_json(const Experiment& experiment, const ProfileRequest& request, const PhaseProfile& phase);

/// One result a phase, that of `step` with what holds for the whole run; with a period the response times besides.
nlohmann::ordered_json to_json(const Experiment& experiment, const ProfileRequest& request, const StepProfile& profile);

/// What the request's figures are called: the drift, and @ and the instruction set where that is not the program's own.
std::string subject_name(const ProfileRequest& request);

/// The conditions of the run, what timing it cost, and why not to trust it, in a few lines.
std::string describe_run(const ProfileRequest& request, const StepProfile& profile);

}  // namespace driftbench
