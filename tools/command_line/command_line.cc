#include "tools/command_line/command_line.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>
#include <utility>
#include <vector>

#include "tools/base/errors.h"
#include "tools/base/quote.h"
#include "tools/machine/environment.h"

namespace driftbench {
namespace {

/// Adds an option that takes one value, which is kept as it is written. What is wrong with an option's use is found by
/// check_arguments, because CLI11 alone would name neither what was given nor what is possible.
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

/// Adds the options that name a run, whatever is done with its drift.
void add_run_options(CLI::App& app, Texts& texts,
                     const char* k = "Non-zero entries of u; `driftbench list` shows the pairs n, k (default: 20)") {
  add_option(app, "--k", texts.k, k);
  app.add_option("--weights", texts.weights, "Safetensors file of the weights that the drift gnn needs");
  add_option(app, "--seed", texts.seed, "Names the run: same seed, same results");
  add_option(app, "--target-w", texts.target_w, "P(s = 1): the target's weight of non-zero matrices");
  add_option(app, "--lipschitz-constant", texts.lipschitz_constant,
             "C of the drifts lipschitz(D), whose Lipschitz constant in Y is C/t in the mean over 16 draws of "
             "their noise; steps of single draws exceed a C far below 100");
}

/// Adds the options of a run on one thread.
void add_drift_options(CLI::App& app, Texts& texts) {
  add_option(app, "--n", texts.n, "Dimension of the matrices (default: 350)");
  add_option(app, "--drift", texts.drift,
             "Drifts, separated by commas and possibly wrapped as in gated(spectral), or all (default: all)");
  add_run_options(app, texts);
  add_output_options(app, texts);
}

void add_threads_option(CLI::App& app, Texts& texts) {
  add_option(app, "--threads", texts.threads, "Threads, or as many as there are; the results do not depend on it");
}

void add_common_options(CLI::App& app, Texts& texts) {
  add_drift_options(app, texts);
  add_threads_option(app, texts);
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

void add_measurements(CLI::App& app, Texts& texts) {
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
  add_drift_options(*profile, texts);
  add_schedule_options(*profile, texts);
  add_option(*profile, "--steps", texts.steps, "Steps to time (default: 2000)");
  add_option(*profile, "--cpu", texts.cpu, "Run on this CPU alone (default: where the system puts the thread)");
  add_option(
      *profile, "--isa", texts.isa,
      "Instruction sets to compare, of sse2, avx2 and avx512, separated by commas: each drift with the kernels of\n"
      "each, in turns (default: those that the program was built for)");
  add_option(
      *profile, "--period", texts.period,
      "Start a step every so often, such as 200us, and time it from then (default: each follows the one before)");
  add_option(*profile, "--hgrm", texts.hgrm,
             "Write the distribution of each drift's steps in HdrHistogram's text form to this name.DRIFT.step.hgrm");
  add_option(*profile, "--trace", texts.trace,
             "Write the phases of the first and the slowest steps to this file, for Perfetto or chrome://tracing;\n"
             "- is stdout, without the table");
  add_option(*profile, "--stream", texts.stream,
             "Write every step to this file or pipe while the next ones are timed; - is stdout, without the table");
  add_option(
      *profile, "--stream-format", texts.stream_format,
      "json, a line a step, or float32, the estimate's numbers after each step and nothing else (default: json)");
  add_option(*profile, "--stream-policy", texts.stream_policy,
             "What becomes of steps where the reader is slow: wait for it, or drop them and count (default: wait)");
}

void add_checks(CLI::App& app, Texts& texts) {
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
}

void add_comparisons(CLI::App& app, Texts& texts) {
  CLI::App* scaling = app.add_subcommand("scaling", "How a drift's step time grows with n, over all compiled sizes");
  add_option(*scaling, "--drift", texts.drift,
             "Drifts, separated by commas and possibly wrapped as in gated(spectral), or all (default: all)");
  add_run_options(*scaling, texts, "Only the sizes with this many non-zero entries of u (default: all sizes)");
  add_option(*scaling, "--steps", texts.steps, "Steps to time at each size (default: 1000)");
  add_option(*scaling, "--picture", texts.picture,
             "Draw the times against n to this file, as SVG; gnuplot draws them; - is stdout, without the table");
  add_output_options(*scaling, texts);
  CLI::App* compare_command =
      app.add_subcommand("compare", "Two stored profiles side by side: files that `driftbench profile --json` wrote");
  add_option(*compare_command, "a.json", texts.profile_a, "The profile to compare with");
  add_option(*compare_command, "b.json", texts.profile_b, "The profile to compare");
  add_output_options(*compare_command, texts);
}

void add_uses(CLI::App& app, Texts& texts) {
  CLI::App* denoise = app.add_subcommand(
      "denoise",
      "Estimate x from matrices of your own: .npy arrays from stdin, one after another, the estimates to stdout.\n"
      "An array is Y = t x + noise: symmetric, float32 or float64, noise variance t/2 off the diagonal and t on it.\n"
      "Drifts know their size when compiled: a matrix between sizes is padded with zeros to the next one with this k,\n"
      "whose drift then takes it for one of that size, and its estimate is cropped.");
  add_denoise_options(*denoise, texts);
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
  add_threads_option(*report_command, texts);
  add_output_options(*report_command, texts);
}

/// Parses the arguments. An option that ends without a value is taken as one with an empty value: the parser of its
/// value refuses that, and says what is possible.
void parse_arguments(CLI::App& app, int argc, char** argv) {
  std::vector<std::string> arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument.starts_with("--quiet="))
      throw ArgumentError(fmt::format("{}: not possible; give --quiet", shown(argument)));
    if (argument.starts_with("--") && argument.ends_with('=')) {
      arguments.push_back(argument.substr(0, argument.size() - 1));
      arguments.emplace_back();
    } else {
      arguments.push_back(argument);
    }
  }
  // CLI11 takes the arguments last to first.
  std::reverse(arguments.begin(), arguments.end());
  try {
    app.parse(std::vector<std::string>(arguments));
  } catch (const CLI::ArgumentMismatch&) {
    arguments.insert(arguments.begin(), "");
    app.parse(std::move(arguments));
  }
}

/// Refuses what CLI11 let through: unknown arguments, values that look like options, options given twice, and options
/// before a subcommand that does not have them.
void check_arguments(CLI::App& app) {
  const auto subcommands = app.get_subcommands();
  CLI::App& command = subcommands.empty() ? app : *subcommands.front();
  const std::string name = subcommands.empty() ? "driftbench" : "driftbench " + command.get_name();
  std::vector<std::string> options, commands;
  for (const CLI::Option* option : command.get_options()) options.push_back(option->get_name());
  for (const CLI::App* possible : app.get_subcommands({})) commands.push_back(possible->get_name());

  const auto refuse_option = [&](const std::string& argument) {
    throw ArgumentError(
        fmt::format("{}: not an option of {}; there are {}", shown(argument), name, fmt::join(options, ", ")));
  };
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& value : option->results()) {
      if (value.starts_with("--")) {
        throw ArgumentError(fmt::format("{}: {} is not possible; give a value", option->get_name(), in_quotes(value)));
      }
    }
  }
  if (const auto unknown = app.remaining(true); !unknown.empty()) {
    const std::string& argument = unknown.front();
    if (!subcommands.empty() || argument.starts_with('-')) refuse_option(argument);
    throw ArgumentError(fmt::format("{}: not a subcommand; there are {}", shown(argument), fmt::join(commands, ", ")));
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
      throw ArgumentError(fmt::format("{}: given as {}, {}; give it once", option->get_name(), in_quotes(given[0]),
                                      in_quotes(given[1])));
    }
  }
}

}  // namespace

CommandLine read_command_line(int argc, char** argv, Texts& texts) {
  CLI::App app(
      "Measures what the drift of a denoising diffusion costs, how well it denoises and what its samples look like.\n"
      "Without a subcommand it does all three for every drift, in a minute at most on two cores.",
      "driftbench");
  app.allow_extras();  // check_arguments refuses the extras
  app.set_version_flag("--version", kVersion);
  add_common_options(app, texts);
  app.require_subcommand(0, 1);
  add_measurements(app, texts);
  add_checks(app, texts);
  add_comparisons(app, texts);
  add_uses(app, texts);
  try {
    parse_arguments(app, argc, argv);
  } catch (const CLI::Success& success) {
    std::ostringstream answer;
    app.exit(success, answer, answer);
    return {"", answer.str()};
  } catch (const CLI::ParseError& error) {
    throw ArgumentError(fmt::format("{}; see driftbench --help", error.what()));
  }
  check_arguments(app);
  const auto subcommands = app.get_subcommands();
  return {subcommands.empty() ? "" : subcommands.front()->get_name(), std::nullopt};
}

}  // namespace driftbench
