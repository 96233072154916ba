// fit_power_law fits y = c x^exponent to measured points.
#pragma once

#include <optional>
#include <span>

namespace driftbench {

struct PowerLaw {
  double exponent = 0;
  double standard_error = 0;  ///< of the exponent, from the points' scatter about the line
};

/// Fits log y to log x by least squares; there are as many x as y. Returns none where fewer than three points, or x
/// that are all equal, leave no scatter to tell an error from, and where a number is not positive or not known.
std::optional<PowerLaw> fit_power_law(std::span<const double> x, std::span<const double> y);

}  // namespace driftbench
