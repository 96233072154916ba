#include "tools/command_line/sample.h"

#include <fmt/core.h>

#include <cmath>
#include <cstddef>
#include <iterator>
#include <span>
#include <vector>

#include "runtime/metrics.h"
#include "tools/base/errors.h"
#include "tools/base/failure.h"
#include "tools/base/quote.h"
#include "tools/base/table.h"
#include "tools/command_line/findings_command.h"
#include "tools/command_line/not_converged.h"
#include "tools/command_line/results_memory.h"
#include "tools/measurements/not_finite.h"
#include "tools/sizes/results.h"

namespace driftbench {
namespace {

constexpr char kLessMemoryForSample[] = "lower --chains, --threads or --n, or give fewer drifts";

/// Returns what writes each sample as a frame. The frames end at a chain that lacks its sample: were it left out, the
/// next frame would be taken for its own.
SampleSink frame_sink(const SamplePlan& plan) {
  FrameOutput& frames = *plan.frames;
  const auto take = [&plan, &frames](std::span<const float> numbers) {
    if (numbers.empty()) {
      frames.end(fmt::format("chain {} has no finite estimate", frames.frames()));
    } else {
      frames.write(plan.form, plan.size->n(), numbers);
    }
    if (frames.is_broken() && plan.wants_frames_alone) throw RunError(*frames.finish(plan.chains));
  };
  return {plan.form, take};
}

SampleRequest sample_request(const SamplePlan& plan, const std::string& drift) {
  auto request = request_for<SampleRequest>(plan.request, drift);
  request.chains = plan.chains;
  request.grid = plan.grid;
  request.flow = plan.flow;
  if (plan.frames != nullptr) request.sink = frame_sink(plan);
  return request;
}

ResultsMemory memory_for_norms(const SamplePlan& plan) {
  // A norm takes a number and its value in JSON, 16 bytes each while they are made, and a line of some 24 characters in
  // a text that doubles as it grows. 32 + 3 * 24 bytes are rounded up.
  constexpr std::size_t kBytesANorm = 128;
  return {static_cast<std::size_t>(plan.chains) * plan.drifts.size(), kBytesANorm,
          fmt::format("--chains: out of memory before the work began: there is none for the results of {} chains of {} "
                      "drifts; lower it, give fewer drifts",
                      plan.chains, plan.drifts.size())};
}

class SampleCommand final : public FindingsCommand {
 public:
  SampleCommand()
      : FindingsCommand({"sample", "Run the diffusion with a drift, show what its samples look like", "",
                         "--n 32 --k 4 --drift spectral,amp --chains 100", kLessMemoryForSample}) {}
  std::vector<OptionGroup> options() override {
    return {drifts_.target_group(),
            drifts_.drift_group(),
            drifts_.run_group(),
            {"Diffusion", {&schedule_.dt, &schedule_.t_end, &schedule_.schedule, &sampler_, &chains_}},
            {"Samples", {&out_, &form_}},
            output_options()};
  }

 protected:
  AcceptedRun accept(const CompiledSizes& sizes, Outputs& outputs) override {
    SamplePlan plan{drifts_.plan(sizes, quiet()), {}, false, 0};
    plan.grid = schedule_.grid(plan.size->n(), 1);
    plan.flow = sampler_.value() == 1;
    plan.chains = chains_.value();
    plan.form = chosen_form(form_, out_.given.has_value(), out_.name);
    if (out_.given && plan.drifts.size() > 1) {
      throw ArgumentError(
          fmt::format("{}: {} is not possible for several drifts, whose samples nothing would tell apart; give one "
                      "--drift",
                      out_.name, in_quotes(*out_.given, kMaxPathQuoted)));
    }
    const auto frames = out_.given ? std::make_shared<FrameOutput>(out_.name, *out_.given, outputs) : nullptr;
    plan.frames = frames.get();
    plan.wants_frames_alone = outputs.stdout_is_taken() && !writes_document();
    drifts_.prepare(plan);
    return [plan, frames] { return run_sample(plan); };
  }

 private:
  DriftOptions drifts_;
  ScheduleOptions schedule_;
  ChoiceOption sampler_{
      "--sampler", {"euler-maruyama", "probability-flow"}, "The diffusion, or its deterministic counterpart"};
  IntegerOption chains_ = chains_option();
  Option out_ = frames_option("--out", "", "Write each sample, in the order of chains, as an .npy array");
  ChoiceOption form_ = form_option();
};

}  // namespace

std::string nonzero_meaning(std::int64_t chains, double target_w) {
  return fmt::format("the drift as a sampler: fraction of {} samples of norm above 1/2; the target has {:g}", chains,
                     target_w);
}

std::string w1_meaning(std::int64_t chains, double target_w) {
  return fmt::format(
      "distance between the law of the samples' norms and the target's, a lower bound on W1 between the samples' laws; "
      "a perfect sampler shows {:.3f} with {} samples",
      w1_of_target_draws(target_w, chains), chains);
}

std::unique_ptr<Command> sample_command() { return std::make_unique<SampleCommand>(); }

Findings run_sample(const SamplePlan& plan) {
  const CompiledSize& size = *plan.size;
  const double target_w = plan.request.settings.target.w;
  Findings findings;
  Table table(
      {{"drift", ""},
       {"norm min", "smallest Frobenius norm of a sample; the target's samples have norm 0 or 1"},
       {"median", "of the norms"},
       {"max", "of the norms"},
       {"nonzero", nonzero_meaning(plan.chains, target_w)},
       {"patterns",
        "fraction of samples within 0.1 of a k-sparse sign pattern u u^T; the target has as many as "
        "nonzero ones"},
       {"W1", w1_meaning(plan.chains, target_w)},
       {"95 %", "bootstrap interval of W1: what as many other samples might have shown; - with one chain"},
       {"seconds", fmt::format("for all chains, on {} threads or as many as there are", plan.request.threads)}});
  NotConverged not_converged("steps");
  MissingEstimates missing;
  ResultsMemory memory = memory_for_norms(plan);
  for_each_drift(plan.drifts, kLessMemoryForSample, findings, [&](const std::string& drift) {
    const SampleRequest request = sample_request(plan, drift);
    const SampleResult result = size.sample(request);
    memory.use(static_cast<std::size_t>(plan.chains));
    findings.results.push_back(to_json(size, request, result));
    const NormSummary norms = summarize_norms(result);
    const bool known = std::isfinite(result.w1_interval.low);
    table.add_row({drift, fixed(norms.smallest, 4), fixed(norms.median, 4), fixed(norms.largest, 4),
                   fixed(result.nonzero_fraction, 3), fixed(result.pattern_fraction, 3), fixed(result.w1_norm, 4),
                   known ? fmt::format("{:.3f}-{:.3f}", result.w1_interval.low, result.w1_interval.high) : "-",
                   fixed(result.seconds, 2)});
    not_converged.add(drift, result.not_converged, request.chains * std::ssize(request.grid.times));
    if (result.failure) {
      findings.fail(fmt::format("{}; the {} of {} chains that had ended are kept", *result.failure,
                                request.chains - result.not_finite.count, request.chains));
    } else {
      missing.add(drift, result.not_finite, request.chains, kChains);
    }
  });
  findings.text = describe_plan(plan) +
                  fmt::format("{} chains to t = {:g}, {} {} steps, {}\n\n", plan.chains, plan.grid.t_end,
                              plan.grid.times.size(), plan.grid.name, sampler_name(plan.flow)) +
                  table.to_string() + not_converged.table_note() + missing.table_note();
  findings.fail(missing.failure());
  if (plan.frames != nullptr) {
    findings.fail(plan.frames->finish(plan.chains));
    if (const auto wait = plan.frames->describe_wait()) print_error(*wait);
  }
  return findings;
}

}  // namespace driftbench
