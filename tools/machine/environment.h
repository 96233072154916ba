// This header describes the conditions under which figures were measured.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "c/driftbench.h"

namespace driftbench {

inline constexpr char kVersion[] = DRIFTBENCH_VERSION;

/// Returns CPU, instruction set, compiler, governor, caches, cores, kernel and clock as JSON; null where the system
/// does not say.
nlohmann::ordered_json describe_environment();

/// Describes the most important of these conditions for people. A line on the CPU and the build is followed by one on
/// the clock and, where the build is not optimized, by a warning.
std::string describe_environment_line(const nlohmann::ordered_json& environment);

}  // namespace driftbench
