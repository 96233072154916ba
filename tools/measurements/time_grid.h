// A TimeGrid holds the ends of a diffusion's steps as data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace driftbench {

/// The ends of a diffusion's steps, which increase from above 0, and what they were made from.
struct TimeGrid {
  std::string name;          ///< uniform, geometric:STEPS or grid:T,T,...
  std::optional<double> dt;  ///< the first step, where the times were made from it
  double t_end = 0;
  std::vector<float> times;
};

/// Makes the times of a UniformSchedule.
TimeGrid uniform_grid(double dt, double t_end);
/// Makes the times of a GeometricSchedule.
TimeGrid geometric_grid(double first, double t_end, std::int64_t steps);

}  // namespace driftbench
