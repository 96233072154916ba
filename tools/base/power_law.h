// y = c x^exponent through measured points.
#pragma once

#include <optional>
#include <span>

namespace driftbench {

struct PowerLaw {
  double exponent = 0;
  double standard_error = 0;  ///< of the exponent, from the points' scatter about the line
};

/// Least squares of log y on log x, of as many x as y. None where fewer than three points or equal x leave no scatter
/// to tell an error from, or where a number is not positive or not known.
std::optional<PowerLaw> fit_power_law(std::span<const double> x, std::span<const double> y);

}  // namespace driftbench
