#include "tools/command_line/options.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <cstdint>
#include <filesystem>

#include "kernels/philox.h"
#include "runtime/clock.h"
#include "tools/base/errors.h"
#include "tools/base/quote.h"
#include "tools/command_line/arguments.h"
#include "tools/machine/conditions.h"
#include "tools/report/reference.h"
#include "tools/sizes/instruction_sets.h"

namespace driftbench {
namespace {

/// Returns the default of --samples. A sample of reduce is as dear as its copies' diffusions, one of lipschitz as some
/// ten estimates.
const char* default_samples(const std::string& command) {
  if (command == "reduce") return "100";
  return command == "lipschitz" ? "20" : "1000";
}

/// A run of reduce has this many copies and this many observations at most. Each of the two takes its share of the bits
/// of a chain's number.
constexpr std::int64_t kMaxCopies = 1'000'000;
static_assert(kMaxCopies <= std::int64_t{1} << kReduceBits);
static_assert(std::uint64_t{1} << 2 * kReduceBits <= kRandomAddresses);

/// A run times this many steps at most. Each of them may be a chain of its own.
constexpr std::int64_t kMaxSteps = 1'000'000'000'000;
static_assert(std::uint64_t{kMaxSteps} < kRandomAddresses);

constexpr char kDefaultN[] = "350", kDefaultK[] = "20";

/// Reads what every subcommand that runs drifts shares; the drift is left out.
Request parse_request(const Texts& texts, const std::optional<WeightsFile>& weights) {
  Request request;
  if (weights) request.settings.weights = &weights->weights;
  request.settings.target_w = parse_probability("--target-w", texts.target_w);
  request.settings.lipschitz_constant = parse_positive("--lipschitz-constant", texts.lipschitz_constant);
  request.seed = parse_seed(texts.seed);
  request.threads = static_cast<int>(parse_integer("--threads", texts.threads, 1, 1024));
  request.quiet = texts.quiet;
  return request;
}

std::int64_t parse_steps(const Texts& texts, const char* otherwise, std::int64_t least) {
  return parse_integer("--steps", texts.steps.value_or(otherwise), least, kMaxSteps);
}

double parse_period(const std::string& text) {
  const double period_ns = parse_duration_ns("--period", text);
  const double resolution_ns = measure_clock(tick_clock()).resolution_ns;
  if (period_ns < resolution_ns) {
    throw ArgumentError(fmt::format("--period: {} is not possible; give at least the clock's resolution of {:.3g} ns",
                                    in_quotes(text), resolution_ns));
  }
  return period_ns;
}

/// The default k is that of the default n: another n asks for its own.
const CompiledSize& given_size(const Texts& texts, const std::vector<std::unique_ptr<CompiledSize>>& all) {
  if (texts.n && !texts.k && *texts.n != kDefaultN) {
    std::vector<std::string> possible;
    for (const auto& size : all) possible.push_back(fmt::format("{},{}", size->n(), size->k()));
    parse_integer("--n", *texts.n, 1, std::numeric_limits<int>::max());
    throw ArgumentError(fmt::format("--k: missing beside --n {}; give both, of n,k = {}, or neither", *texts.n,
                                    fmt::join(possible, " ")));
  }
  return find_size(all, texts.n.value_or(kDefaultN), texts.k.value_or(kDefaultK));
}

ProfileOutputs parse_profile_outputs(const Texts& texts, const std::vector<std::string>& drifts) {
  ProfileOutputs outputs{texts.hgrm, texts.trace, texts.stream, {}, {}};
  const auto choice = [&](const char* argument, const std::optional<std::string>& text,
                          const std::vector<std::string>& possible) {
    const std::size_t chosen = parse_choice(argument, text.value_or(possible.front()), possible);
    if (text && !texts.stream) {
      throw ArgumentError(
          fmt::format("{}: \"{}\" has no effect without --stream; give both, or neither", argument, *text));
    }
    return chosen;
  };
  const bool is_json = choice("--stream-format", texts.stream_format, {"json", "float32"}) == 0;
  outputs.format = is_json ? StreamFormat::kJson : StreamFormat::kFloat32;
  const bool waits = choice("--stream-policy", texts.stream_policy, {"wait", "drop"}) == 0;
  outputs.policy = waits ? StreamPolicy::kWait : StreamPolicy::kDrop;
  if (outputs.stream && outputs.format == StreamFormat::kFloat32 && drifts.size() > 1) {
    throw ArgumentError(
        "--stream-format: \"float32\" is not possible for several drifts, which nothing would tell apart; "
        "give one --drift, or json");
  }
  return outputs;
}

}  // namespace

std::optional<WeightsFile> given_weights(const Texts& texts) {
  if (!texts.weights) return std::nullopt;
  return read_weights(*texts.weights);
}

Options parse_options(const Texts& texts, const std::vector<std::unique_ptr<CompiledSize>>& all,
                      const std::string& command, const std::optional<WeightsFile>& weights) {
  Options options;
  options.size = &given_size(texts, all);
  const int n = options.size->n();
  options.request = parse_request(texts, weights);
  options.drifts = parse_drifts(texts.drift.value_or("all"), *options.size, options.request.settings);
  if (command != "mse" && command != "lipschitz") {
    const bool has_profile = command == "profile" || command.empty();
    options.grid = parse_schedule(texts.schedule, texts.dt, texts.t_end, n, has_profile ? 2 : 1);
  }
  options.flow = parse_choice("--sampler", texts.sampler, {"euler-maruyama", "probability-flow"}) == 1;
  options.copies = parse_integer("--copies", texts.copies, 1, kMaxCopies);
  options.levels = parse_integer("--levels", texts.levels, 1, 10);
  options.chains = parse_integer("--chains", texts.chains, 1, 1'000'000);
  options.samples = parse_integer("--samples", texts.samples.value_or(default_samples(command)), 2,
                                  command == "reduce" ? kMaxCopies : 100'000'000);
  options.steps = parse_steps(texts, "2000", 1);
  if (texts.cpu) {
    options.cpu = static_cast<int>(parse_integer("--cpu", *texts.cpu, 0, 1'000'000));
    const PinnedThread trial(*options.cpu);
  }
  if (texts.period) options.period_ns = parse_period(*texts.period);
  if (texts.isa) options.isas = parse_instruction_sets(*texts.isa, instruction_sets());
  if (texts.isa && texts.stream) {
    throw ArgumentError("--isa and --stream: not possible together: instruction sets take turns; give one");
  }
  options.outputs = parse_profile_outputs(texts, options.drifts);
  if (texts.t && texts.t_grid) {
    throw ArgumentError(fmt::format("--t and --t-grid: {} and {} are not possible together; give one",
                                    in_quotes(*texts.t), in_quotes(*texts.t_grid)));
  }
  options.times = texts.t_grid ? parse_grid("--t-grid", *texts.t_grid, n)
                               : parse_times("--t", texts.t.value_or("0.4n,0.8n,1.2n"), n);
  if (command == "reduce") check_before_end(options.times, options.grid.times);
  if (command == "convergence") check_whole_steps(*options.grid.dt, options.grid.t_end, options.levels);
  return options;
}

DenoiseOptions parse_denoise_options(const Texts& texts, const std::vector<std::unique_ptr<CompiledSize>>& all,
                                     const std::optional<WeightsFile>& weights) {
  DenoiseOptions options;
  if (weights) options.weights = &*weights;
  Request& request = options.request;
  request = parse_request(texts, weights);
  request.drift = texts.drift.value_or("");
  options.sizes = find_sizes(all, texts.k.value_or(kDefaultK), request.drift, request.settings);
  const int k = options.sizes.front()->k(), largest = options.sizes.back()->n();
  if (texts.n) options.n = static_cast<int>(parse_integer("--n", *texts.n, k, largest));
  options.t = texts.t.value_or("");
  parse_time("--t", options.t, options.n.value_or(largest));
  return options;
}

ScalingOptions parse_scaling_options(const Texts& texts, const std::vector<std::unique_ptr<CompiledSize>>& all,
                                     const std::optional<WeightsFile>& weights) {
  ScalingOptions options;
  options.request = parse_request(texts, weights);
  options.drifts = parse_drifts_at_sizes(texts.drift.value_or("all"), all, texts.k, options.request.settings);
  options.steps = parse_steps(texts, "1000", 20);
  return options;
}

std::string json_path(const Texts& texts) {
  if (texts.json) return *texts.json;
  std::filesystem::path path = texts.out;
  return path.replace_extension(".json").string();
}

ReportOptions parse_report_options(const Texts& texts, const std::vector<std::unique_ptr<CompiledSize>>& all,
                                   const std::optional<WeightsFile>& weights) {
  ReportOptions options;
  options.all = &all;
  options.size = &given_size(texts, all);
  options.request = parse_request(texts, weights);
  if (texts.quick && texts.full) throw ArgumentError("--quick and --full: not possible together; give one");
  options.scale = texts.quick ? ReportScale::kQuick : texts.full ? ReportScale::kFull : ReportScale::kDefault;
  if (texts.reference) options.reference = read_reference(*texts.reference);
  if (texts.out == "-") {
    throw ArgumentError("--out: \"-\" is not possible: a page is no text for stdout; give a file or a pipe");
  }
  return options;
}

}  // namespace driftbench
