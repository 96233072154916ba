// A drift's name is NAME, or WRAPPER(name of a drift), or exec:COMMAND.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace driftbench {

struct DriftName {
  std::optional<std::string> wrapper;  ///< `gated` in gated(spectral), none in spectral
  std::string drift;                   ///< `spectral` in both
};

/// Splits a name at its outermost wrapper. Throws ArgumentError where the parentheses are wrong.
DriftName split_drift_name(const std::string& name);

/// Returns COMMAND where the name is exec:COMMAND, which stands for a program of the user's; none where it is another.
std::optional<std::string> process_command(const std::string& name);

/// Splits a list of drifts at its commas. exec:COMMAND is the last of a list, as its command may hold commas.
std::vector<std::string> split_drift_list(const std::string& list);

}  // namespace driftbench
