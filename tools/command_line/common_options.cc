#include "tools/command_line/common_options.h"

#include <fmt/core.h>

#include <algorithm>
#include <thread>

#include "kernels/philox.h"
#include "tools/base/errors.h"
#include "tools/base/quote.h"
#include "tools/drifts/drift_name.h"

namespace driftbench {

static_assert(std::uint64_t{kStepCounts.high} < kRandomAddresses);

Option drifts_option() {
  return {
      "--drift", "DRIFTS", "names of `driftbench list`, or all", "all",
      "Drifts, separated by commas and possibly wrapped as in gated(spectral); the last may be exec:COMMAND, a program "
      "that reads Y and writes estimates"};
}

Option seed_option() {
  return {"--seed", "INT", kSeeds, fmt::format("{}", Request().seed), "Names the run: same seed, same results"};
}

IntegerOption chains_option() { return {"--chains", kChainCounts, "16", "Samples to generate"}; }

IntegerOption samples_option() { return {"--samples", kSampleCounts, "1000", "Draws of x and of the noise at each t"}; }

TargetSettings TargetOptions::settings(const CompiledSizes& sizes) const {
  if (!find_target(sizes, target.text()).has_density && density.given) {
    throw ArgumentError(fmt::format("{}: {} is not possible, the target {} has none; leave it out, or give {} signs",
                                    density.name, in_quotes(*density.given), target.text(), target.name));
  }
  return {w.value(), density.value()};
}

RunOptions::RunOptions()
    : threads("--threads", {1, 1024}, std::to_string(std::max(1U, std::thread::hardware_concurrency())),
              "Threads, or as many as there are; the results do not depend on it") {}

const WeightsFile* RunOptions::read_weights() {
  if (weights.given) weights_file_ = driftbench::read_weights(*weights.given);
  return weights_file_ ? &*weights_file_ : nullptr;
}

Request RunOptions::request(const TargetSettings& target, bool quiet) const {
  Request request;
  if (weights_file_) request.settings.weights = &weights_file_->weights;
  request.settings.target = target;
  request.settings.lipschitz_constant = lipschitz_constant.value();
  request.seed = parse_seed(seed.text());
  request.threads = static_cast<int>(threads.value());
  request.quiet = quiet;
  return request;
}

DriftPlan DriftOptions::plan(const CompiledSizes& sizes, bool quiet) {
  weights_ = run_.read_weights();
  DriftPlan plan;
  plan.request = run_.request(target_.settings(sizes), quiet);
  plan.size = &find_size(sizes, target_.size());
  const double timeout = exec_timeout_.value();
  if (const auto command = process_command(split_drift_list(drift_.text()).back())) {
    plan.request.settings.processes = &processes_.emplace(*command, timeout);
  }
  plan.drifts = parse_drifts(drift_.text(), *plan.size, plan.request.settings);
  return plan;
}

void DriftOptions::prepare(const DriftPlan& plan) {
  const auto needs_weights = [&](const std::string& drift) { return plan.size->drift(drift).needs_weights; };
  if (weights_ != nullptr && std::any_of(plan.drifts.begin(), plan.drifts.end(), needs_weights)) {
    warn_of_size(*weights_, plan.size->id().n, plan.size->id().k);
  }
  if (processes_) processes_->start();
}

std::vector<double> TimeOptions::times(int n) const {
  if (t.given && t_grid.given) {
    throw ArgumentError(fmt::format("--t and --t-grid: {} and {} are not possible together; give one",
                                    in_quotes(*t.given), in_quotes(*t_grid.given)));
  }
  return t_grid.given ? parse_grid(t_grid.name, *t_grid.given, n) : parse_times(t.name, t.text(), n);
}

std::string describe_target(const TargetInfo& target, const TargetSettings& settings) {
  return (target.has_density ? fmt::format("density {:g}, ", settings.density) : "") +
         fmt::format("P(s = 1) = {:g}", settings.w);
}

std::string describe_plan(const DriftPlan& plan) {
  return fmt::format("{}, {}, seed {}\n\n", describe(plan.size->id()),
                     describe_target(plan.size->target(), plan.request.settings.target), plan.request.seed);
}

}  // namespace driftbench
