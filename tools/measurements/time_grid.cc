#include "tools/measurements/time_grid.h"

#include <fmt/core.h>

#include "runtime/schedule.h"

namespace driftbench {
namespace {

template <Schedule S>
std::vector<float> times_of(const S& schedule) {
  std::vector<float> times;
  times.reserve(static_cast<std::size_t>(schedule.steps()));
  for (std::int64_t i = 1; i <= schedule.steps(); ++i) times.push_back(schedule.time(i));
  return times;
}

}  // namespace

TimeGrid uniform_grid(double dt, double t_end) { return {"uniform", dt, t_end, times_of(UniformSchedule(dt, t_end))}; }

TimeGrid geometric_grid(double first, double t_end, std::int64_t steps) {
  return {fmt::format("geometric:{}", steps), first, t_end, times_of(GeometricSchedule(first, t_end, steps))};
}

}  // namespace driftbench
