// The section on what the diffusion samples with each drift.
#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "tools/report/report_view.h"
#include "tools/sizes/results.h"

namespace driftbench {
namespace {

/// Makes a table with a row for each drift that says what its samples look like.
CaptionedTable sample_table(const ReportView& view, const CompiledSize& size, double w, const std::string& caption) {
  Table table({{"drift", ""},
               {"chains", ""},
               {"norm min", "smallest Frobenius norm of a sample; the target's are 0 or 1"},
               {"median", ""},
               {"max", ""},
               {"nonzero", fmt::format("fraction of norm above 1/2; the target has {:g}", w)},
               {"patterns", "fraction within 0.1 of a k-sparse sign pattern u uᵀ"},
               {"W1",
                "distance between the laws of the norms: a lower bound on W1 between the samples' law and the "
                "target's"},
               {"from", "95 % bootstrap interval of W1"},
               {"to", ""},
               {"mse", fmt::format("the drift as a denoiser at t = {:g} n", kCompareAt)}});
  for (const auto& sample : view.data.samples) {
    if (sample.size != &size || sample.request.settings.target.w != w) continue;
    const NormSummary norms = summarize_norms(sample.result);
    const MseResult* mse = view.score(size, sample.request.drift, kCompareAt * size.n(), w);
    table.add_row({sample.request.drift, fmt::format("{}", sample.request.chains), fixed(norms.smallest, 4),
                   fixed(norms.median, 4), fixed(norms.largest, 4), fixed(sample.result.nonzero_fraction, 2),
                   fixed(sample.result.pattern_fraction, 2), fixed(sample.result.w1_norm, 3),
                   fixed(sample.result.w1_interval.low, 3), fixed(sample.result.w1_interval.high, 3),
                   mse == nullptr ? "-" : fixed(mse->mse, 4)});
  }
  return {caption, std::move(table)};
}

bool sampled(const ReportView& view, const CompiledSize& size, double w) {
  return std::any_of(view.data.samples.begin(), view.data.samples.end(),
                     [&](const auto& sample) { return sample.size == &size && sample.request.settings.target.w == w; });
}

HistogramPlot histograms(const ReportView& view, const CompiledSize& size, double w) {
  HistogramPlot plot;
  plot.x = {"Frobenius norm of a sample", false, {}, {}};
  plot.y = {"fraction", false, 0.0, 1.0};
  for (int i = 0; i <= 12; ++i) plot.edges.push_back(0.1 * i - 0.05);
  std::vector<double> target(plot.edges.size() - 1, 0.0);
  target[0] = 1 - w;
  target[10] = w;
  plot.target = {"target", kReferenceLook, std::move(target)};
  for (const auto& sample : view.data.samples) {
    if (sample.size != &size || sample.request.settings.target.w != w) continue;
    auto fractions = bin_fractions(sample.result.fro_norms, plot.edges);
    if (sample.result.not_finite.count > 0) std::fill(fractions.begin(), fractions.end(), kUnknown);
    plot.panels.push_back({sample.request.drift, view.look(sample.request.drift), std::move(fractions)});
  }
  return plot;
}

/// Makes a plot with a mark for each drift: its error as a denoiser, and how far its samples are from the target.
ScatterPlot both_errors(const ReportView& view, const CompiledSize& size, double w) {
  ScatterPlot plot;
  plot.x = {fmt::format("as a denoiser: mse at t = {:g} n", kCompareAt), true, {}, {}};
  plot.y = {"as a sampler: W1 of the norms", false, 0.0, 1.05 * std::max(w, 1 - w)};
  for (const auto& sample : view.data.samples) {
    if (sample.size != &size || sample.request.settings.target.w != w) continue;
    const std::string& drift = sample.request.drift;
    const MseResult* mse = view.score(size, drift, kCompareAt * size.n(), w);
    if (mse == nullptr) continue;
    plot.groups.push_back({drift, view.look(drift), {{mse->mse, sample.result.w1_norm, drift}}});
  }
  return plot;
}

LinePlot paths(const ReportView& view, const CompiledSize& size, const std::vector<std::string>& drifts) {
  LinePlot plot;
  plot.x = {"t / n", false, 0.0, 4.0};
  plot.y = {"norm of m(Y, t) along a chain", false, 0.0, 1.1};
  for (const std::string& drift : drifts) {
    const SampleResult* result = view.samples(size, drift, view.data.target.w);
    if (result == nullptr) continue;
    for (std::size_t chain = 0; chain < result->paths.size(); ++chain) {
      Series series{fmt::format("{}, chain {}", drift, chain), view.look(drift), SeriesStyle::kLine, {}};
      for (std::size_t i = 0; i < result->path_times.size(); ++i) {
        series.points.push_back(
            {static_cast<double>(result->path_times[i]) / size.n(), static_cast<double>(result->paths[chain][i]), 0});
      }
      plot.series.push_back(std::move(series));
    }
  }
  return plot;
}

}  // namespace

std::vector<Block> sample_blocks(const ReportView& view) {
  std::vector<Block> blocks;
  if (sampled(view, view.main, view.data.target.w)) {
    blocks.push_back(Picture{"Denoiser and sampler",
                             "A good denoiser is on the left, a good sampler at the bottom. amp denoises ten times "
                             "better than the spectral drifts, and better than the paper's network (gnn, where its "
                             "weights were given), and samples no better than the drift 0.",
                             both_errors(view, view.main, view.data.target.w)});
    blocks.push_back(Picture{"Norms of the samples",
                             "The target's are 0 or 1. Bars at 0 in every panel but those of drifts that never return "
                             "0 are the paper's point.",
                             histograms(view, view.main, view.data.target.w)});
    blocks.push_back(
        sample_table(view, view.main, view.data.target.w, fmt::format("Samples at n = {}", view.main.n())));
    blocks.push_back(Picture{"Norm along a few chains",
                             "Where the norm stays near 0 the chain follows pure noise and never leaves it.",
                             paths(view, view.main, {"spectral", "amp", "gnn", "gated(amp)"})});
  }
  if (view.data.target.w < 1 && sampled(view, view.main, 1)) {
    blocks.push_back(Paragraph{
        "With w = 1, where x is never 0, ungated is the worst denoiser, as bad as 2 in noise, and by symmetry an "
        "exact "
        "sampler (Proposition 2.1): whatever Y, it returns a sign pattern, and which one is left to the noise."});
    blocks.push_back(Picture{"Denoiser and sampler, w = 1",
                             "The same with a target that is never 0: the worst denoiser is the only right sampler.",
                             both_errors(view, view.main, 1)});
    blocks.push_back(sample_table(view, view.main, 1, fmt::format("Samples at n = {}, w = 1", view.main.n())));
  }
  if (view.data.small != nullptr && view.data.small != view.data.main &&
      sampled(view, *view.data.small, view.data.target.w)) {
    const CompiledSize& small = *view.data.small;
    blocks.push_back(Paragraph{fmt::format(
        "At n = {}, k = {} the posterior mean can be computed by enumeration, in exponential time: exact is both the "
        "best denoiser and a right sampler.",
        small.id().n, small.id().k)});
    blocks.push_back(Picture{fmt::format("Denoiser and sampler, n = {}", small.n()),
                             "exact is in the corner that no other drift reaches.",
                             both_errors(view, small, view.data.target.w)});
    blocks.push_back(Picture{fmt::format("Norms of the samples, n = {}", small.n()), "As above, at the small size.",
                             histograms(view, small, view.data.target.w)});
    blocks.push_back(sample_table(view, small, view.data.target.w, fmt::format("Samples at n = {}", small.n())));
    blocks.push_back(Picture{fmt::format("Norm along a few chains, n = {}", small.n()),
                             "With the posterior mean a chain decides between 0 and a pattern.",
                             paths(view, small, {"exact", "gated(amp)"})});
  }
  return blocks;
}

}  // namespace driftbench
