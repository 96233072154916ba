// The section on how well each drift denoises.
#include <fmt/core.h>

#include <string>
#include <utility>
#include <vector>

#include "tools/report/report_view.h"

namespace driftbench {

std::vector<Block> score_blocks(const ReportView& view) {
  LinePlot plot;
  plot.x = {"t / n, signal-to-noise ratio", false, 0.0, {}};
  plot.y = {"score-matching error E ‖m(y, t) − x‖²", true, 1e-3, 3.0};
  plot.markers = view.thresholds();
  const bool plot_has_both = plot.markers.size() == 2;
  for (const std::string& drift : view.data.drifts) {
    Series series{drift, view.look(drift), SeriesStyle::kLinePoints, {}};
    for (const auto& score : view.data.scores) {
      if (score.size == &view.main && score.request.drift == drift &&
          score.request.settings.target.w == view.data.target.w) {
        series.points.push_back({score.request.t / view.main.n(), score.result.mse, score.result.standard_error});
      }
    }
    if (!series.points.empty()) plot.series.push_back(std::move(series));
  }
  if (plot.series.empty()) return {};
  if (!view.data.reference.empty()) {
    Series series{"reference curve", kReferenceLook, SeriesStyle::kReference, {}};
    const double last = plot.series.front().points.back().x * view.main.n();
    for (const ReferencePoint& point : view.data.reference) {
      if (point.t <= last) series.points.push_back({point.t / view.main.n(), point.mse, 0});
    }
    plot.series.push_back(std::move(series));
  }
  return {Picture{"Score-matching error",
                  fmt::format("Lower is better; the drift 0 has w = {:g}. Bars are a standard error to each side. "
                              "{}",
                              view.data.target.w,
                              plot_has_both ? "Below the left line no denoiser can do better than 0; between the lines "
                                              "the best denoiser could, but takes exponential time; to their right "
                                              "polynomial time is enough."
                                            : "Right of a line polynomial time is enough to do better than 0."),
                  std::move(plot)}};
}

}  // namespace driftbench
