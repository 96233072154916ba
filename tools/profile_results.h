// What a profile found, for programs and for people.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "tools/experiment.h"
#include "tools/profile.h"

namespace driftbench {

/// One result a phase, that of `step` with what holds for the whole run; with a period the response times besides.
nlohmann::ordered_json to_json(const Experiment& experiment, const ProfileRequest& request, const StepProfile& profile);

/// The conditions of the run, what timing it cost, and why not to trust it, in a few lines.
/// What its figures are called: the drift, and @ and the instruction set where that is not the program's own.
std::string subject_name(const ProfileRequest& request);
std::string describe_run(const ProfileRequest& request, const StepProfile& profile);

}  // namespace driftbench
