#include "tools/base/power_law.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace driftbench {
namespace {

double mean_log(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += std::log(value);
  return sum / static_cast<double>(values.size());
}

}  // namespace

std::optional<PowerLaw> fit_power_law(std::span<const double> x, std::span<const double> y) {
  if (x.size() < 3 || std::equal(x.begin() + 1, x.end(), x.begin())) return std::nullopt;
  const double x_mean = mean_log(x), y_mean = mean_log(y);
  double xx = 0, xy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double dx = std::log(x[i]) - x_mean;
    xx += dx * dx;
    xy += dx * (std::log(y[i]) - y_mean);
  }
  const double exponent = xy / xx;
  double residuals = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double residual = std::log(y[i]) - y_mean - exponent * (std::log(x[i]) - x_mean);
    residuals += residual * residual;
  }
  if (!std::isfinite(exponent)) return std::nullopt;
  return PowerLaw{exponent, std::sqrt(residuals / static_cast<double>(x.size() - 2) / xx)};
}

}  // namespace driftbench
