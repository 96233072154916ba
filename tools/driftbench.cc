// The command line: parses arguments, runs one subcommand, prints its report.

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <cctype>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tools/arguments.h"
#include "tools/commands.h"
#include "tools/compare.h"
#include "tools/denoise.h"
#include "tools/environment.h"
#include "tools/errors.h"
#include "tools/experiment.h"
#include "tools/output.h"
#include "tools/report/page.h"
#include "tools/report/reference.h"
#include "tools/report/report_data.h"
#include "tools/report/report_page.h"
#include "tools/scaling.h"
#include "tools/weights.h"

namespace driftbench {
namespace {

/// The arguments as they were written; text, so that every refusal is worded in one place (arguments.cc).
struct Texts {
  std::optional<std::string> n, k, drift, samples, steps;  // no value of theirs is right for every subcommand
  std::string seed = "1", target_w = "0.5";
  std::string threads = std::to_string(std::max(1U, std::thread::hardware_concurrency()));
  std::string dt = "0.5", t_end = "4n", schedule = "uniform", sampler = "euler-maruyama", chains = "16";
  std::string copies = "256", levels = "4";
  std::string lipschitz_constant = "100";
  std::string out = "report.html";
  std::optional<std::string> t, t_grid, json, weights, reference, profile_a, profile_b;
  bool quiet = false, quick = false, full = false;
};

/// An option that takes one value, written as it is after its name. What is wrong with its use is found by
/// check_arguments; CLI11 alone would name neither what was given nor what is possible.
void add_option(CLI::App& app, const char* name, std::string& text, const char* help) {
  app.add_option(name, text, help)->capture_default_str()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}
void add_option(CLI::App& app, const char* name, std::optional<std::string>& text, const char* help) {
  app.add_option_function<std::string>(
         name, [&text](const std::string& given) { text = given; }, help)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

void add_output_options(CLI::App& app, Texts& texts) {
  add_option(app, "--json", texts.json, "Write the results as JSON to this file; - is stdout, without the table");
  app.add_flag("--quiet", texts.quiet, "No progress on the terminal")->disable_flag_override();
}

/// What a run is named by, whatever is done with its drift.
void add_run_options(CLI::App& app, Texts& texts,
                     const char* k = "Non-zero entries of u; `driftbench list` shows the pairs n, k (default: 20)") {
  add_option(app, "--k", texts.k, k);
  app.add_option("--weights", texts.weights, "Safetensors file of the weights that the drift gnn needs");
  add_option(app, "--seed", texts.seed, "Names the run: same seed, same results");
  add_option(app, "--target-w", texts.target_w, "P(s = 1): the target's weight of non-zero matrices");
  add_option(app, "--lipschitz-constant", texts.lipschitz_constant,
             "C of the drifts lipschitz(D), whose Lipschitz constant in Y is C/t");
}

void add_common_options(CLI::App& app, Texts& texts) {
  add_option(app, "--n", texts.n, "Dimension of the matrices (default: 350)");
  add_option(app, "--drift", texts.drift,
             "Drifts, separated by commas and possibly wrapped as in gated(spectral), or all (default: all)");
  add_run_options(app, texts);
  add_option(app, "--threads", texts.threads, "Threads; the results do not depend on it");
  add_output_options(app, texts);
}

void add_schedule_options(CLI::App& app, Texts& texts) {
  add_option(app, "--dt", texts.dt, "Step of the diffusion; like all times a number or a multiple of n, such as 0.8n");
  add_option(app, "--t-end", texts.t_end, "End of the diffusion");
}

void add_schedule_option(CLI::App& app, Texts& texts) {
  add_option(
      app, "--schedule", texts.schedule,
      "Ends of the steps: uniform (steps of --dt to --t-end), geometric:STEPS (from --dt to --t-end by a constant "
      "factor), grid:T,T,... (as given, whatever --dt and --t-end)");
}

void add_t_options(CLI::App& app, Texts& texts) {
  add_option(app, "--t", texts.t, "Signal-to-noise ratios, separated by commas (default: 0.4n,0.8n,1.2n)");
  add_option(app, "--t-grid", texts.t_grid,
             "Signal-to-noise ratios first:last:step, both ends included, in place of --t");
}

void add_denoise_options(CLI::App& app, Texts& texts) {
  add_option(app, "--n", texts.n, "Dimension that every matrix must have (default: each its own)");
  add_option(app, "--drift", texts.drift, "The one drift, possibly wrapped as in gated(spectral)");
  add_option(app, "--t", texts.t, "Signal-to-noise ratio of the matrices: a number or a multiple of n, such as 0.8n");
  add_run_options(app, texts);
  app.add_flag("--quiet", texts.quiet, "Do not say that matrices are padded")->disable_flag_override();
}

/// Of --samples: a sample of reduce is as dear as its copies' diffusions, one of lipschitz as some ten estimates.
const char* default_samples(const std::string& command) {
  if (command == "reduce") return "100";
  return command == "lipschitz" ? "20" : "1000";
}

constexpr char kDefaultN[] = "350", kDefaultK[] = "20";

std::int64_t parse_steps(const Texts& texts, const char* otherwise, std::int64_t least) {
  return parse_integer("--steps", texts.steps.value_or(otherwise), least, 1'000'000'000'000);
}

/// Parses what all subcommands but denoise and scaling share and what this one has. The weights outlive the options.
Options parse_options(const Texts& texts, const std::vector<std::unique_ptr<Experiment>>& all,
                      const std::string& command, const std::optional<WeightsFile>& weights) {
  Options options;
  options.experiment = &find_experiment(all, texts.n.value_or(kDefaultN), texts.k.value_or(kDefaultK));
  const int n = options.experiment->n();
  if (weights) options.settings.weights = &weights->weights;
  options.drifts = parse_drifts(texts.drift.value_or("all"), *options.experiment, options.settings);
  options.seed = parse_seed(texts.seed);
  options.settings.target_w = parse_probability("--target-w", texts.target_w);
  options.settings.lipschitz_constant = parse_positive("--lipschitz-constant", texts.lipschitz_constant);
  options.threads = static_cast<int>(parse_integer("--threads", texts.threads, 1, 1024));
  options.quiet = texts.quiet;
  if (command != "mse" && command != "lipschitz") {
    const bool has_profile = command == "profile" || command.empty();
    options.grid = parse_schedule(texts.schedule, texts.dt, texts.t_end, n, has_profile ? 2 : 1);
  }
  options.flow = parse_choice("--sampler", texts.sampler, {"euler-maruyama", "probability-flow"}) == 1;
  options.copies = parse_integer("--copies", texts.copies, 1, 1'000'000);
  options.levels = parse_integer("--levels", texts.levels, 1, 10);
  options.chains = parse_integer("--chains", texts.chains, 1, 1'000'000);
  options.samples = parse_integer("--samples", texts.samples.value_or(default_samples(command)), 2, 100'000'000);
  options.steps = parse_steps(texts, "2000", 1);
  if (texts.t && texts.t_grid) {
    throw ArgumentError(fmt::format("--t and --t-grid: \"{}\" and \"{}\" are not possible together; give one", *texts.t,
                                    *texts.t_grid));
  }
  options.times = texts.t_grid ? parse_grid("--t-grid", *texts.t_grid, n)
                               : parse_times("--t", texts.t.value_or("0.4n,0.8n,1.2n"), n);
  if (command == "reduce") check_before_end(options.times, options.grid.times);
  if (command == "convergence") check_whole_steps(*options.grid.dt, options.grid.t_end, options.levels);
  return options;
}

std::optional<WeightsFile> given_weights(const Texts& texts) {
  if (!texts.weights) return std::nullopt;
  return read_weights(*texts.weights);
}

DenoiseOptions parse_denoise_options(const Texts& texts, const std::vector<std::unique_ptr<Experiment>>& all,
                                     const std::optional<WeightsFile>& weights) {
  DenoiseOptions options;
  Request& request = options.request;
  if (weights) {
    options.weights = &*weights;
    request.settings.weights = &weights->weights;
  }
  request.drift = texts.drift.value_or("");
  options.experiments = find_experiments(all, texts.k.value_or(kDefaultK), request.drift, request.settings);
  const int k = options.experiments.front()->k(), largest = options.experiments.back()->n();
  if (texts.n) options.n = static_cast<int>(parse_integer("--n", *texts.n, k, largest));
  request.seed = parse_seed(texts.seed);
  request.settings.target_w = parse_probability("--target-w", texts.target_w);
  request.quiet = texts.quiet;
  options.t = texts.t.value_or("");
  parse_time("--t", options.t, options.n.value_or(largest));
  return options;
}

ScalingOptions parse_scaling_options(const Texts& texts, const std::vector<std::unique_ptr<Experiment>>& all,
                                     const std::optional<WeightsFile>& weights) {
  ScalingOptions options;
  if (weights) options.settings.weights = &weights->weights;
  options.drifts = parse_drifts_at_sizes(texts.drift.value_or("all"), all, texts.k, options.settings);
  options.settings.target_w = parse_probability("--target-w", texts.target_w);
  options.settings.lipschitz_constant = parse_positive("--lipschitz-constant", texts.lipschitz_constant);
  options.seed = parse_seed(texts.seed);
  options.steps = parse_steps(texts, "1000", 20);
  options.quiet = texts.quiet;
  return options;
}

Report compare(const Texts& texts) {
  if (!texts.profile_a || !texts.profile_b) {
    throw ArgumentError("compare: two files are needed; give two that `driftbench profile --json` wrote");
  }
  return run_compare(*texts.profile_a, *texts.profile_b);
}

Report run(const std::string& command, const Texts& texts, const std::vector<std::unique_ptr<Experiment>>& all) {
  if (command == "list") return run_list(all);
  if (command == "compare") return compare(texts);
  const std::optional<WeightsFile> weights = given_weights(texts);
  if (command == "scaling") return run_scaling(parse_scaling_options(texts, all, weights));
  const Options options = parse_options(texts, all, command, weights);
  if (weights && std::any_of(options.drifts.begin(), options.drifts.end(), [&](const std::string& drift) {
        return options.experiment->drift(drift).needs_weights;
      })) {
    warn_of_size(*weights, options.experiment->n(), options.experiment->k());
  }
  if (command == "sample") return run_sample(options);
  if (command == "mse") return run_mse(options);
  if (command == "profile") return run_profile(options);
  if (command == "reduce") return run_reduce(options);
  if (command == "lipschitz") return run_lipschitz(options);
  if (command == "convergence") return run_convergence(options);
  return run_overview(options);
}

/// One line, whatever the arguments that it quotes hold.
void print_error(std::string text) {
  for (char& c : text) {
    if (std::iscntrl(static_cast<unsigned char>(c)) != 0) c = '?';
  }
  std::fputs(("driftbench: " + text + "\n").c_str(), stderr);
}

/// The document that --json asks for.
nlohmann::ordered_json make_document(const std::string& command_line, const nlohmann::ordered_json& environment,
                                     nlohmann::ordered_json results) {
  return {{"tool", "driftbench"},
          {"version", kVersion},
          {"command", command_line},
          {"environment", environment},
          {"results", std::move(results)}};
}

std::string json_text(const nlohmann::ordered_json& document) {
  // Arguments may be any bytes; JSON is UTF-8.
  return document.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

/// Set by the first ctrl-C of a report; the second ends the program as ever.
std::atomic<bool> stop_requested{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void stop_on_interrupt() {
  struct sigaction action {};
  action.sa_handler = [](int) { stop_requested = true; };
  action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
}

/// Where the numbers of a page go that nobody named a place for.
std::string json_path(const Texts& texts) {
  if (texts.json) return *texts.json;
  std::filesystem::path path = texts.out;
  return path.replace_extension(".json").string();
}

ReportOptions parse_report_options(const Texts& texts, const std::vector<std::unique_ptr<Experiment>>& all,
                                   const std::optional<WeightsFile>& weights) {
  ReportOptions options;
  options.all = &all;
  options.experiment = &find_experiment(all, texts.n.value_or(kDefaultN), texts.k.value_or(kDefaultK));
  Request& request = options.request;
  if (weights) request.settings.weights = &weights->weights;
  request.settings.target_w = parse_probability("--target-w", texts.target_w);
  request.settings.lipschitz_constant = parse_positive("--lipschitz-constant", texts.lipschitz_constant);
  request.seed = parse_seed(texts.seed);
  request.threads = static_cast<int>(parse_integer("--threads", texts.threads, 1, 1024));
  request.quiet = texts.quiet;
  if (texts.quick && texts.full) throw ArgumentError("--quick and --full: not possible together; give one");
  options.scale = texts.quick ? ReportScale::kQuick : texts.full ? ReportScale::kFull : ReportScale::kDefault;
  if (texts.reference) options.reference = read_reference(*texts.reference);
  if (texts.out == "-" || json_path(texts) == texts.out) {
    throw ArgumentError(fmt::format("--out: \"{}\" is not possible; give a file other than --json's", texts.out));
  }
  return options;
}

int run_report(const Texts& texts, const std::vector<std::unique_ptr<Experiment>>& all,
               const std::string& command_line) {
  const std::optional<WeightsFile> weights = given_weights(texts);
  const ReportOptions options = parse_report_options(texts, all, weights);
  if (weights) warn_of_size(*weights, options.experiment->n(), options.experiment->k());
  OutputFile html_file("--out", texts.out), json_file("--json", json_path(texts));
  stop_on_interrupt();
  const ReportData data = measure_report(options, stop_requested);

  const auto environment = describe_environment();
  Page page = make_page(data);
  page.environment = describe_environment_line(environment);
  page.command = command_line;
  const HtmlPage html = to_html(page);
  for (const std::string& reason : html.missing) print_error("warning: pictures are missing: " + reason);
  html_file.commit(html.html);
  auto document = make_document(command_line, environment, to_json(data));
  document["partial"] = data.partial;
  document["page"] = to_json(page);
  json_file.commit(json_text(document));
  if (!json_file.is_stdout()) {
    print_stdout(fmt::format("{}: the page{}\n{}: its numbers\n", texts.out,
                             data.partial ? ", partial: stopped before all was measured" : "", json_path(texts)));
  }
  return data.partial ? 128 + SIGINT : 0;
}

/// Parses, with an option that ends without a value taken as one with an empty value: its own parser refuses that, and
/// says what is possible.
void parse_arguments(CLI::App& app, int argc, char** argv) {
  std::vector<std::string> arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument.starts_with("--quiet=")) throw ArgumentError(fmt::format("{}: not possible; give --quiet", argument));
    if (argument.starts_with("--") && argument.ends_with('=')) {
      arguments.push_back(argument.substr(0, argument.size() - 1));
      arguments.emplace_back();
    } else {
      arguments.push_back(argument);
    }
  }
  // CLI11 takes them last to first.
  std::reverse(arguments.begin(), arguments.end());
  try {
    app.parse(std::vector<std::string>(arguments));
  } catch (const CLI::ArgumentMismatch&) {
    arguments.insert(arguments.begin(), "");
    app.parse(std::move(arguments));
  }
}

/// Refuses what CLI11 let through: arguments it does not know, options given twice or before a subcommand without them.
void check_arguments(CLI::App& app) {
  const auto subcommands = app.get_subcommands();
  CLI::App& command = subcommands.empty() ? app : *subcommands.front();
  const std::string name = subcommands.empty() ? "driftbench" : "driftbench " + command.get_name();
  std::vector<std::string> options, commands;
  for (const CLI::Option* option : command.get_options()) options.push_back(option->get_name());
  for (const CLI::App* possible : app.get_subcommands({})) commands.push_back(possible->get_name());

  const auto refuse_option = [&](const std::string& argument) {
    throw ArgumentError(fmt::format("{}: not an option of {}; there are {}", argument, name, fmt::join(options, ", ")));
  };
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& value : option->results()) {
      if (value.starts_with("--")) {
        throw ArgumentError(fmt::format("{}: \"{}\" is not possible; give a value", option->get_name(), value));
      }
    }
  }
  if (const auto unknown = app.remaining(true); !unknown.empty()) {
    const std::string& argument = unknown.front();
    if (!subcommands.empty() || argument.starts_with('-')) refuse_option(argument);
    throw ArgumentError(fmt::format("{}: not a subcommand; there are {}", argument, fmt::join(commands, ", ")));
  }
  for (const CLI::Option* option : app.get_options()) {
    if (option->count() > 0 && command.get_option_no_throw(option->get_name()) == nullptr) {
      refuse_option(option->get_name());
    }
  }
  for (const CLI::Option* option : command.get_options()) {
    auto given = option->results();
    const CLI::Option* before = subcommands.empty() ? nullptr : app.get_option_no_throw(option->get_name());
    if (before != nullptr) given.insert(given.begin(), before->results().begin(), before->results().end());
    if (given.size() > 1) {
      throw ArgumentError(
          fmt::format("{}: given as \"{}\"; give it once", option->get_name(), fmt::join(given, "\", \"")));
    }
  }
}

int run_command_line(int argc, char** argv) {
  CLI::App app(
      "Measures what the drift of a denoising diffusion costs, how well it denoises and what its samples look like.\n"
      "Without a subcommand it does all three for every drift, in a minute at most on two cores.",
      "driftbench");
  app.allow_extras();  // check_arguments refuses them
  Texts texts;
  app.set_version_flag("--version", kVersion);
  add_common_options(app, texts);
  app.require_subcommand(0, 1);

  CLI::App* list = app.add_subcommand("list", "Drifts and sizes that there are");
  add_output_options(*list, texts);
  CLI::App* sample = app.add_subcommand("sample", "Run the diffusion with a drift, show what its samples look like");
  add_common_options(*sample, texts);
  add_schedule_options(*sample, texts);
  add_schedule_option(*sample, texts);
  add_option(*sample, "--sampler", texts.sampler,
             "euler-maruyama, the diffusion, or probability-flow, its deterministic counterpart");
  add_option(*sample, "--chains", texts.chains, "Samples to generate");
  CLI::App* mse = app.add_subcommand("mse", "Score-matching error of a drift against the signal-to-noise ratio");
  add_common_options(*mse, texts);
  add_t_options(*mse, texts);
  add_option(*mse, "--samples", texts.samples, "Draws of x and of the noise at each t (default: 1000)");
  CLI::App* profile = app.add_subcommand("profile", "Time every step of the diffusion and the phases inside it");
  add_common_options(*profile, texts);
  add_schedule_options(*profile, texts);
  add_option(*profile, "--steps", texts.steps, "Steps to time (default: 2000)");
  CLI::App* denoise = app.add_subcommand(
      "denoise",
      "Estimate x from matrices of your own: .npy arrays from stdin, one after another, the estimates to stdout.\n"
      "An array is Y = t x + noise: symmetric, float32 or float64, noise variance t/2 off the diagonal and t on it.\n"
      "Drifts know their size when compiled: a matrix between sizes is padded with zeros to the next one with this k,\n"
      "whose drift then takes it for one of that size, and its estimate is cropped.");
  add_denoise_options(*denoise, texts);

  CLI::App* reduce =
      app.add_subcommand("reduce", "The sampler as a denoiser: the error of the average of chains from an observation");
  add_common_options(*reduce, texts);
  add_schedule_options(*reduce, texts);
  add_schedule_option(*reduce, texts);
  add_t_options(*reduce, texts);
  add_option(*reduce, "--copies", texts.copies, "Chains from each observation; 1, 4, 16, ... of them are averaged");
  add_option(*reduce, "--samples", texts.samples, "Draws of x and of the noise at each t (default: 100)");
  CLI::App* lipschitz =
      app.add_subcommand("lipschitz", "How fast a drift moves with Y: lower bounds on its Lipschitz constant times t");
  add_common_options(*lipschitz, texts);
  add_t_options(*lipschitz, texts);
  add_option(*lipschitz, "--samples", texts.samples, "Observations to differentiate the drift at (default: 20)");
  CLI::App* convergence = app.add_subcommand("convergence", "What the step's length costs along one Brownian path");
  add_common_options(*convergence, texts);
  add_schedule_options(*convergence, texts);
  add_option(*convergence, "--levels", texts.levels, "How many times the step is halved");
  add_option(*convergence, "--chains", texts.chains, "Brownian paths");

  CLI::App* scaling = app.add_subcommand("scaling", "How a drift's step time grows with n, over all compiled sizes");
  add_option(*scaling, "--drift", texts.drift,
             "Drifts, separated by commas and possibly wrapped as in gated(spectral), or all (default: all)");
  add_run_options(*scaling, texts, "Only the sizes with this many non-zero entries of u (default: all sizes)");
  add_option(*scaling, "--steps", texts.steps, "Steps to time at each size (default: 1000)");
  add_output_options(*scaling, texts);
  CLI::App* compare_command =
      app.add_subcommand("compare", "Two stored profiles side by side: files that `driftbench profile --json` wrote");
  add_option(*compare_command, "a.json", texts.profile_a, "The profile to compare with");
  add_option(*compare_command, "b.json", texts.profile_b, "The profile to compare");
  add_output_options(*compare_command, texts);

  CLI::App* report_command = app.add_subcommand(
      "report",
      "Everything above as one HTML page of pictures and tables, its numbers as JSON beside it.\n"
      "Ctrl-C once ends it after the current point, with what there is; the exit status is then 130.");
  add_option(*report_command, "--out", texts.out,
             "The page; its numbers go to the same name with .json, unless --json says where");
  report_command->add_flag("--quick", texts.quick, "Fewer samples: a minute on two cores, not ten")
      ->disable_flag_override();
  report_command->add_flag("--full", texts.full, "The paper's own numbers of samples, chains and steps: hours")
      ->disable_flag_override();
  add_option(*report_command, "--n", texts.n, "Dimension of the matrices (default: 350)");
  add_run_options(*report_command, texts);
  add_option(*report_command, "--reference", texts.reference,
             "Score-matching curve to lay over: a CSV file with columns t and mse; equal t are averaged");
  add_option(*report_command, "--threads", texts.threads, "Threads; the results do not depend on it");
  add_output_options(*report_command, texts);

  try {
    parse_arguments(app, argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    throw ArgumentError(fmt::format("{}; see driftbench --help", error.what()));
  }

  check_arguments(app);

  if (denoise->parsed()) {
    const auto all = all_experiments();
    const std::optional<WeightsFile> weights = given_weights(texts);
    run_denoise(parse_denoise_options(texts, all, weights));
    return 0;
  }

  std::string command_line = "driftbench";
  for (int i = 1; i < argc; ++i) command_line += fmt::format(" {}", argv[i]);
  const auto subcommands = app.get_subcommands();
  const std::string command = subcommands.empty() ? "" : subcommands.front()->get_name();
  if (command == "report") return run_report(texts, all_experiments(), command_line);
  std::optional<OutputFile> json_file;
  if (texts.json) json_file.emplace("--json", *texts.json);

  const Report report = run(command, texts, all_experiments());
  const auto environment = report.environment.value_or(describe_environment());
  if (!json_file || !json_file->is_stdout()) {
    const bool measured = command != "list" && !report.environment;
    print_stdout(report.text + (measured ? "\n" + describe_environment_line(environment) : ""));
  }
  if (json_file) {
    json_file->commit(json_text(make_document(command_line, environment, report.results)));
  }
  return 0;
}

}  // namespace
}  // namespace driftbench

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a limit on file sizes fails the write, which is reported
  try {
    return driftbench::run_command_line(argc, argv);
  } catch (const driftbench::ArgumentError& error) {
    driftbench::print_error(error.what());
    return 2;
  } catch (const std::exception& error) {
    driftbench::print_error(error.what());
    return 1;
  }
}
