#include "tools/report/report_page.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "kernels/thresholds.h"
#include "runtime/metrics.h"

namespace driftbench {
namespace {

/// The t / n at which drifts are compared by one number.
constexpr double kCompareAt = 0.8;

/// Of lines that drifts are held against: grey.
constexpr std::size_t kReferenceLook = 7;

std::string fixed(double value, int digits) { return fmt::format("{:.{}f}", value, digits); }

class PageMaker {
 public:
  explicit PageMaker(const ReportData& data) : data_(data), main_(*data.main) {}

  Page make() {
    Page page;
    page.title = fmt::format("What a polynomial-time drift costs: n = {}, k = {}", main_.n(), main_.k());
    page.summary = {
        "A denoising diffusion samples a distribution by running dY = m(Y, t) dt + dW with a denoiser m as its drift. "
        "Here the distribution is trivial to sample directly: x = s u uᵀ, u with k non-zero entries ±1/√k, s = 1 with "
        "probability w and else 0. A drift can be as good a denoiser of it as any polynomial-time algorithm, and the "
        "diffusion that it drives still samples something else: Montanari and Vu, “Computational bottlenecks for "
        "denoising diffusions”, arXiv 2503.08028.",
        fmt::format("w = {:g}. t is the signal-to-noise ratio of the observation y = t x + noise. Every number on this "
                    "page also stands in the JSON file beside it.",
                    data_.target_w)};
    if (data_.partial) page.notices.push_back("Partial: the run was stopped before all points were measured.");
    add(page, "score", "How well each drift denoises", score_blocks());
    add(page, "samples", "What the diffusion samples with it", sample_blocks());
    add(page, "theorem-1", "Theorem 1: as good a denoiser, a sampler of nothing", collapse_blocks());
    add(page, "lipschitz", "Theorem 3: smooth drifts", lipschitz_blocks());
    add(page, "reduce", "Theorem 2: a sampler is a denoiser", reduction_blocks());
    add(page, "schedules", "Steps, schedules, and the deterministic flow", schedule_blocks());
    add(page, "cost", "Cost and quality together", cost_blocks());
    return page;
  }

 private:
  static void add(Page& page, const char* id, const char* heading, std::vector<Block> blocks) {
    if (!blocks.empty()) page.sections.push_back({id, heading, std::move(blocks)});
  }

  std::size_t look(const std::string& drift) const {
    const auto found = std::find(data_.drifts.begin(), data_.drifts.end(), drift);
    return static_cast<std::size_t>(found - data_.drifts.begin());
  }

  /// The drift's error at (t, w), where it was measured.
  const MseResult* score(const Experiment& experiment, const std::string& drift, double t, double w) const {
    for (const auto& score : data_.scores) {
      if (score.experiment == &experiment && score.request.drift == drift && score.request.settings.target_w == w &&
          std::fabs(score.request.t - t) < 1e-6 * t) {
        return &score.result;
      }
    }
    return nullptr;
  }

  const SampleResult* samples(const Experiment& experiment, const std::string& drift, double w) const {
    for (const auto& sample : data_.samples) {
      if (sample.experiment == &experiment && sample.request.drift == drift && sample.request.settings.target_w == w) {
        return &sample.result;
      }
    }
    return nullptr;
  }

  std::vector<Marker> thresholds() const {
    const double bayes = static_cast<double>(bayes_threshold(main_.n(), main_.k())) / main_.n();
    const double algorithmic = static_cast<double>(algorithmic_threshold(main_.n(), main_.k())) / main_.n();
    return {{bayes, fmt::format("t_bayes {:.2f}", bayes)}, {algorithmic, fmt::format("t_alg {:.2f}", algorithmic)}};
  }

  std::vector<Block> score_blocks() const {
    LinePlot plot;
    plot.x = {"t / n, signal-to-noise ratio", false, 0.0, {}};
    plot.y = {"score-matching error E ‖m(y, t) − x‖²", true, 1e-3, 3.0};
    plot.markers = thresholds();
    for (const std::string& drift : data_.drifts) {
      Series series{drift, look(drift), SeriesStyle::kLinePoints, {}};
      for (const auto& score : data_.scores) {
        if (score.experiment == &main_ && score.request.drift == drift &&
            score.request.settings.target_w == data_.target_w) {
          series.points.push_back({score.request.t / main_.n(), score.result.mse, score.result.standard_error});
        }
      }
      if (!series.points.empty()) plot.series.push_back(std::move(series));
    }
    if (plot.series.empty()) return {};
    if (!data_.reference.empty()) {
      Series series{"reference curve", kReferenceLook, SeriesStyle::kReference, {}};
      const double last = plot.series.front().points.back().x * main_.n();
      for (const ReferencePoint& point : data_.reference) {
        if (point.t <= last) series.points.push_back({point.t / main_.n(), point.mse, 0});
      }
      plot.series.push_back(std::move(series));
    }
    return {Picture{"Score-matching error",
                    fmt::format("Lower is better; the drift 0 has w = {:g}. Bars are a standard error to each side. "
                                "Below the left line no denoiser can do better than 0; between the lines the best "
                                "denoiser could, but takes exponential time; to their right polynomial time is "
                                "enough.",
                                data_.target_w),
                    std::move(plot)}};
  }

  /// One row a drift: what its samples look like.
  CaptionedTable sample_table(const Experiment& experiment, double w, const std::string& caption) const {
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
    for (const auto& sample : data_.samples) {
      if (sample.experiment != &experiment || sample.request.settings.target_w != w) continue;
      auto norms = sample.result.fro_norms;
      std::sort(norms.begin(), norms.end());
      const MseResult* mse = score(experiment, sample.request.drift, kCompareAt * experiment.n(), w);
      table.add_row({sample.request.drift, fmt::format("{}", norms.size()), fixed(norms.front(), 4),
                     fixed(norms[norms.size() / 2], 4), fixed(norms.back(), 4),
                     fixed(sample.result.nonzero_fraction, 2), fixed(sample.result.pattern_fraction, 2),
                     fixed(sample.result.w1_norm, 3), fixed(sample.result.w1_interval.low, 3),
                     fixed(sample.result.w1_interval.high, 3), mse == nullptr ? "-" : fixed(mse->mse, 4)});
    }
    return {caption, std::move(table)};
  }

  bool sampled(const Experiment& experiment, double w) const {
    return std::any_of(data_.samples.begin(), data_.samples.end(), [&](const auto& sample) {
      return sample.experiment == &experiment && sample.request.settings.target_w == w;
    });
  }

  HistogramPlot histograms(const Experiment& experiment, double w) const {
    HistogramPlot plot;
    plot.x = {"Frobenius norm of a sample", false, {}, {}};
    plot.y = {"fraction", false, 0.0, 1.0};
    for (int i = 0; i <= 12; ++i) plot.edges.push_back(0.1 * i - 0.05);
    std::vector<double> target(plot.edges.size() - 1, 0.0);
    target[0] = 1 - w;
    target[10] = w;
    plot.target = {"target", kReferenceLook, std::move(target)};
    for (const auto& sample : data_.samples) {
      if (sample.experiment != &experiment || sample.request.settings.target_w != w) continue;
      plot.panels.push_back(
          {sample.request.drift, look(sample.request.drift), bin_fractions(sample.result.fro_norms, plot.edges)});
    }
    return plot;
  }

  /// A mark a drift: its error as a denoiser, and how far its samples are from the target.
  ScatterPlot both_errors(const Experiment& experiment, double w) const {
    ScatterPlot plot;
    plot.x = {fmt::format("as a denoiser: mse at t = {:g} n", kCompareAt), true, {}, {}};
    plot.y = {"as a sampler: W1 of the norms", false, 0.0, 1.05 * std::max(w, 1 - w)};
    for (const auto& sample : data_.samples) {
      if (sample.experiment != &experiment || sample.request.settings.target_w != w) continue;
      const std::string& drift = sample.request.drift;
      const MseResult* mse = score(experiment, drift, kCompareAt * experiment.n(), w);
      if (mse == nullptr) continue;
      plot.groups.push_back({drift, look(drift), {{std::max(mse->mse, 1e-4), sample.result.w1_norm, drift}}});
    }
    return plot;
  }

  LinePlot paths(const Experiment& experiment, std::vector<std::string> drifts) const {
    LinePlot plot;
    plot.x = {"t / n", false, 0.0, 4.0};
    plot.y = {"norm of m(Y, t) along a chain", false, 0.0, 1.1};
    for (const std::string& drift : drifts) {
      const SampleResult* result = samples(experiment, drift, data_.target_w);
      if (result == nullptr) continue;
      for (std::size_t chain = 0; chain < result->paths.size(); ++chain) {
        Series series{fmt::format("{}, chain {}", drift, chain), look(drift), SeriesStyle::kLine, {}};
        for (std::size_t i = 0; i < result->path_times.size(); ++i) {
          series.points.push_back({static_cast<double>(result->path_times[i]) / experiment.n(),
                                   static_cast<double>(result->paths[chain][i]), 0});
        }
        plot.series.push_back(std::move(series));
      }
    }
    return plot;
  }

  std::vector<Block> sample_blocks() const {
    std::vector<Block> blocks;
    if (sampled(main_, data_.target_w)) {
      blocks.push_back(Picture{"Denoiser and sampler",
                               "A good denoiser is on the left, a good sampler at the bottom. amp denoises ten times "
                               "better than the spectral drifts, and better than the paper's network (gnn, where its "
                               "weights were given), and samples no better than the drift 0.",
                               both_errors(main_, data_.target_w)});
      blocks.push_back(
          Picture{"Norms of the samples",
                  "The target's are 0 or 1. Bars at 0 in every panel but those of drifts that never return "
                  "0 are the paper's point.",
                  histograms(main_, data_.target_w)});
      blocks.push_back(sample_table(main_, data_.target_w, fmt::format("Samples at n = {}", main_.n())));
      blocks.push_back(Picture{"Norm along a few chains",
                               "Where the norm stays near 0 the chain follows pure noise and never leaves it.",
                               paths(main_, {"spectral", "amp", "gnn", "gated(amp)"})});
    }
    if (data_.target_w < 1 && sampled(main_, 1)) {
      blocks.push_back(Paragraph{
          "With w = 1, where x is never 0, ungated is the worst denoiser, as bad as 2 in noise, and by symmetry an "
          "exact "
          "sampler (Proposition 2.1): whatever Y, it returns a sign pattern, and which one is left to the noise."});
      blocks.push_back(Picture{"Denoiser and sampler, w = 1",
                               "The same with a target that is never 0: the worst denoiser is the only right sampler.",
                               both_errors(main_, 1)});
      blocks.push_back(sample_table(main_, 1, fmt::format("Samples at n = {}, w = 1", main_.n())));
    }
    if (data_.small != nullptr && data_.small != data_.main && sampled(*data_.small, data_.target_w)) {
      const Experiment& small = *data_.small;
      blocks.push_back(Paragraph{fmt::format(
          "At n = {}, k = {} the posterior mean can be computed by enumeration, in exponential time: exact is both the "
          "best denoiser and a right sampler.",
          small.n(), small.k())});
      blocks.push_back(Picture{fmt::format("Denoiser and sampler, n = {}", small.n()),
                               "exact is in the corner that no other drift reaches.",
                               both_errors(small, data_.target_w)});
      blocks.push_back(Picture{fmt::format("Norms of the samples, n = {}", small.n()), "As above, at the small size.",
                               histograms(small, data_.target_w)});
      blocks.push_back(sample_table(small, data_.target_w, fmt::format("Samples at n = {}", small.n())));
      blocks.push_back(Picture{fmt::format("Norm along a few chains, n = {}", small.n()),
                               "With the posterior mean a chain decides between 0 and a pattern.",
                               paths(small, {"exact", "gated(amp)"})});
    }
    return blocks;
  }

  /// Theorem 1 by the numbers: the integral over t of the difference of the errors, from the same observations.
  std::vector<Block> collapse_blocks() const {
    struct Grid {
      double t;
      const MseResult *bare, *gated;
    };
    std::vector<Grid> grid;
    for (const auto& bare : data_.scores) {
      if (bare.experiment != &main_ || bare.request.drift != "amp") continue;
      if (bare.request.settings.target_w != data_.target_w) continue;
      const MseResult* gated = score(main_, "gated(amp)", bare.request.t, data_.target_w);
      if (gated != nullptr) grid.push_back({bare.request.t, &bare.result, gated});
    }
    const SampleResult *bare = samples(main_, "amp", data_.target_w),
                       *gated = samples(main_, "gated(amp)", data_.target_w);
    if (grid.size() < 2 || bare == nullptr || gated == nullptr) return {};
    double integral = 0, gated_integral = 0, variance = 0;
    LinePlot plot;
    plot.x = {"t / n", false, 0.0, {}};
    plot.y = {"error of gated(amp) less that of amp", false, {}, {}};
    plot.markers = thresholds();
    Series series{"difference", look("gated(amp)"), SeriesStyle::kLinePoints, {}};
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
      series.points.push_back({grid[i].t / main_.n(), difference.mean(), difference.standard_error()});
    }
    plot.series.push_back(std::move(series));
    const auto largest = [](const SampleResult& result) {
      return static_cast<double>(*std::max_element(result.fro_norms.begin(), result.fro_norms.end()));
    };
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
                "noise the test never does, so it samples 0 alone. As a denoiser it differs by {:.1f} % of amp's "
                "objective, all of it in a window around t_alg, which Theorem 1 makes small as n grows.",
                100 * (gated_integral / integral - 1))},
            CaptionedTable{"The objective that training minimises, and the samples", std::move(table)},
            Picture{"Where the gate costs anything",
                    "Outside the window the two denoise alike, observation by observation.", std::move(plot)}};
  }

  std::vector<Block> lipschitz_blocks() const {
    LinePlot power, random;
    for (LinePlot* plot : {&power, &random}) {
      plot->x = {"t / n", false, 0.0, {}};
      plot->y = {"Lipschitz constant times t, at least", true, {}, {}};
    }
    for (const auto& constant : data_.constants) {
      if (power.series.empty() || power.series.back().name != constant.request.drift) {
        power.series.push_back({constant.request.drift, look(constant.request.drift), SeriesStyle::kLinePoints, {}});
        random.series.push_back(power.series.back());
      }
      const double x = constant.request.t / main_.n();
      power.series.back().points.push_back({x, std::max(constant.result.largest_power, 1e-4), 0});
      random.series.back().points.push_back({x, std::max(constant.result.largest_random, 1e-4), 0});
    }
    if (power.series.empty()) return {};
    Series bound{"C", kReferenceLook, SeriesStyle::kReference, {}};
    const double c = data_.constants.front().request.settings.lipschitz_constant;
    bound.points = {{0, c, 0}, {data_.constants.back().request.t / main_.n(), c, 0}};
    power.series.push_back(std::move(bound));
    std::vector<Block> blocks{
        Paragraph{
            "Theorem 3 speaks of drifts whose Lipschitz constant in Y is C / t. lipschitz(amp) is amp averaged over "
            "noise in Y, lipschitz(spectral) is made without jumps. What is measured are lower bounds on the "
            "constant, by finite differences of length 0.003 t; values below 0.0001 are drawn there."},
        Picture{"By the power method",
                "The largest over the observations. A jump shows as 1 / 0.003 = 333 times its height.",
                std::move(power)},
        Picture{"In random directions", "A lower bound too, and a weak one: most directions do not matter.",
                std::move(random)}};
    const SampleResult *smooth = samples(main_, "lipschitz(amp)", data_.target_w),
                       *bare = samples(main_, "amp", data_.target_w);
    if (smooth != nullptr && bare != nullptr) {
      blocks.push_back(Paragraph{
          fmt::format("As a sampler lipschitz(amp) has W1 {:.3f} ({:.3f} to {:.3f}, {} chains), where amp has {:.3f} "
                      "({:.3f} to {:.3f}).",
                      smooth->w1_norm, smooth->w1_interval.low, smooth->w1_interval.high, smooth->fro_norms.size(),
                      bare->w1_norm, bare->w1_interval.low, bare->w1_interval.high)});
    }
    return blocks;
  }

  std::vector<Block> reduction_blocks() const {
    LinePlot plot;
    plot.x = {"N, chains averaged", true, {}, {}};
    plot.y = {"mean squared error", true, {}, {}};
    Table direct({{"drift", ""},
                  {"direct", "mse of the drift at (y, t)"},
                  {"±", "standard error"},
                  {"exact", "mse of the posterior mean"},
                  {"± ", "standard error"}});
    std::optional<MeanError> exact;
    double t = 0;
    for (const auto& reduction : data_.reductions) {
      Series series{reduction.request.drift, look(reduction.request.drift), SeriesStyle::kLinePoints, {}};
      for (const ReduceResult& result : reduction.result) {
        series.points.push_back(
            {static_cast<double>(result.copies), result.sampler.mean, result.sampler.standard_error});
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
    return {
        Picture{fmt::format("Averages of chains from (y, t), n = {}, t = {:g}", data_.small->n(), t),
                "The diffusion started at an observation and run to its end N times; the error of the average of the "
                "ends. A right sampler reaches the posterior mean, and one chain has twice its error; a wrong one "
                "stays above.",
                std::move(plot)},
        CaptionedTable{"The drifts themselves on the same observations", std::move(direct)}};
  }

  std::vector<Block> schedule_blocks() const {
    std::vector<Block> blocks;
    LinePlot quality;
    quality.x = {"steps", true, {}, {}};
    quality.y = {"W1 of the norms", true, {}, {}};
    const std::array<const char*, 4> names{"diffusion, uniform", "diffusion, geometric", "flow, uniform",
                                           "flow, geometric"};
    for (std::size_t kind = 0; kind < names.size(); ++kind) {
      Series series{names[kind], kind, SeriesStyle::kLinePoints, {}};
      for (const auto& run : data_.schedules) {
        const bool geometric = run.request.grid.name != "uniform";
        if (kind != 2 * static_cast<std::size_t>(run.request.flow) + static_cast<std::size_t>(geometric)) continue;
        series.points.push_back({static_cast<double>(run.result.steps), std::max(run.result.w1_norm, 1e-3), 0});
      }
      if (!series.points.empty()) quality.series.push_back(std::move(series));
    }
    if (!quality.series.empty()) {
      const std::int64_t chains = data_.schedules.front().request.chains;
      const double floor = w1_of_target_draws(data_.target_w, chains);
      const auto& points = quality.series.front().points;
      quality.series.push_back({fmt::format("{} draws of the target", chains),
                                kReferenceLook,
                                SeriesStyle::kReference,
                                {{points.front().x, floor, 0}, {points.back().x, floor, 0}}});
      blocks.push_back(Picture{
          fmt::format("Quality of the samples of exact against the number of steps, n = {}", data_.small->n()),
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
    for (const auto& run : data_.convergence) {
      Series series{run.request.drift, look(run.request.drift), SeriesStyle::kLinePoints, {}};
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

  std::vector<Block> cost_blocks() const {
    std::vector<Block> blocks;
    for (const double factor : {0.6, 0.8, 1.0}) {
      ScatterPlot plot;
      plot.x = {"mean time of one step, drift and noise, microseconds", true, {}, {}};
      plot.y = {fmt::format("mse at t = {:g} n", factor), true, {}, {}};
      plot.frontier = true;
      Group group{"drifts", 0, {}};
      for (const auto& step : data_.steps) {
        if (step.experiment != &main_ || step.result.phase != "step") continue;
        const MseResult* mse = score(main_, step.request.drift, factor * main_.n(), data_.target_w);
        if (mse == nullptr) continue;
        group.marks.push_back({1e-3 * step.result.latency.mean(), std::max(mse->mse, 1e-4), step.request.drift});
      }
      if (group.marks.empty()) continue;
      plot.groups.push_back(std::move(group));
      blocks.push_back(Picture{fmt::format("Cost and error at t = {:g} n", factor),
                               "Down and left is better; the line joins the drifts that no other beats in both.",
                               std::move(plot)});
    }
    return blocks;
  }

  const ReportData& data_;
  const Experiment& main_;
};

nlohmann::ordered_json table_json(const std::string& title, const Table& table) {
  auto columns = nlohmann::ordered_json::array();
  for (const Column& column : table.columns()) columns.push_back(column.name);
  return {{"title", title}, {"columns", std::move(columns)}, {"rows", table.rows()}};
}

nlohmann::ordered_json block_json(const Paragraph& block) { return {{"text", block.text}}; }
nlohmann::ordered_json block_json(const Notice& block) { return {{"text", block.text}}; }
nlohmann::ordered_json block_json(const CaptionedTable& block) { return table_json(block.caption, block.table); }
nlohmann::ordered_json block_json(const Picture& block) {
  auto json = table_json(block.title, table_of(block.plot));
  json["text"] = block.caption;
  return json;
}

}  // namespace

Page make_page(const ReportData& data) { return PageMaker(data).make(); }

nlohmann::ordered_json to_json(const Page& page) {
  auto sections = nlohmann::ordered_json::array();
  for (const Section& section : page.sections) {
    auto blocks = nlohmann::ordered_json::array();
    for (const Block& block : section.blocks) {
      blocks.push_back(std::visit([](const auto& kind) { return block_json(kind); }, block));
    }
    sections.push_back({{"id", section.id}, {"heading", section.heading}, {"blocks", std::move(blocks)}});
  }
  return {
      {"title", page.title}, {"summary", page.summary}, {"notices", page.notices}, {"sections", std::move(sections)}};
}

}  // namespace driftbench
