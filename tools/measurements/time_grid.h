// The ends of a diffusion's steps as data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace driftbench {

/// The ends of a diffusion's steps, increasing from above 0, and what they were made from.
struct TimeGrid {
  std::string name;          ///< uniform, geometric:STEPS or grid:T,T,...
  std::optional<double> dt;  ///< where they follow from one
  double t_end = 0;
  std::vector<float> times;
};

/// Those of a UniformSchedule.
TimeGrid uniform_grid(double dt, double t_end);
/// Those of a GeometricSchedule.
TimeGrid geometric_grid(double first, double t_end, std::int64_t steps);

}  // namespace driftbench
