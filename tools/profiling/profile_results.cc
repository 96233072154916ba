#include "tools/profiling/profile_results.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "tools/base/table.h"
#include "tools/sizes/results.h"

namespace driftbench {
namespace {

using nlohmann::ordered_json;

ordered_json conditions_json(const StepProfile& profile) {
  return {{"cpu", profile.cpu},
          {"pinned", profile.pinned},
          {"physical_cores", profile.cores},
          {"workers", profile.workers},
          {"migrations", profile.migrations},
          {"voluntary_context_switches", profile.interruptions.voluntary_switches},
          {"involuntary_context_switches", profile.interruptions.involuntary_switches},
          {"minor_page_faults", profile.interruptions.minor_faults},
          {"major_page_faults", profile.interruptions.major_faults},
          {"warm_up_steps", profile.warm_up.steps},
          {"steady", profile.warm_up.steady}};
}

ordered_json counters_json(const StepProfile& profile) {
  const auto steps = static_cast<double>(profile.steps_made);
  ordered_json json;
  for (std::size_t i = 0; i < profile.counters.size(); ++i) {
    const auto& count = profile.counters[i];
    json[HardwareCounters::kNames[i]] = count ? ordered_json(*count / steps) : nullptr;
  }
  return json;
}

/// Returns what is left of the period after a quantile of the responses; none where too few steps support it.
std::optional<double> slack_ns(const OpenLoop& open_loop, double q) {
  if (!supported(open_loop.response, q)) return std::nullopt;
  return open_loop.period_ns - open_loop.response.quantile(q);
}
double least_slack_ns(const OpenLoop& open_loop) {
  if (open_loop.response.count() == 0) return kUnknown;
  return open_loop.period_ns - static_cast<double>(open_loop.response.max());
}

ordered_json open_loop_json(const OpenLoop& open_loop) {
  const auto or_null = [](std::optional<double> value) { return value ? ordered_json(*value) : nullptr; };
  return {{"period_ns", open_loop.period_ns},
          {"deadline_misses", open_loop.misses},
          {"slack_p50_ns", or_null(slack_ns(open_loop, 0.5))},
          {"slack_p99_ns", or_null(slack_ns(open_loop, 0.99))},
          {"slack_min_ns", least_slack_ns(open_loop)}};
}

ordered_json stream_json(const StreamCounts& streamed) {
  return {{"steps", streamed.steps},
          {"written", streamed.written},
          {"dropped", streamed.dropped},
          {"lost", streamed.lost()},
          {"waits", streamed.waits}};
}

std::string describe_counters(const StepProfile& profile) {
  const auto steps = static_cast<double>(profile.steps_made);
  std::string text;
  for (std::size_t i = 0; i < profile.counters.size(); ++i) {
    if (!profile.counters[i]) continue;
    text +=
        fmt::format("{}{:.3g} {}", text.empty() ? "" : ", ", *profile.counters[i] / steps, HardwareCounters::kNames[i]);
  }
  if (!text.empty()) text = fmt::format("  a step: {}\n", text);
  if (!profile.counters_missing.empty()) text += fmt::format("  no counter of {}\n", profile.counters_missing);
  return text;
}

std::string describe_open_loop(const OpenLoop& open_loop, std::int64_t steps) {
  const auto slack = [&](double q) {
    const auto ns = slack_ns(open_loop, q);
    return ns ? microseconds(*ns) : "-";
  };
  return fmt::format(
      "  a step every {} us: {} of {} ended after the next one's time\n"
      "  left of the period, in us: half of the steps {} or more, 99 of 100 {}, all {}\n",
      microseconds(open_loop.period_ns), open_loop.misses, steps, slack(0.5), slack(0.99),
      microseconds(least_slack_ns(open_loop)));
}

}  // namespace

bool supported(const LatencyHistogram& latency, double q) {
  return static_cast<double>(latency.count()) * (1 - q) > 9.999;
}

ordered_json to_json(const CompiledSize& size, const ProfileRequest& request, const PhaseProfile& phase) {
  const LatencyHistogram& latency = phase.latency;
  const auto quantile = [&](double q) { return supported(latency, q) ? ordered_json(latency.quantile(q)) : nullptr; };
  ordered_json json = request_json(size, request);
  json["dt"] = request.grid.dt ? ordered_json(*request.grid.dt) : nullptr;
  json["t_end"] = request.grid.t_end;
  if (!request.isa.empty()) json["isa"] = request.isa;
  json["phase"] = phase.phase;
  const auto if_timed = [&](auto value) { return latency.count() > 0 ? ordered_json(value) : nullptr; };
  json["count"] = latency.count();
  json["mean_ns"] = if_timed(latency.mean());
  json["p50_ns"] = quantile(0.5);
  json["p90_ns"] = quantile(0.9);
  json["p99_ns"] = quantile(0.99);
  json["p999_ns"] = quantile(0.999);
  json["max_ns"] = if_timed(latency.max());
  json["max_step"] = if_timed(latency.max_step());
  if (phase.phase == "step") json["state_bytes"] = size.drift(request.drift).state_bytes;
  return json;
}

ordered_json to_json(const CompiledSize& size, const ProfileRequest& request, const StepProfile& profile) {
  auto results = ordered_json::array();
  const auto add = [&](const PhaseProfile& phase) {
    ordered_json json = to_json(size, request, phase);
    json["count"] = request.steps;
    json["not_finite"] = profile.not_finite.count;
    json["batch"] = profile.batch;
    json["valid"] = profile.doubts.empty();
    results.push_back(std::move(json));
  };
  for (const PhaseProfile& phase : profile.phases) add(phase);
  ordered_json& step = results.front();
  step["doubts"] = profile.doubts;
  step["timing_cost"] = profile.timing_cost;
  step["phase_sum"] = profile.phase_sum;
  step["conditions"] = conditions_json(profile);
  step["counters"] = counters_json(profile);
  if (profile.streamed.steps > 0) step["stream"] = stream_json(profile.streamed);
  if (profile.open_loop) {
    step["open_loop"] = open_loop_json(*profile.open_loop);
    add({"response", profile.open_loop->response});
  }
  return results;
}

std::string subject_name(const ProfileRequest& request) {
  return request.isa.empty() ? request.drift : fmt::format("{}@{}", request.drift, request.isa);
}

std::string describe_run(const ProfileRequest& request, const StepProfile& profile) {
  const Interruptions& interruptions = profile.interruptions;
  std::string text = fmt::format(
      "{}: on CPU {}, {}; {} steps before to warm up, {}\n"
      "  {} migrations, {} context switches, {} page faults\n"
      "  timing took {} % of the time; the phases add up to {} % of the step\n",
      subject_name(request), profile.cpu, profile.pinned ? "pinned" : "not pinned", profile.warm_up.steps,
      profile.warm_up.steady ? "then steady" : "not steady then", profile.migrations,
      interruptions.involuntary_switches + interruptions.voluntary_switches,
      interruptions.minor_faults + interruptions.major_faults, fixed(100 * profile.timing_cost, 2),
      fixed(100 * profile.phase_sum, 1));
  if (profile.batch > 1) {
    text += fmt::format(
        "  steps so short are timed {} at a time: the times are means of these, which the phases share as in the last "
        "one\n",
        profile.batch);
  }
  text += describe_counters(profile);
  if (profile.open_loop) text += describe_open_loop(*profile.open_loop, request.steps);
  if (profile.streamed.steps > 0) {
    text += fmt::format("  streamed {} of {} steps: {} dropped, {} lost; waited for room {} times\n",
                        profile.streamed.written, profile.streamed.steps, profile.streamed.dropped,
                        profile.streamed.lost(), profile.streamed.waits);
  }
  for (const std::string& doubt : profile.doubts) text += fmt::format("  not valid: {}\n", doubt);
  return text;
}

}  // namespace driftbench
