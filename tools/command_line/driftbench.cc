// The program driftbench runs what the command line asks for and writes what came of it.

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/base/errors.h"
#include "tools/base/failure.h"
#include "tools/base/json_text.h"
#include "tools/base/outputs.h"
#include "tools/base/quote.h"
#include "tools/base/standard_streams.h"
#include "tools/command_line/command_line.h"
#include "tools/command_line/commands.h"
#include "tools/command_line/compare.h"
#include "tools/command_line/denoise.h"
#include "tools/command_line/options.h"
#include "tools/command_line/scaling.h"
#include "tools/drifts/weights.h"
#include "tools/machine/environment.h"
#include "tools/profiling/profile_files.h"
#include "tools/report/page.h"
#include "tools/report/report_data.h"
#include "tools/report/report_page.h"
#include "tools/sizes/compiled_size.h"

namespace driftbench {
namespace {

Findings compare(const Texts& texts) {
  if (!texts.profile_a || !texts.profile_b) {
    throw ArgumentError("compare: two files are needed; give two that `driftbench profile --json` wrote");
  }
  return run_compare(*texts.profile_a, *texts.profile_b);
}

/// The work of a command whose arguments are accepted. It can still fail, but it is not refused any more.
using Work = std::function<Findings()>;

Work accept_scaling(const Texts& texts, const std::vector<std::unique_ptr<CompiledSize>>& all,
                    const std::optional<WeightsFile>& weights, Outputs& outputs) {
  const ScalingOptions options = parse_scaling_options(texts, all, weights);
  Output* const picture = texts.picture ? &outputs.accept("--picture", *texts.picture) : nullptr;
  return [=, &outputs] { return run_scaling(options, outputs, picture); };
}

Work accept_profile(const Options& options, Outputs& outputs) {
  const auto files = std::make_shared<ProfileFiles>(options.outputs, profile_subjects(options),
                                                    options.period_ns.has_value(), outputs);
  return [=] { return run_profile(options, *files); };
}

/// Names the files that are read, so that no output takes the place of one.
void keep_inputs(const Texts& texts, Outputs& outputs) {
  for (const auto& [argument, path] : {std::pair("--weights", texts.weights),
                                       {"--reference", texts.reference},
                                       {"compare", texts.profile_a},
                                       {"compare", texts.profile_b}}) {
    if (path) outputs.keep(argument, *path);
  }
}

/// Checks the arguments, adds the outputs that they name, and returns the work. The arguments of this function outlive
/// the work.
Work accept(const std::string& command, const Texts& texts, const std::vector<std::unique_ptr<CompiledSize>>& all,
            const std::optional<WeightsFile>& weights, Outputs& outputs) {
  if (command == "list") return [&] { return run_list(all); };
  if (command == "compare") return [findings = compare(texts)] { return findings; };
  if (command == "scaling") return accept_scaling(texts, all, weights, outputs);
  const Options options = parse_options(texts, all, command, weights);
  if (weights && std::any_of(options.drifts.begin(), options.drifts.end(),
                             [&](const std::string& drift) { return options.size->drift(drift).needs_weights; })) {
    warn_of_size(*weights, options.size->n(), options.size->k());
  }
  if (command == "profile") return accept_profile(options, outputs);
  const auto run = command == "sample"        ? run_sample
                   : command == "mse"         ? run_mse
                   : command == "reduce"      ? run_reduce
                   : command == "lipschitz"   ? run_lipschitz
                   : command == "convergence" ? run_convergence
                                              : run_overview;
  return [=] { return run(options); };
}

/// Prints one line, whatever the arguments that the text quotes hold.
void print_error(std::string_view text) {
  std::fputs(fmt::format("driftbench: {}\n", printable(text)).c_str(), stderr);
}

/// Makes the document that --json asks for.
nlohmann::ordered_json make_document(const std::string& command_line, const nlohmann::ordered_json& environment,
                                     nlohmann::ordered_json results) {
  return {{"tool", "driftbench"},
          {"version", kVersion},
          {"command", command_line},
          {"environment", environment},
          {"results", std::move(results)}};
}

/// The first ctrl-C of a report sets this flag. The second ends the program as ever.
std::atomic<bool> stop_requested{false};
/// The time of the first ctrl-C, in nanoseconds of std::chrono::steady_clock.
std::atomic<std::int64_t> stop_time{0};
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<std::int64_t>::is_always_lock_free);

/// Handles ctrl-C. A signal soon after the first is the same wish: `timeout -s INT` sends it to the process and once
/// more to its group.
void on_interrupt(int signal) {
  constexpr std::int64_t kSameWish = 500'000'000;
  const std::int64_t now = std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds{1};
  if (!stop_requested) {
    stop_time = now;
    stop_requested = true;
  } else if (now - stop_time > kSameWish) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }
}

/// Installs on_interrupt. Where the parent set the signal aside, as a shell does for what runs in the background, it
/// stays so.
void stop_on_interrupt() {
  struct sigaction action {};
  sigaction(SIGINT, nullptr, &action);
  if (action.sa_handler == SIG_IGN) return;
  action.sa_handler = on_interrupt;
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
}

int run_report(const Texts& texts, const std::vector<std::unique_ptr<CompiledSize>>& all,
               const std::string& command_line) {
  const std::optional<WeightsFile> weights = given_weights(texts);
  const ReportOptions options = parse_report_options(texts, all, weights);
  if (weights) warn_of_size(*weights, options.size->n(), options.size->k());
  Outputs outputs;
  keep_inputs(texts, outputs);
  Output &html_output = outputs.accept("--out", texts.out, kFileOrPipe),
         &json_output = outputs.accept("--json", json_path(texts));
  outputs.open();
  stop_on_interrupt();
  const ReportData data = measure_report(options, stop_requested);

  const auto environment = describe_environment();
  Page page = make_page(data);
  page.environment = describe_environment_line(environment);
  page.command = command_line;
  const HtmlPage html = to_html(page);
  for (const std::string& reason : html.missing) print_error(fmt::format("warning: pictures are missing: {}", reason));
  outputs.write(html_output, html.html);
  auto document = make_document(command_line, environment, to_json(data));
  document["partial"] = data.partial;
  document["page"] = to_json(page);
  outputs.write(json_output, json_text(document));
  outputs.write_pipes();
  std::string written;
  if (!outputs.failed(html_output)) {
    written += fmt::format("{}: the page{}\n", printable(html_output.path()),
                           data.partial ? ", partial: not all was measured" : "");
  }
  if (!outputs.failed(json_output)) written += fmt::format("{}: its numbers\n", printable(json_output.path()));
  for (const auto& failure : {data.failure, missing_estimates(data).failure()}) {
    if (failure) outputs.fail(*failure);
  }
  outputs.finish(written);
  return data.partial ? 128 + SIGINT : 0;
}

/// Runs the command line and returns the exit status. Sets `command` as soon as the subcommand is known.
int run_command_line(int argc, char** argv, std::string& command) {
  Texts texts;
  const CommandLine parsed = read_command_line(argc, argv, texts);
  if (parsed.answer) {
    print_stdout(*parsed.answer);
    return 0;
  }
  command = parsed.command;
  if (command == "denoise") {
    const auto all = all_sizes();
    const std::optional<WeightsFile> weights = given_weights(texts);
    run_denoise(parse_denoise_options(texts, all, weights));
    return 0;
  }

  std::string command_line = "driftbench";
  for (int i = 1; i < argc; ++i) command_line += fmt::format(" {}", argv[i]);
  if (command == "report") return run_report(texts, all_sizes(), command_line);
  Outputs outputs;
  keep_inputs(texts, outputs);
  Output* const json_output = texts.json ? &outputs.accept("--json", *texts.json) : nullptr;
  const auto all = all_sizes();
  const std::optional<WeightsFile> weights = given_weights(texts);
  const Work work = accept(command, texts, all, weights, outputs);
  outputs.open();

  const Findings findings = work();
  if (findings.failure) outputs.fail(*findings.failure);
  const auto environment = findings.environment.value_or(describe_environment());
  if (json_output != nullptr) {
    outputs.write(*json_output, json_text(make_document(command_line, environment, findings.results)));
  }
  const bool measured = command != "list" && !findings.environment;
  outputs.finish(measured ? fmt::format("{}\n{}", findings.text, describe_environment_line(environment))
                          : findings.text);
  return 0;
}

}  // namespace
}  // namespace driftbench

int main(int argc, char** argv) {
  driftbench::hold_standard_streams();
  // With these signals ignored, a limit on file sizes or a reader that has gone fails the write, which is reported.
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  driftbench::take_stack();
  driftbench::hold_memory_for_failures();
  std::string command;
  try {
    return driftbench::run_command_line(argc, argv, command);
  } catch (const driftbench::ArgumentError& error) {
    driftbench::print_error(error.what());
    return 2;
  } catch (const std::exception& error) {
    driftbench::print_error(driftbench::reason(error, command));
    return 1;
  }
}
