// A drift's name is NAME, or WRAPPER(name of a drift).
#pragma once

#include <optional>
#include <string>

namespace driftbench {

struct DriftName {
  std::optional<std::string> wrapper;  ///< `gated` in gated(spectral), none in spectral
  std::string drift;                   ///< `spectral` in both
};

/// Splits a name at its outermost wrapper. Throws ArgumentError where the parentheses are wrong.
DriftName split_drift_name(const std::string& name);

}  // namespace driftbench
