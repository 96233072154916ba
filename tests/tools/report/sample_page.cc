#include "tests/tools/report/sample_page.h"

#include <array>
#include <cmath>
#include <string>

namespace driftbench {
namespace {

constexpr std::array<const char*, 8> kDrifts = {"zero",          "power", "spectral", "ungated",
                                                "soft-spectral", "amp",   "amp-soft", "gated(amp)"};

}  // namespace

LinePlot sample_lines() {
  LinePlot plot;
  plot.x = {"t, signal-to-noise ratio", false, 0.0, {}};
  plot.y = {"score-matching error E ‖m(y, t) − x‖²", true, {}, {}};
  plot.markers = {{114.5, "Bayes threshold 114.5"}, {175, "algorithmic threshold 175"}};
  for (std::size_t i = 0; i < kDrifts.size(); ++i) {
    Series series{kDrifts[i], i, SeriesStyle::kLinePoints, {}};
    for (int t = 35; t <= 700; t += 35) {
      const double mse = i == 0 ? 0.5 : 0.003 + 0.5 / (1 + std::exp((t - 150 - 12 * static_cast<double>(i)) / 25));
      series.points.push_back({static_cast<double>(t), mse, i == 0 ? 0 : 0.05 * mse});
    }
    plot.series.push_back(series);
  }
  plot.series.push_back({"amp, state evolution", 5, SeriesStyle::kReference, {{0, 0.5}, {200, 0.3}, {700, 0.003}}});
  return plot;
}

HistogramPlot sample_histograms() {
  HistogramPlot plot;
  plot.x.title = "Frobenius norm of a sample";
  plot.y = {"fraction of the samples", false, 0.0, 1.0};
  for (int i = 0; i <= 11; ++i) plot.edges.push_back(0.1 * i);
  plot.target = {"target", 0, std::vector<double>(11, 0.0)};
  plot.target.heights.front() = plot.target.heights.back() = 0.5;
  for (std::size_t i = 0; i < kDrifts.size(); ++i) {
    Bars bars{kDrifts[i], i, std::vector<double>(11, 0.0)};
    const double zero = 1 - 0.11 * static_cast<double>(i);
    bars.heights.front() = zero;
    bars.heights[8] = (1 - zero) / 4;
    bars.heights[9] = 3 * (1 - zero) / 4;
    plot.panels.push_back(bars);
  }
  return plot;
}

ScatterPlot sample_scatter() {
  constexpr std::array<double, 8> kTimes = {57.2, 138.75, 318.5, 169.5, 341, 298, 400.4, 310.2};
  constexpr std::array<double, 8> kErrors = {0.486, 0.445, 0.358, 0.933, 0.286, 0.0362, 0.123, 0.0391};
  ScatterPlot plot;
  plot.x = {"median time of one step, µs", true, {}, {}};
  plot.y = {"score-matching error at t = 0.8n", true, {}, {}};
  plot.frontier = true;
  plot.groups = {{"one core", 0, {}}, {"two cores", 1, {}}};
  for (std::size_t i = 0; i < kDrifts.size(); ++i) {
    plot.groups[0].marks.push_back({kTimes[i], kErrors[i], kDrifts[i]});
    if (i % 3 == 0) plot.groups[1].marks.push_back({0.55 * kTimes[i], kErrors[i], kDrifts[i]});
  }
  return plot;
}

Page sample_page() {
  Table table({{"drift", "what stands for m in dY = m(Y, t) dt + dW"},
               {"step µs", "median time of one step, drift and noise, in microseconds on one core"},
               {"p99", "99 of 100 steps took no longer"},
               {"noise µs", "the part of a step that makes the noise and updates Y, the same for every drift"},
               {"KiB", "memory that a chain needs, all told"},
               {"mse 0.4n", ""},
               {"mse 0.8n", ""},
               {"mse 1.2n", "and before it: the drift as a denoiser"},
               {"nonzero", "fraction of the samples of norm above 1/2"},
               {"W1", "distance between the laws of the norms"}});
  for (const char* drift : kDrifts) {
    table.add_row({drift, "318.46", "702.46", "58.75", "262.8", "0.533", "0.358", "-", "0.38", "0.125"});
  }
  Page page;
  page.title = "What a drift costs: n = 350, k = 20";
  page.summary = {"A drift can denoise as well as any polynomial-time algorithm and still sample badly.", "Seed 1."};
  page.notices = {"Partial: stopped by the user."};
  page.sections = {
      {"overview", "All drifts", {Paragraph{"One line a drift."}, CaptionedTable{"All that was measured", table}}},
      {"denoiser",
       "How good is the drift as a denoiser?",
       {Picture{"Error against t", "Lower is better.", sample_lines()}}},
      {"samples", "How far are the samples?", {Picture{"Norms", "Beside the target's.", sample_histograms()}}},
      {"cost", "What does a step cost?", {Notice{"Shared cores."}, Picture{"Cost and quality", "", sample_scatter()}}}};
  page.environment = "AMD EPYC, avx512bw instructions, g++ 12.2.0, governor unknown";
  page.command = "driftbench report --out report.html --target-w 0.5 --seed 1";
  return page;
}

}  // namespace driftbench
