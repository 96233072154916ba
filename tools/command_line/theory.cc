#include "tools/command_line/theory.h"

#include <fmt/core.h>

#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tools/base/errors.h"
#include "tools/base/outputs.h"
#include "tools/base/table.h"
#include "tools/command_line/common_options.h"
#include "tools/command_line/findings_command.h"
#include "tools/pictures/gnuplot.h"
#include "tools/pictures/plot.h"
#include "tools/sizes/results.h"
#include "tools/theory/state_evolution.h"

namespace driftbench {
namespace {

using nlohmann::ordered_json;

struct TheoryPlan {
  const CompiledSize* size;
  TargetSettings target;
  EntryLaw law;
  std::vector<double> times;
};

/// Returns lambda^2 of state evolution.
double lambda2(const CompiledSize& size, double t) { return 2 * t / size.n(); }

/// Returns t where lambda^2 has that value.
double time_of(const CompiledSize& size, double lambda2) { return lambda2 * size.n() / 2; }

/// Draws the two branches of the error against t / n.
LinePlot error_plot(const TheoryPlan& plan, const ordered_json& results) {
  LinePlot plot;
  plot.x = {"t / n, signal-to-noise ratio", false, 0.0, {}};
  plot.y = {"error E ‖m(y, t) − x‖², as n grows", false, 0.0, {}};
  for (const auto& [name, key] :
       {std::pair("AMP, from nothing", "mse_from_nothing"), std::pair("AMP, from the truth", "mse_from_truth"),
        std::pair("posterior mean", "mse_bayes")}) {
    Series series{name, plot.series.size(), SeriesStyle::kLine, {}};
    for (const auto& result : results) {
      series.points.push_back({result.at("t").get<double>() / plan.size->n(), result.at(key).get<double>()});
    }
    plot.series.push_back(std::move(series));
  }
  const auto& first = results.front();
  for (const char* name : {"t_truth", "t_information", "t_algorithm"}) {
    if (first.at(name).is_null()) continue;
    const double at = first.at(name).get<double>() / plan.size->n();
    plot.markers.push_back({at, fmt::format("{} {:.2f}", name, at)});
  }
  return plot;
}

/// Draws where the thresholds lie by density.
LinePlot phase_plot(const EntryLaw& law) {
  constexpr double kLeast = 0.003;
  constexpr int kDensities = 50;
  LinePlot plot;
  plot.x = {"t / n, signal-to-noise ratio", false, 0.0, {}};
  plot.y = {"density, the part of the entries of u that are not 0", true};
  Series truth{"AMP from the truth stays", 0, SeriesStyle::kLine, {}};
  Series information{"the posterior mean knows more", 1, SeriesStyle::kLine, {}};
  Series algorithm{"AMP from nothing finds it", 2, SeriesStyle::kLine, {}};
  for (int i = 0; i < kDensities; ++i) {
    const double density = std::pow(kLeast, 1 - static_cast<double>(i) / (kDensities - 1));
    const auto at = StateEvolution(*law.with_density(density)).thresholds();
    if (!at) continue;
    truth.points.push_back({at->truth / 2, density});
    information.points.push_back({at->information / 2, density});
    algorithm.points.push_back({at->algorithm / 2, density});
  }
  plot.series = {std::move(truth), std::move(information), std::move(algorithm)};
  return plot;
}

Findings run_theory(const TheoryPlan& plan) {
  const StateEvolution evolution(plan.law);
  const auto phases = evolution.thresholds();
  const Thresholds formulas = plan.size->thresholds(plan.target);
  const auto time_or_null = [&](const std::optional<double>& at) {
    return at ? ordered_json(time_of(*plan.size, *at)) : nullptr;
  };
  const auto of_phases = [&](double PhaseThresholds::*at) {
    return time_or_null(phases ? std::optional((*phases).*at) : std::nullopt);
  };
  Findings findings;
  Table table(
      {{"t", "signal-to-noise ratio of the observation t x + W_t"},
       {"t/n", ""},
       {"from nothing", "error that AMP reaches from nothing, w (1 - q^2) with q the overlap of state evolution"},
       {"from truth", "the same from the truth: what a denoiser could know that is given a hint"},
       {"posterior", "the error of the posterior mean, the one of the two that has the higher evidence"}});
  for (const double t : plan.times) {
    const auto error = [&](double overlap) { return plan.target.w * (1 - overlap * overlap); };
    const double at = lambda2(*plan.size, t);
    const double nothing = error(evolution.overlap_from_nothing(at)), truth = error(evolution.overlap_from_truth(at));
    const double bayes = phases && at < phases->information ? nothing : truth;
    ordered_json json = size_json(*plan.size);
    if (plan.size->target().has_density) json["density"] = plan.target.density;
    json["target_w"] = plan.target.w;
    json["t"] = t;
    json["mse_from_nothing"] = nothing;
    json["mse_from_truth"] = truth;
    json["mse_bayes"] = bayes;
    json["t_truth"] = of_phases(&PhaseThresholds::truth);
    json["t_information"] = of_phases(&PhaseThresholds::information);
    json["t_algorithm"] = of_phases(&PhaseThresholds::algorithm);
    json["t_bayes_formula"] = formulas.bayes ? ordered_json(*formulas.bayes) : nullptr;
    json["t_alg_formula"] = formulas.algorithmic ? ordered_json(*formulas.algorithmic) : nullptr;
    findings.results.push_back(std::move(json));
    table.add_row({fmt::format("{:g}", t), fmt::format("{:.3g}", t / plan.size->n()), fixed(nothing, 4),
                   fixed(truth, 4), fixed(bayes, 4)});
  }
  const auto say = [&](const char* what, const std::optional<double>& at) {
    return at ? fmt::format("{}{:.1f}, {:.3f} n\n", what, *at, *at / plan.size->n()) : "";
  };
  const auto phase = [&](double PhaseThresholds::*at) {
    return phases ? std::optional(time_of(*plan.size, (*phases).*at)) : std::nullopt;
  };
  const bool is_hard = phases && phases->truth < phases->algorithm;
  findings.text =
      fmt::format("{}, {}\n\n", describe(plan.size->id()), describe_target(plan.size->target(), plan.target)) +
      (!phases    ? std::string("the error falls without a transition: no time is hard\n")
       : !is_hard ? say("AMP finds x, and x can be found at all, above t = ", phase(&PhaseThresholds::algorithm))
                  : say("AMP from the truth stays near it above t = ", phase(&PhaseThresholds::truth)) +
                        say("x can be found at all above        t = ", phase(&PhaseThresholds::information)) +
                        say("AMP finds x from nothing above     t = ", phase(&PhaseThresholds::algorithm))) +
      say("formula for large n: x can be found at all above t_bayes = ", formulas.bayes) +
      say("formula for large n: polynomial time finds x above t_alg = ", formulas.algorithmic) + "\n" +
      table.to_string();
  return findings;
}

class TheoryCommand final : public FindingsCommand {
 public:
  TheoryCommand()
      : FindingsCommand({"theory", "What AMP and the best denoiser reach of a target as n grows: state evolution", "",
                         "--target signs --n 64 --density 0.05 --t-grid 0.1n:1n:0.1n", "leave out --json"}) {}
  std::vector<OptionGroup> options() override {
    return {target_.group(), {"Theory", {&times_.t, &times_.t_grid, &picture_, &phases_}}, output_options()};
  }

 protected:
  AcceptedRun accept(const CompiledSizes& sizes, Outputs& outputs) override {
    const TargetSettings settings = target_.settings(sizes);
    const CompiledSize& size = find_size(sizes, target_.size());
    const auto law = size.entry_law(settings);
    if (!law) {
      throw ArgumentError(
          fmt::format("--target: \"{}\" is not possible, it does not tell the law of an entry of u", size.id().target));
    }
    const TheoryPlan plan{&size, settings, *law, times_.times(size.n())};
    if (phases_.given && !law->with_density(1)) {
      throw ArgumentError(fmt::format("{}: {} is not possible with the target {}, which has no density; leave it out",
                                      phases_.name, *phases_.given, size.id().target));
    }
    Output* const picture = picture_.given ? &outputs.accept(picture_.name, *picture_.given) : nullptr;
    Output* const phases = phases_.given ? &outputs.accept(phases_.name, *phases_.given) : nullptr;
    return [=, &outputs] {
      Findings findings = run_theory(plan);
      if (picture != nullptr) {
        draw(findings, outputs, *picture, error_plot(plan, findings.results), "Error against t",
             "The error of AMP from nothing and from the truth, and of the posterior mean, in the limit of large n");
      }
      if (phases != nullptr) {
        draw(findings, outputs, *phases, phase_plot(plan.law), "Phases",
             "The signal-to-noise ratios that part the phases, by the density of u");
      }
      return findings;
    };
  }

 private:
  /// Draws a picture. One that cannot be drawn costs no results.
  static void draw(Findings& findings, Outputs& outputs, Output& output, const Plot& plot, const std::string& title,
                   const std::string& description) {
    try {
      outputs.write(output, draw_plot(plot, Width::kPage, "theory", title, description));
    } catch (const GnuplotError& error) {
      findings.fail(fmt::format("{}: {}", title, error.what()));
    }
  }

  TargetOptions target_;
  TimeOptions times_;
  Option picture_{"--picture", "FILE", kFilePipeOrStdout, "", "Draw the error against t, as SVG; gnuplot draws it"};
  Option phases_{"--phases", "FILE", kFilePipeOrStdout, "", "Draw the thresholds against the density of u, as SVG"};
};

}  // namespace

std::unique_ptr<Command> theory_command() { return std::make_unique<TheoryCommand>(); }

}  // namespace driftbench
