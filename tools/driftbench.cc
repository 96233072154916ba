// The command line: parses arguments, runs one subcommand, prints its report.

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tools/arguments.h"
#include "tools/commands.h"
#include "tools/environment.h"
#include "tools/errors.h"
#include "tools/experiment.h"
#include "tools/output.h"
#include "tools/weights.h"

namespace driftbench {
namespace {

/// The arguments as they were written; text, so that every refusal is worded in one place (arguments.cc).
struct Texts {
  std::string n = "350", k = "20", drift = "all", seed = "1", target_w = "0.5", threads;
  std::string dt = "0.5", t_end = "4n", chains = "16";
  std::string t, t_grid, samples = "1000";
  std::string steps = "2000";
  std::string json;
  std::optional<std::string> weights;
  bool quiet = false;
};

void add_output_options(CLI::App& app, Texts& texts) {
  app.add_option("--json", texts.json, "Write the results as JSON to this file; - is stdout, without the table");
  app.add_flag("--quiet", texts.quiet, "No progress on the terminal");
}

void add_common_options(CLI::App& app, Texts& texts) {
  app.add_option("--n", texts.n, "Dimension of the matrices")->capture_default_str();
  app.add_option("--k", texts.k, "Non-zero entries of u; `driftbench list` shows the pairs n, k")
      ->capture_default_str();
  app.add_option("--drift", texts.drift, "Drifts, separated by commas, or all")->capture_default_str();
  app.add_option("--weights", texts.weights, "Safetensors file of the weights that the drift gnn needs");
  app.add_option("--seed", texts.seed, "Names the run: same seed, same results")->capture_default_str();
  app.add_option("--target-w", texts.target_w, "P(s = 1): the target's weight of non-zero matrices")
      ->capture_default_str();
  app.add_option("--threads", texts.threads, "Threads; the results do not depend on it (default: all cores)");
  add_output_options(app, texts);
}

void add_schedule_options(CLI::App& app, Texts& texts) {
  app.add_option("--dt", texts.dt, "Step of the diffusion; like all times a number or a multiple of n, such as 0.8n")
      ->capture_default_str();
  app.add_option("--t-end", texts.t_end, "End of the diffusion")->capture_default_str();
}

/// A network can be applied at another size than its own, but nobody should do so unknowingly.
void warn_of_size(const std::string& path, const WeightsFile& file, const Options& options) {
  const auto infos = options.experiment->drifts();
  const bool used = std::any_of(infos.begin(), infos.end(), [&](const DriftInfo& info) {
    return info.needs_weights &&
           std::find(options.drifts.begin(), options.drifts.end(), info.name) != options.drifts.end();
  });
  const int n = options.experiment->n(), k = options.experiment->k();
  if (!used || (file.n.value_or(n) == n && file.k.value_or(k) == k)) return;
  const auto known = [](std::optional<int> size) { return size ? fmt::format("{}", *size) : "unknown"; };
  fmt::print(stderr, "driftbench: warning: --weights {}: trained for n = {}, k = {}; used with n = {}, k = {}\n", path,
             known(file.n), known(file.k), n, k);
}

/// Parses what all subcommands share and what this one has. The weights outlive the options.
Options parse_options(const Texts& texts, const std::vector<std::unique_ptr<Experiment>>& all,
                      const std::string& command, const std::optional<WeightsFile>& weights) {
  Options options;
  options.experiment = &find_experiment(all, texts.n, texts.k);
  const int n = options.experiment->n();
  if (weights) options.settings.weights = &weights->weights;
  options.drifts = parse_drifts(texts.drift, *options.experiment, options.settings);
  options.seed = parse_seed(texts.seed);
  options.target_w = parse_probability("--target-w", texts.target_w);
  options.threads = texts.threads.empty() ? static_cast<int>(std::max(1U, std::thread::hardware_concurrency()))
                                          : static_cast<int>(parse_integer("--threads", texts.threads, 1, 1024));
  options.quiet = texts.quiet;
  options.dt = parse_time("--dt", texts.dt, n);
  options.t_end = parse_time("--t-end", texts.t_end, n);
  if (command != "mse") check_steps(options.dt, options.t_end, command == "sample" ? 1 : 2);
  options.chains = parse_integer("--chains", texts.chains, 1, 1'000'000);
  options.samples = parse_integer("--samples", texts.samples, 2, 100'000'000);
  options.steps = parse_integer("--steps", texts.steps, 1, 1'000'000'000'000);
  if (!texts.t.empty() && !texts.t_grid.empty()) throw ArgumentError("--t and --t-grid: give one of them");
  options.times = !texts.t_grid.empty() ? parse_grid("--t-grid", texts.t_grid, n)
                                        : parse_times("--t", texts.t.empty() ? "0.4n,0.8n,1.2n" : texts.t, n);
  return options;
}

Report run(const std::string& command, const Texts& texts, const std::vector<std::unique_ptr<Experiment>>& all) {
  if (command == "list") return run_list(all);
  std::optional<WeightsFile> weights;
  if (texts.weights) weights = read_weights(*texts.weights);
  const Options options = parse_options(texts, all, command, weights);
  if (weights) warn_of_size(*texts.weights, *weights, options);
  if (command == "sample") return run_sample(options);
  if (command == "mse") return run_mse(options);
  if (command == "profile") return run_profile(options);
  return run_overview(options);
}

int run_command_line(int argc, char** argv) {
  CLI::App app(
      "Measures what the drift of a denoising diffusion costs, how well it denoises and what its samples look like.\n"
      "Without a subcommand it does all three for every drift, in about half a minute.",
      "driftbench");
  Texts texts;
  app.set_version_flag("--version", kVersion);
  add_common_options(app, texts);
  app.require_subcommand(0, 1);

  CLI::App* list = app.add_subcommand("list", "Drifts and sizes that there are");
  add_output_options(*list, texts);
  CLI::App* sample = app.add_subcommand("sample", "Run the diffusion with a drift, show what its samples look like");
  add_common_options(*sample, texts);
  add_schedule_options(*sample, texts);
  sample->add_option("--chains", texts.chains, "Samples to generate")->capture_default_str();
  CLI::App* mse = app.add_subcommand("mse", "Score-matching error of a drift against the signal-to-noise ratio");
  add_common_options(*mse, texts);
  mse->add_option("--t", texts.t, "Signal-to-noise ratios, separated by commas (default: 0.4n,0.8n,1.2n)");
  mse->add_option("--t-grid", texts.t_grid, "first:last:step, both ends included");
  mse->add_option("--samples", texts.samples, "Draws of x and of the noise at each t")->capture_default_str();
  CLI::App* profile = app.add_subcommand("profile", "Time every step of the diffusion and the phases inside it");
  add_common_options(*profile, texts);
  add_schedule_options(*profile, texts);
  profile->add_option("--steps", texts.steps, "Steps to time")->capture_default_str();

  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    throw ArgumentError(fmt::format("{}; see driftbench --help", error.what()));
  }

  std::string command_line = "driftbench";
  for (int i = 1; i < argc; ++i) command_line += fmt::format(" {}", argv[i]);
  const auto subcommands = app.get_subcommands();
  const std::string command = subcommands.empty() ? "" : subcommands.front()->get_name();
  std::optional<OutputFile> json_file;
  if (!texts.json.empty()) json_file.emplace(texts.json);

  const Report report = run(command, texts, all_experiments());
  const auto environment = describe_environment();
  if (!json_file || !json_file->is_stdout()) {
    print_stdout(report.text + (command == "list" ? "" : "\n" + describe_environment_line(environment)));
  }
  if (json_file) {
    const nlohmann::ordered_json document = {{"tool", "driftbench"},
                                             {"version", kVersion},
                                             {"command", command_line},
                                             {"environment", environment},
                                             {"results", report.results}};
    json_file->commit(document.dump(1) + "\n");
  }
  return 0;
}

}  // namespace
}  // namespace driftbench

int main(int argc, char** argv) {
  try {
    return driftbench::run_command_line(argc, argv);
  } catch (const driftbench::ArgumentError& error) {
    fmt::print(stderr, "driftbench: {}\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "driftbench: {}\n", error.what());
    return 1;
  }
}
