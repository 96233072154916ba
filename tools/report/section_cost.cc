// The section on what each drift costs and how well it denoises.
#include <fmt/core.h>

#include <utility>
#include <vector>

#include "tools/report/report_view.h"

namespace driftbench {

std::vector<Block> cost_blocks(const ReportView& view) {
  std::vector<Block> blocks;
  for (const double factor : {0.6, 0.8, 1.0}) {
    ScatterPlot plot;
    plot.x = {"mean time of one step, drift and noise, microseconds", true, {}, {}};
    plot.y = {fmt::format("mse at t = {:g} n", factor), true, {}, {}};
    plot.frontier = true;
    Group group{"drifts", 0, {}};
    for (const auto& step : view.data.steps) {
      if (step.size != &view.main || step.result.phase != "step") continue;
      const MseResult* mse = view.score(view.main, step.request.drift, factor * view.main.n(), view.data.target.w);
      if (mse == nullptr) continue;
      const LatencyHistogram& latency = step.result.latency;
      const double mean_ns = latency.count() > 0 ? latency.mean() : kUnknown;
      group.marks.push_back({1e-3 * mean_ns, mse->mse, step.request.drift});
    }
    if (group.marks.empty()) continue;
    plot.groups.push_back(std::move(group));
    blocks.push_back(Picture{fmt::format("Cost and error at t = {:g} n", factor),
                             "Down and left is better; the line joins the drifts that no other beats in both.",
                             std::move(plot)});
  }
  return blocks;
}

}  // namespace driftbench
