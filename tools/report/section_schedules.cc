// The section on what the number of steps and their schedule do to samples.
#include <fmt/core.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "runtime/metrics.h"
#include "tools/report/report_view.h"

namespace driftbench {

std::vector<Block> schedule_blocks(const ReportView& view) {
  std::vector<Block> blocks;
  LinePlot quality;
  quality.x = {"steps", true, {}, {}};
  quality.y = {"W1 of the norms", true, {}, {}};
  const std::array<const char*, 4> names{"diffusion, uniform", "diffusion, geometric", "flow, uniform",
                                         "flow, geometric"};
  for (std::size_t kind = 0; kind < names.size(); ++kind) {
    Series series{names[kind], kind, SeriesStyle::kLinePoints, {}};
    for (const auto& run : view.data.schedules) {
      const bool geometric = run.request.grid.name != "uniform";
      if (kind != 2 * static_cast<std::size_t>(run.request.flow) + static_cast<std::size_t>(geometric)) continue;
      series.points.push_back({static_cast<double>(run.result.steps), run.result.w1_norm, 0});
    }
    if (!series.points.empty()) quality.series.push_back(std::move(series));
  }
  if (!quality.series.empty()) {
    const std::int64_t chains = view.data.schedules.front().request.chains;
    const double floor = w1_of_target_draws(view.data.target.w, chains);
    const auto& points = quality.series.front().points;
    quality.series.push_back({fmt::format("{} draws of the target", chains),
                              kReferenceLook,
                              SeriesStyle::kReference,
                              {{points.front().x, floor, 0}, {points.back().x, floor, 0}}});
    blocks.push_back(Picture{
        fmt::format("Quality of the samples of exact against the number of steps, n = {}", view.data.small->n()),
        "Uniform steps, or steps that grow by a constant factor from 0.5; the diffusion by Euler and Maruyama, or "
        "the "
        "probability flow, which has the same law at every t and no noise after the first step. The dotted line is "
        "what as many draws of the target itself show.",
        std::move(quality)});
  }
  LinePlot strong;
  strong.x = {"step dt", true, {}, {}};
  strong.y = {"distance at the end to the path of dt / 2", true, {}, {}};
  Table ratios({{"drift", ""}, {"dt", ""}, {"error", ""}, {"±", "standard error"}, {"ratio", "to the next error"}});
  for (const auto& run : view.data.convergence) {
    Series series{run.request.drift, view.look(run.request.drift), SeriesStyle::kLinePoints, {}};
    for (const ConvergenceResult& result : run.result) {
      series.points.push_back({result.dt, result.error, result.standard_error});
      ratios.add_row({run.request.drift, fmt::format("{:g}", result.dt), fixed(result.error, 4),
                      fixed(result.standard_error, 4), result.ratio ? fixed(*result.ratio, 2) : "-"});
    }
    strong.series.push_back(std::move(series));
  }
  if (!strong.series.empty()) {
    blocks.push_back(Picture{"Strong convergence along one Brownian path",
                             "Steps of dt and dt / 2 on the same increments. For a smooth drift, such as exact, the "
                             "error halves with the step; a drift that jumps loses more.",
                             std::move(strong)});
    blocks.push_back(CaptionedTable{"Errors and their ratios", std::move(ratios)});
  }
  return blocks;
}

}  // namespace driftbench
