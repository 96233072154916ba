// Under what conditions figures were measured.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace driftbench {

inline constexpr char kVersion[] = "0.1.0";

/// CPU, instruction set, compiler, governor, caches, clock and threads as JSON; null where the system does not say.
nlohmann::ordered_json describe_environment();

/// The same on one line for people.
std::string describe_environment_line(const nlohmann::ordered_json& environment);

}  // namespace driftbench
