#include "tools/command_line/report.h"

#include <fmt/core.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tools/base/errors.h"
#include "tools/base/failure.h"
#include "tools/base/json_text.h"
#include "tools/base/outputs.h"
#include "tools/base/quote.h"
#include "tools/command_line/common_options.h"
#include "tools/command_line/document.h"
#include "tools/machine/environment.h"
#include "tools/report/page.h"
#include "tools/report/reference.h"
#include "tools/report/report_data.h"
#include "tools/report/report_page.h"

namespace driftbench {
namespace {

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

class ReportCommand final : public Command {
 public:
  ReportCommand()
      : Command({"report", "All measurements as one HTML page of pictures and tables, its numbers as JSON beside it",
                 "Ctrl-C once ends it after the current point, with what there is; the exit status is then 130.",
                 "--quick --n 12 --k 3 --out report.html", kLessMemoryForReport}) {}
  std::vector<OptionGroup> options() override {
    return {target_.group(),
            {"Drifts", {&run_.weights, &run_.lipschitz_constant}},
            {"Run", {&run_.seed, &run_.threads}},
            {"Report", {&quick_, &full_, &reference_}},
            {"Output", {&out_, &json_, &quiet_}}};
  }
  int run(const CompiledSizes& sizes, const std::string& command_line) override;

 private:
  /// Checks the options but for the outputs.
  ReportOptions accept(const CompiledSizes& sizes);
  /// Returns where the numbers of the page go: to the path of --json, or without one to the page's path with the
  /// extension .json.
  std::string json_path() const {
    return json_.given ? *json_.given : std::filesystem::path(out_.text()).replace_extension(".json").string();
  }
  /// Writes the page and its numbers, then tells what was written or throws RunError.
  void write(const ReportData& data, const std::string& command_line, Outputs& outputs, Output& html_output,
             Output& json_output) const;

  TargetOptions target_;
  RunOptions run_;
  Option quick_ = flag("--quick", "Fewer samples: a minute on two cores, not ten");
  Option full_ = flag("--full", "The paper's own numbers of samples, chains and steps: hours");
  Option reference_{
      "--reference", "FILE", "CSV with columns t and mse; equal t are averaged", "", "Score-matching curve to lay over",
      true};
  Option out_{"--out", "FILE", kFileOrPipe, "report.html",
              "The page; its numbers go to the same name with .json, unless --json says where"};
  Option json_ = json_option();
  Option quiet_ = flag("--quiet", "No progress on the terminal");
};

ReportOptions ReportCommand::accept(const CompiledSizes& sizes) {
  const WeightsFile* const weights = run_.read_weights();
  ReportOptions options;
  options.all = &sizes;
  options.request = run_.request(target_.settings(sizes), quiet_.given.has_value());
  options.size = &find_size(sizes, target_.size());
  if (quick_.given && full_.given) throw ArgumentError("--quick and --full: not possible together; give one");
  options.scale = quick_.given ? ReportScale::kQuick : full_.given ? ReportScale::kFull : ReportScale::kDefault;
  if (reference_.given) options.reference = read_reference(*reference_.given);
  if (out_.text() == "-") {
    throw ArgumentError("--out: \"-\" is not possible: a page is no text for stdout; give a file or a pipe");
  }
  if (weights != nullptr) warn_of_size(*weights, options.size->id().n, options.size->id().k);
  return options;
}

void ReportCommand::write(const ReportData& data, const std::string& command_line, Outputs& outputs,
                          Output& html_output, Output& json_output) const {
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
}

int ReportCommand::run(const CompiledSizes& sizes, const std::string& command_line) {
  const ReportOptions options = accept(sizes);
  Outputs outputs;
  keep_inputs(*this, outputs);
  Output& html_output = outputs.accept(out_.name, out_.text(), kFileOrPipe);
  Output& json_output = outputs.accept(json_.name, json_path());
  outputs.open();
  stop_on_interrupt();
  const ReportData data = measure_report(options, stop_requested);
  write(data, command_line, outputs, html_output, json_output);
  return data.partial ? 128 + SIGINT : 0;
}

}  // namespace

std::unique_ptr<Command> report_command() { return std::make_unique<ReportCommand>(); }

}  // namespace driftbench
