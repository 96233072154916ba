// driftbench: runs what the command line asks for and writes what came of it.

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <exception>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/command_line.h"
#include "tools/commands.h"
#include "tools/compare.h"
#include "tools/denoise.h"
#include "tools/environment.h"
#include "tools/errors.h"
#include "tools/experiment.h"
#include "tools/options.h"
#include "tools/output.h"
#include "tools/quote.h"
#include "tools/report/page.h"
#include "tools/report/report_data.h"
#include "tools/report/report_page.h"
#include "tools/scaling.h"
#include "tools/weights.h"

namespace driftbench {
namespace {

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
void print_error(std::string_view text) {
  std::fputs(fmt::format("driftbench: {}\n", printable(text)).c_str(), stderr);
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
  return document.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace).append("\n");
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
  for (const std::string& reason : html.missing) print_error(fmt::format("warning: pictures are missing: {}", reason));
  html_file.commit(html.html);
  auto document = make_document(command_line, environment, to_json(data));
  document["partial"] = data.partial;
  document["page"] = to_json(page);
  json_file.commit(json_text(document));
  if (!json_file.is_stdout()) {
    print_stdout(fmt::format("{}: the page{}\n{}: its numbers\n", printable(texts.out),
                             data.partial ? ", partial: stopped before all was measured" : "",
                             printable(json_path(texts))));
  }
  return data.partial ? 128 + SIGINT : 0;
}

int run_command_line(int argc, char** argv) {
  Texts texts;
  const CommandLine parsed = read_command_line(argc, argv, texts);
  if (parsed.exit_status) return *parsed.exit_status;
  const std::string& command = parsed.command;
  if (command == "denoise") {
    const auto all = all_experiments();
    const std::optional<WeightsFile> weights = given_weights(texts);
    run_denoise(parse_denoise_options(texts, all, weights));
    return 0;
  }

  std::string command_line = "driftbench";
  for (int i = 1; i < argc; ++i) command_line += fmt::format(" {}", argv[i]);
  if (command == "report") return run_report(texts, all_experiments(), command_line);
  std::optional<OutputFile> json_file;
  if (texts.json) json_file.emplace("--json", *texts.json);

  const Report report = run(command, texts, all_experiments());
  const auto environment = report.environment.value_or(describe_environment());
  if (!json_file || !json_file->is_stdout()) {
    const bool measured = command != "list" && !report.environment;
    print_stdout(measured ? fmt::format("{}\n{}", report.text, describe_environment_line(environment)) : report.text);
  }
  if (json_file) {
    json_file->commit(json_text(make_document(command_line, environment, report.results)));
  }
  if (report.failure) throw RunError(*report.failure);
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
