// The sections that show in numbers what the paper proves.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "runtime/metrics.h"
#include "tools/report/report_view.h"
#include "tools/sizes/results.h"

namespace driftbench {

/// Shows Theorem 1 in numbers: the integral over t of the difference of two drifts' errors, from the same observations.
std::vector<Block> collapse_blocks(const ReportView& view) {
  struct Grid {
    double t;
    const MseResult *bare, *gated;
  };
  std::vector<Grid> grid;
  for (const auto& bare : view.data.scores) {
    if (bare.size != &view.main || bare.request.drift != "amp") continue;
    if (bare.request.settings.target.w != view.data.target.w) continue;
    const MseResult* gated = view.score(view.main, "gated(amp)", bare.request.t, view.data.target.w);
    if (gated != nullptr) grid.push_back({bare.request.t, &bare.result, gated});
  }
  const SampleResult *bare = view.samples(view.main, "amp", view.data.target.w),
                     *gated = view.samples(view.main, "gated(amp)", view.data.target.w);
  if (grid.size() < 2 || bare == nullptr || gated == nullptr) return {};
  double integral = 0, gated_integral = 0, variance = 0;
  LinePlot plot;
  plot.x = {"t / n", false, 0.0, {}};
  plot.y = {"error of gated(amp) less that of amp", false, {}, {}};
  plot.markers = view.thresholds();
  Series series{"difference", view.look("gated(amp)"), SeriesStyle::kLinePoints, {}};
  for (std::size_t i = 0; i < grid.size(); ++i) {
    const double before = grid[i == 0 ? 0 : i - 1].t, after = grid[i + 1 == grid.size() ? i : i + 1].t;
    const double weight = 0.5 * (after - before);
    RunningMean difference;
    for (std::size_t s = 0; s < grid[i].bare->errors.size(); ++s) {
      difference.add(double{grid[i].gated->errors[s]} - double{grid[i].bare->errors[s]});
    }
    integral += weight * grid[i].bare->mse;
    gated_integral += weight * grid[i].gated->mse;
    variance += std::pow(weight * difference.standard_error(), 2);
    series.points.push_back({grid[i].t / view.main.n(), difference.mean(), difference.standard_error()});
  }
  plot.series.push_back(std::move(series));
  const auto largest = [](const SampleResult& result) { return summarize_norms(result).largest; };
  Table table({{"drift", ""},
               {"objective", fmt::format("∫ E ‖m − x‖² dt from t = {:g} to {:g}, by the trapezoidal rule",
                                         grid.front().t, grid.back().t)},
               {"difference", "to amp's, from the same observations"},
               {"±", "its standard error"},
               {"W1", "of the samples' norms to the target's"},
               {"largest norm", "of a sample"}});
  table.add_row({"amp", fixed(integral, 2), "0", "0", fixed(bare->w1_norm, 3), fixed(largest(*bare), 4)});
  table.add_row({"gated(amp)", fixed(gated_integral, 2), fixed(gated_integral - integral, 2),
                 fixed(std::sqrt(variance), 2), fixed(gated->w1_norm, 3), fixed(largest(*gated), 4)});
  return {Paragraph{fmt::format(
              "gated(amp) is amp where a test finds a signal in Y and 0 elsewhere. Along a diffusion that starts in "
              "noise the test never does, so it samples 0 alone. As a denoiser it differs by {} % of amp's "
              "objective, all of it in a window around t_alg, which Theorem 1 makes small as n grows.",
              fixed(100 * (gated_integral / integral - 1), 1))},
          CaptionedTable{"The objective that training minimises, and the samples", std::move(table)},
          Picture{"Where the gate costs anything",
                  "Outside the window the two denoise alike, observation by observation.", std::move(plot)}};
}

std::vector<Block> lipschitz_blocks(const ReportView& view) {
  constexpr double kLeast = 1e-4;
  LinePlot power, random;
  for (LinePlot* plot : {&power, &random}) {
    plot->x = {"t / n", false, 0.0, {}};
    plot->y = {"Lipschitz constant times t, at least", true, kLeast, {}};
  }
  for (const auto& constant : view.data.constants) {
    if (power.series.empty() || power.series.back().name != constant.request.drift) {
      power.series.push_back({constant.request.drift, view.look(constant.request.drift), SeriesStyle::kLinePoints, {}});
      random.series.push_back(power.series.back());
    }
    const double x = constant.request.t / view.main.n();
    power.series.back().points.push_back({x, constant.result.largest_power, 0});
    random.series.back().points.push_back({x, constant.result.largest_random, 0});
  }
  if (power.series.empty()) return {};
  Series bound{"C", kReferenceLook, SeriesStyle::kReference, {}};
  const double c = view.data.constants.front().request.settings.lipschitz_constant;
  bound.points = {{0, c, 0}, {view.data.constants.back().request.t / view.main.n(), c, 0}};
  power.series.push_back(std::move(bound));
  std::vector<Block> blocks{
      Paragraph{fmt::format(
          "Theorem 3 speaks of drifts whose Lipschitz constant in Y is C / t. lipschitz(amp) is amp averaged over "
          "noise in Y, lipschitz(spectral) is made without jumps. What is measured are lower bounds on the "
          "constant, by finite differences of length {:g} t; values below {:g} are not drawn.",
          kJacobianStep, kLeast)},
      Picture{"By the power method",
              fmt::format("The largest over the observations. A jump shows as 1 / {:g} = {:.0f} times its height.",
                          kJacobianStep, 1 / kJacobianStep),
              std::move(power)},
      Picture{"In random directions", "A lower bound too, and a weak one: most directions do not matter.",
              std::move(random)}};
  const SampleResult *smooth = view.samples(view.main, "lipschitz(amp)", view.data.target.w),
                     *bare = view.samples(view.main, "amp", view.data.target.w);
  if (smooth != nullptr && bare != nullptr) {
    blocks.push_back(Paragraph{
        fmt::format("As a sampler lipschitz(amp) has W1 {} ({} to {}, {} chains), where amp has {} ({} to {}).",
                    fixed(smooth->w1_norm, 3), fixed(smooth->w1_interval.low, 3), fixed(smooth->w1_interval.high, 3),
                    smooth->fro_norms.size(), fixed(bare->w1_norm, 3), fixed(bare->w1_interval.low, 3),
                    fixed(bare->w1_interval.high, 3))});
  }
  return blocks;
}

std::vector<Block> reduction_blocks(const ReportView& view) {
  LinePlot plot;
  plot.x = {"N, chains averaged", true, {}, {}};
  plot.y = {"mean squared error", true, {}, {}};
  Table direct({{"drift", ""},
                {"direct", "mse of the drift at (y, t)"},
                {"±", "standard error"},
                {"exact", "mse of the posterior mean"},
                {"± ", "standard error"}});
  std::optional<MeanEstimate> exact;
  double t = 0;
  for (const auto& reduction : view.data.reductions) {
    Series series{reduction.request.drift, view.look(reduction.request.drift), SeriesStyle::kLinePoints, {}};
    for (const ReduceResult& result : reduction.result) {
      series.points.push_back({static_cast<double>(result.copies), result.sampler.mean, result.sampler.standard_error});
    }
    plot.series.push_back(std::move(series));
    const ReduceResult& first = reduction.result.front();
    exact = first.exact;
    t = reduction.request.t;
    direct.add_row({reduction.request.drift, fixed(first.direct.mean, 4), fixed(first.direct.standard_error, 4),
                    exact ? fixed(exact->mean, 4) : "-", exact ? fixed(exact->standard_error, 4) : "-"});
  }
  if (plot.series.empty()) return {};
  if (exact) {
    const double copies = plot.series.front().points.back().x;
    plot.series.push_back(
        {"posterior mean", kReferenceLook, SeriesStyle::kReference, {{1, exact->mean, 0}, {copies, exact->mean, 0}}});
  }
  return {Picture{fmt::format("Averages of chains from (y, t), n = {}, t = {:g}", view.data.small->n(), t),
                  "The diffusion started at an observation and run to its end N times; the error of the average of the "
                  "ends. A right sampler reaches the posterior mean, and one chain has twice its error; a wrong one "
                  "stays above.",
                  std::move(plot)},
          CaptionedTable{"The drifts themselves on the same observations", std::move(direct)}};
}

}  // namespace driftbench
