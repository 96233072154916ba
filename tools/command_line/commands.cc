#include "tools/command_line/commands.h"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <memory>
#include <utility>

#include "runtime/clock.h"
#include "runtime/metrics.h"
#include "tools/base/errors.h"
#include "tools/base/memory_reserve.h"
#include "tools/base/table.h"
#include "tools/measurements/not_finite.h"
#include "tools/profiling/profile.h"
#include "tools/profiling/profile_results.h"
#include "tools/sizes/results.h"

namespace driftbench {
namespace {

SampleRequest sample_request(const Options& options, const std::string& drift) {
  auto request = request_for<SampleRequest>(options.request, drift);
  request.chains = options.chains;
  request.grid = options.grid;
  request.flow = options.flow;
  return request;
}

MseRequest mse_request(const Options& options, const std::string& drift, double t) {
  auto request = request_for<MseRequest>(options.request, drift);
  request.t = t;
  request.samples = options.samples;
  return request;
}

/// Returns one request, or one for each instruction set.
std::vector<ProfileRequest> profile_requests(const Options& options, const std::string& drift) {
  auto request = request_for<ProfileRequest>(options.request, drift);
  request.steps = options.steps;
  request.grid = options.grid;
  request.cpu = options.cpu;
  request.period_ns = options.period_ns;
  std::vector<ProfileRequest> requests(std::max<std::size_t>(1, options.isas.size()), request);
  for (std::size_t i = 0; i < options.isas.size(); ++i) requests[i].isa = options.isas[i].name;
  return requests;
}

/// Holds memory for what is made of results that are yet to be measured: their JSON, its text, and the table.
class ResultsMemory {
 public:
  /// Throws RunError where there is none for so many results of so many bytes; it says what there was none for.
  ResultsMemory(std::size_t results, std::size_t bytes_a_result, const std::string& what)
      : bytes_a_result_(bytes_a_result), reserve_(results * bytes_a_result) {
    if (!reserve_.held()) throw RunError(fmt::format("{}, or raise the limit on memory (ulimit -v)", what));
  }

  /// Makes room for that many of the results.
  void use(std::size_t results) { reserve_.give_up(results * bytes_a_result_); }
  /// Makes room for what is made of all results.
  void use_all() { reserve_.release(); }

 private:
  std::size_t bytes_a_result_;
  MemoryReserve reserve_;
};

ResultsMemory memory_for_norms(const Options& options) {
  // A norm takes a number and its value in JSON, 16 bytes each while they are made, and a line of some 24 characters in
  // a text that doubles as it grows. 32 + 3 * 24 bytes are rounded up.
  constexpr std::size_t kBytesANorm = 128;
  return {static_cast<std::size_t>(options.chains) * options.drifts.size(), kBytesANorm,
          fmt::format("--chains: out of memory before the work began: there is none for the results of {} chains of {} "
                      "drifts; lower it, give fewer drifts",
                      options.chains, options.drifts.size())};
}

ResultsMemory memory_for_points(std::size_t points) {
  // A point's result has up to 14 numbers, each with a name, in JSON values of 48 bytes, and some 30 bytes a number in
  // a text that doubles as it grows; and a row of 7 cells, 32 bytes each.
  constexpr std::size_t kBytesAPoint = 2560;
  return {points, kBytesAPoint,
          fmt::format("out of memory before the work began: there is none for {} results; give fewer times or drifts",
                      points)};
}

std::vector<StepProfile> profile_drift(const Options& options, const std::vector<ProfileRequest>& requests,
                                       ProfileFiles& files) {
  std::vector<std::unique_ptr<Diffusion>> diffusions;
  std::vector<ProfiledDiffusion> subjects;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    diffusions.push_back(options.isas.empty() ? options.size->diffusion(requests[i])
                                              : make_diffusion(options.isas[i], *options.size, requests[i]));
    subjects.push_back({diffusions.back().get(), files.begin(subject_name(requests[i]))});
  }
  return profile_in_turns(subjects, requests.front(), tick_clock());
}

std::size_t state_bytes(const Options& options, const std::string& drift) {
  return options.size->drift(drift).state_bytes;
}

std::string quantile_microseconds(const LatencyHistogram& latency, double q) {
  return supported(latency, q) ? microseconds(latency.quantile(q)) : "-";
}

double median_or_unknown(const LatencyHistogram& latency) {
  return latency.count() > 0 ? latency.quantile(0.5) : kUnknown;
}

std::string if_timed(const LatencyHistogram& latency, double nanoseconds) {
  return latency.count() > 0 ? microseconds(nanoseconds) : "-";
}

/// Adds a row for each phase. Where `first` is given, the row has the ratio of its median to that of `first`.
void add_rows(Table& table, const Options& options, const ProfileRequest& request, const StepProfile& profile,
              const StepProfile* first) {
  const auto add_row = [&](const std::string& phase, const LatencyHistogram& latency,
                           const LatencyHistogram* of_first) {
    const bool whole = phase == "step";
    std::vector<std::string> row{whole ? subject_name(request) : "",
                                 phase,
                                 if_timed(latency, latency.mean()),
                                 quantile_microseconds(latency, 0.5),
                                 quantile_microseconds(latency, 0.9),
                                 quantile_microseconds(latency, 0.99),
                                 quantile_microseconds(latency, 0.999),
                                 if_timed(latency, static_cast<double>(latency.max())),
                                 latency.count() > 0 ? fmt::format("{}", latency.max_step()) : "-",
                                 whole ? kibibytes(state_bytes(options, request.drift)) : ""};
    if (of_first != nullptr) row.push_back(fixed(median_or_unknown(latency) / median_or_unknown(*of_first), 2));
    table.add_row(std::move(row));
  };
  for (std::size_t phase = 0; phase < profile.phases.size(); ++phase) {
    add_row(profile.phases[phase].phase, profile.phases[phase].latency,
            first != nullptr ? &first->phases[phase].latency : nullptr);
  }
  if (profile.open_loop) {
    add_row("response", profile.open_loop->response, first != nullptr ? &first->open_loop->response : nullptr);
  }
}

void add_results(const nlohmann::ordered_json& results, Findings& findings) {
  findings.results.insert(findings.results.end(), results.begin(), results.end());
}

std::string phase_meaning(const Options& options) {
  return fmt::format(
      "step is drift and noise; drift.x are the drift's own; noise is the Euler-Maruyama update, which adds the noise "
      "as it makes it: the two have no times of their own{}",
      options.period_ns ? "; step is the time in service, response that from the intended start" : "");
}

std::string size_line(const Options& options) {
  return fmt::format("n = {}, k = {}, P(s = 1) = {:g}, seed {}\n\n", options.size->n(), options.size->k(),
                     options.request.settings.target_w, options.request.seed);
}

std::string not_converged_line(std::int64_t count, const char* what) {
  if (count == 0) return "";
  return fmt::format(
      "\n{} {} ran out of iterations and are the last iterate: without a signal message passing has nothing to "
      "converge to.\n",
      count, what);
}

std::string nonzero_meaning(const Options& options) {
  return fmt::format("the drift as a sampler: fraction of {} samples of norm above 1/2; the target has {:g}",
                     options.chains, options.request.settings.target_w);
}

std::string w1_meaning(const Options& options) {
  return fmt::format(
      "distance between the law of the samples' norms and the target's, a lower bound on W1 between the samples' laws; "
      "a perfect sampler shows {:.3f} with {} samples",
      w1_of_target_draws(options.request.settings.target_w, options.chains), options.chains);
}

}  // namespace

void Findings::fail(const std::optional<std::string>& reason) {
  if (!reason) return;
  failure = failure ? fmt::format("{}; {}", *failure, *reason) : *reason;
}

Findings run_list(const std::vector<std::unique_ptr<CompiledSize>>& all) {
  Findings findings;
  std::vector<DriftInfo> drifts;
  for (const auto& size : all) {
    for (const DriftInfo& info : size->drifts()) {
      const auto is_it = [&](const DriftInfo& other) { return other.name == info.name; };
      if (std::none_of(drifts.begin(), drifts.end(), is_it)) drifts.push_back(info);
    }
  }
  const auto variants = all.front()->variants();
  std::size_t width = 0;
  for (const DriftInfo& info : drifts) width = std::max(width, info.name.size());
  for (const DriftVariant& variant : variants) width = std::max(width, variant.name.size());
  findings.text = "Drifts\n";
  const auto add_line = [&](const std::string& name, const std::string& summary) {
    findings.text += fmt::format("  {:<{}}  {}\n", name, width, summary);
  };
  for (const DriftInfo& info : drifts) {
    if (!info.is_variant) add_line(info.name, info.summary);
  }
  findings.text += "Variants, by name only: `all` leaves them out. D is any drift whose estimates have rank one\n";
  for (const DriftInfo& info : drifts) {
    if (info.is_variant) add_line(info.name, info.summary);
  }
  for (const DriftVariant& variant : variants) {
    add_line(variant.name, variant.summary);
  }
  findings.text += "Sizes (add more in sizes.bzl)\n";
  for (const auto& size : all) {
    findings.text += fmt::format("  --n {} --k {}\n", size->n(), size->k());
    for (const DriftInfo& info : size->drifts()) {
      findings.results.push_back({{"drift", info.name},
                                  {"summary", info.summary},
                                  {"n", size->n()},
                                  {"k", size->k()},
                                  {"state_bytes", info.state_bytes}});
    }
    for (const DriftVariant& variant : size->variants()) {
      findings.results.push_back({{"drift", variant.name},
                                  {"summary", variant.summary},
                                  {"n", size->n()},
                                  {"k", size->k()},
                                  {"state_bytes", nullptr}});
    }
  }
  return findings;
}

Findings run_sample(const Options& options) {
  const CompiledSize& size = *options.size;
  Findings findings;
  Table table(
      {{"drift", ""},
       {"norm min", "smallest Frobenius norm of a sample; the target's samples have norm 0 or 1"},
       {"median", "of the norms"},
       {"max", "of the norms"},
       {"nonzero", nonzero_meaning(options)},
       {"patterns",
        "fraction of samples within 0.1 of a k-sparse sign pattern u u^T; the target has as many as "
        "nonzero ones"},
       {"W1", w1_meaning(options)},
       {"95 %", "bootstrap interval of W1: what as many other samples might have shown; - with one chain"},
       {"seconds", fmt::format("for all chains, on {} threads or as many as there are", options.request.threads)}});
  std::int64_t not_converged = 0;
  MissingEstimates missing;
  ResultsMemory memory = memory_for_norms(options);
  for_each_drift(options.drifts, "sample", findings, [&](const std::string& drift) {
    const SampleRequest request = sample_request(options, drift);
    const SampleResult result = size.sample(request);
    memory.use(static_cast<std::size_t>(options.chains));
    findings.results.push_back(to_json(size, request, result));
    const NormSummary norms = summarize_norms(result);
    const bool known = std::isfinite(result.w1_interval.low);
    table.add_row({drift, fixed(norms.smallest, 4), fixed(norms.median, 4), fixed(norms.largest, 4),
                   fixed(result.nonzero_fraction, 3), fixed(result.pattern_fraction, 3), fixed(result.w1_norm, 4),
                   known ? fmt::format("{:.3f}-{:.3f}", result.w1_interval.low, result.w1_interval.high) : "-",
                   fixed(result.seconds, 2)});
    not_converged += result.not_converged;
    missing.add(drift, result.not_finite, request.chains, kChains);
  });
  findings.text = size_line(options) +
                  fmt::format("{} chains to t = {:g}, {} {} steps, {}\n\n", options.chains, options.grid.t_end,
                              options.grid.times.size(), options.grid.name, sampler_name(options.flow)) +
                  table.to_string() + not_converged_line(not_converged, "steps") + missing.table_note();
  findings.fail(missing.failure());
  return findings;
}

Findings run_mse(const Options& options) {
  const CompiledSize& size = *options.size;
  Findings findings;
  Table table({{"drift", ""},
               {"t", "signal-to-noise ratio of the observation t x + W_t"},
               {"t/n", ""},
               {"mse", fmt::format("mean of ||m(y_t, t) - x||_F^2 over {} samples; the drift 0 has {:g}",
                                   options.samples, options.request.settings.target_w)},
               {"stderr", "standard error of that mean"}});
  std::int64_t not_converged = 0;
  MissingEstimates missing;
  ResultsMemory memory = memory_for_points(options.drifts.size() * options.times.size());
  for_each_drift(options.drifts, "mse", findings, [&](const std::string& drift) {
    for (const double t : options.times) {
      const MseRequest request = mse_request(options, drift, t);
      const MseResult result = size.mse(request);
      memory.use(1);
      findings.results.push_back(to_json(size, request, result));
      table.add_row({drift, fmt::format("{:g}", t), fmt::format("{:.3g}", t / options.size->n()), fixed(result.mse, 4),
                     fixed(result.standard_error, 4)});
      not_converged += result.not_converged;
      missing.add(drift, result.not_finite, request.samples, kSamples);
    }
  });
  memory.use_all();
  findings.text =
      size_line(options) + table.to_string() + not_converged_line(not_converged, "samples") + missing.table_note();
  findings.fail(missing.failure());
  return findings;
}

std::vector<std::string> profile_subjects(const Options& options) {
  std::vector<std::string> subjects;
  for (const std::string& drift : options.drifts) {
    for (const ProfileRequest& request : profile_requests(options, drift)) subjects.push_back(subject_name(request));
  }
  return subjects;
}

Findings run_profile(const Options& options, ProfileFiles& files) {
  const CompiledSize& size = *options.size;
  Findings findings;
  std::vector<Column> columns{{"drift", options.isas.empty() ? "" : "@ the instruction set of its kernels"},
                              {"phase", phase_meaning(options)},
                              {"mean us", "microseconds"},
                              {"p50", "half of the steps took no longer, to 0.8 %"},
                              {"p90", ""},
                              {"p99", "- where fewer than ten steps lie beyond a percentile"},
                              {"p99.9", ""},
                              {"max", fmt::format("maximum observed in {} steps", options.steps)},
                              {"at step", "the step that the maximum came from"},
                              {"KiB", "state: matrix, estimate and the drift's workspace; a step allocates nothing"}};
  if (options.isas.size() > 1) columns.push_back({"ratio", "p50 over that with the first of the instruction sets"});
  Table table(std::move(columns));
  MissingEstimates missing;
  std::string runs;
  for_each_drift(options.drifts, "profile", findings, [&](const std::string& drift) {
    const std::vector<ProfileRequest> requests = profile_requests(options, drift);
    const std::vector<StepProfile> profiles = profile_drift(options, requests, files);
    for (std::size_t i = 0; i < requests.size(); ++i) {
      const StepProfile& profile = profiles[i];
      files.add(subject_name(requests[i]), profile);
      add_rows(table, options, requests[i], profile, profiles.size() > 1 ? &profiles.front() : nullptr);
      add_results(to_json(size, requests[i], profile), findings);
      missing.add(subject_name(requests[i]), profile.not_finite, requests[i].steps, kSteps);
      runs += describe_run(requests[i], profile);
    }
  });
  findings.text = size_line(options) +
                  fmt::format("{} steps of {:g} on one thread, restarted at t = {:g}\n\n", options.steps,
                              *options.grid.dt, options.grid.t_end) +
                  fmt::format("{}\n{}", table.to_string(), runs) + missing.table_note();
  files.finish(/*complete=*/!findings.failure);
  findings.fail(missing.failure());
  findings.fail(files.loss());
  return findings;
}

Findings run_reduce(const Options& options) {
  const CompiledSize& size = *options.size;
  Findings findings;
  Table table({{"drift", ""},
               {"t", "signal-to-noise ratio of the observation (y, t) that the chains start from"},
               {"copies", "chains from each observation, to t_end, whose samples are averaged"},
               {"sampler", fmt::format("mse of that average over {} observations", options.samples)},
               {"+-", "its standard error"},
               {"direct", "mse of the drift at (y, t) itself"},
               {"exact", "mse of the posterior mean, the least possible; - where it would take too long"}});
  std::int64_t not_converged = 0;
  MissingEstimates missing;
  ResultsMemory memory = memory_for_points(options.drifts.size() * options.times.size() *
                                           (2 + std::bit_width(static_cast<std::uint64_t>(options.copies)) / 2));
  for_each_drift(options.drifts, "reduce", findings, [&](const std::string& drift) {
    for (const double t : options.times) {
      auto request = request_for<ReduceRequest>(options.request, drift);
      request.t = t;
      request.copies = options.copies;
      request.samples = options.samples;
      request.grid = options.grid;
      const auto results = size.reduce(request);
      for (const ReduceResult& result : results) {
        memory.use(1);
        findings.results.push_back(to_json(size, request, result));
        table.add_row({drift, fmt::format("{:g}", t), fmt::format("{}", result.copies), fixed(result.sampler.mean, 4),
                       fixed(result.sampler.standard_error, 4), fixed(result.direct.mean, 4),
                       result.exact ? fixed(result.exact->mean, 4) : "-"});
      }
      not_converged += results.back().not_converged;
      missing.add(drift, results.back().not_finite, request.samples, kSamples);
    }
  });
  memory.use_all();
  findings.text =
      size_line(options) + table.to_string() + not_converged_line(not_converged, "steps") + missing.table_note();
  findings.fail(missing.failure());
  return findings;
}

Findings run_lipschitz(const Options& options) {
  const CompiledSize& size = *options.size;
  Findings findings;
  Table table({{"drift", ""},
               {"t", "signal-to-noise ratio of the observations"},
               {"t/n", ""},
               {"random", "largest t ||m(Y + H) - m(Y)|| / ||H|| in random directions H"},
               {"power", fmt::format("the largest that the power method finds; both are lower bounds on the Lipschitz "
                                     "constant times t, at {} observations, with ||H|| = {:g} t",
                                     options.samples, kJacobianStep)},
               {"median", "over the observations, of what the power method finds at each"}});
  std::int64_t not_converged = 0;
  MissingEstimates missing;
  ResultsMemory memory = memory_for_points(options.drifts.size() * options.times.size());
  for_each_drift(options.drifts, "lipschitz", findings, [&](const std::string& drift) {
    for (const double t : options.times) {
      auto request = request_for<LipschitzRequest>(options.request, drift);
      request.t = t;
      request.samples = options.samples;
      const LipschitzResult result = size.lipschitz(request);
      memory.use(1);
      findings.results.push_back(to_json(size, request, result));
      table.add_row({drift, fmt::format("{:g}", t), fmt::format("{:.3g}", t / options.size->n()),
                     general(result.largest_random, 3), general(result.largest_power, 3),
                     general(result.median_power, 3)});
      not_converged += result.not_converged;
      missing.add(drift, result.not_finite, request.samples, kSamples);
    }
  });
  memory.use_all();
  findings.text =
      size_line(options) + table.to_string() + not_converged_line(not_converged, "observations") + missing.table_note();
  findings.fail(missing.failure());
  return findings;
}

Findings run_convergence(const Options& options) {
  const CompiledSize& size = *options.size;
  Findings findings;
  Table table({{"drift", ""},
               {"dt", fmt::format("steps to t = {:g}", options.grid.t_end)},
               {"error", fmt::format("root mean square over {} Brownian paths of ||Y - Y'||_F at the end, Y' in steps "
                                     "of dt / 2 along the same path",
                                     options.chains)},
               {"+-", "its standard error; - with one path"},
               {"ratio", "of the error to the next one; 2 for a smooth drift"}});
  std::int64_t not_converged = 0;
  MissingEstimates missing;
  for_each_drift(options.drifts, "convergence", findings, [&](const std::string& drift) {
    auto request = request_for<ConvergenceRequest>(options.request, drift);
    request.dt = *options.grid.dt;
    request.t_end = options.grid.t_end;
    request.levels = static_cast<int>(options.levels);
    request.paths = options.chains;
    const auto results = size.convergence(request);
    for (const ConvergenceResult& result : results) {
      findings.results.push_back(to_json(size, request, result));
      table.add_row({drift, fmt::format("{:g}", result.dt), general(result.error, 4), general(result.standard_error, 2),
                     result.ratio ? fixed(*result.ratio, 2) : "-"});
      missing.add(drift, result.not_finite, request.paths, kPaths);
    }
    not_converged += results.back().not_converged;
  });
  findings.text =
      size_line(options) + table.to_string() + not_converged_line(not_converged, "steps") + missing.table_note();
  findings.fail(missing.failure());
  return findings;
}

Findings run_overview(const Options& options) {
  const CompiledSize& size = *options.size;
  Findings findings;
  double largest_error = kUnknown;
  std::int64_t not_converged = 0;
  MissingEstimates missing;
  std::vector<std::vector<std::string>> rows;
  for_each_drift(options.drifts, "", findings, [&](const std::string& drift) {
    const ProfileRequest profile = profile_requests(options, drift).front();
    const StepProfile steps = profile_steps(size, profile);
    add_results(to_json(size, profile, steps), findings);
    missing.add(drift, steps.not_finite, profile.steps, kSteps);
    const LatencyHistogram &step = steps.phases.front().latency, &noise = steps.phases.back().latency;
    std::vector<std::string> row{drift, quantile_microseconds(step, 0.5), quantile_microseconds(step, 0.99),
                                 quantile_microseconds(noise, 0.5), kibibytes(state_bytes(options, drift))};
    for (const double t : options.times) {
      const MseRequest request = mse_request(options, drift, t);
      const MseResult result = size.mse(request);
      findings.results.push_back(to_json(size, request, result));
      row.push_back(fixed(result.mse, 3));
      largest_error = std::fmax(largest_error, result.standard_error);  // leaves out those that are unknown
      not_converged += result.not_converged;
      missing.add(drift, result.not_finite, request.samples, kSamples);
    }
    const SampleRequest request = sample_request(options, drift);
    const SampleResult samples = size.sample(request);
    findings.results.push_back(to_json(size, request, samples));
    row.push_back(fixed(samples.nonzero_fraction, 2));
    row.push_back(fixed(samples.w1_norm, 3));
    not_converged += samples.not_converged;
    missing.add(drift, samples.not_finite, request.chains, kChains);
    rows.push_back(std::move(row));
  });

  std::vector<Column> columns{
      {"drift", "what stands for m in dY = m(Y, t) dt + dW; `driftbench list` defines them"},
      {"step us", "median time of one step, drift and noise, in microseconds on one core"},
      {"p99", fmt::format("99 of 100 steps took no longer, of {}", options.steps)},
      {"noise us", "the part of a step that makes the noise and updates Y, the same for every drift"},
      {"KiB", "memory that a chain needs, all told"}};
  for (const double t : options.times) {
    columns.push_back({fmt::format("mse {:.3g}n", t / options.size->n()), ""});
  }
  columns.back().meaning = fmt::format(
      "and before it: the drift as a denoiser, mean of ||m(y_t, t) - x||_F^2 at that t, to +- {}; the "
      "drift 0 has {:g}",
      fixed(largest_error, 3), options.request.settings.target_w);
  columns.push_back({"nonzero", nonzero_meaning(options)});
  columns.push_back({"W1", w1_meaning(options)});
  Table table(std::move(columns));
  for (auto& row : rows) table.add_row(std::move(row));
  findings.text =
      size_line(options) + table.to_string() + not_converged_line(not_converged, "estimates") + missing.table_note();
  findings.fail(missing.failure());
  return findings;
}

}  // namespace driftbench
