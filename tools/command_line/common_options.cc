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

Option n_option() { return {"--n", "INT", "one that `driftbench list` shows", kDefaultN, "Dimension of the matrices"}; }

Option k_option() {
  return {"--k", "INT", "one that `driftbench list` shows beside n", kDefaultK, "Non-zero entries of u"};
}

Option drifts_option() {
  return {
      "--drift", "DRIFTS", "names of `driftbench list`, or all", "all",
      "Drifts, separated by commas and possibly wrapped as in gated(spectral); the last may be exec:COMMAND, a program "
      "that reads Y and writes estimates"};
}

Option seed_option() {
  return {"--seed", "INT", kSeeds, fmt::format("{}", Request().seed), "Names the run: same seed, same results"};
}

NumberOption target_w_option() {
  return {"--target-w",
          {0, 1},
          fmt::format("{:g}", DriftSettings().target_w),
          "P(s = 1): the target's weight of non-zero matrices"};
}

IntegerOption chains_option() { return {"--chains", kChainCounts, "16", "Samples to generate"}; }

IntegerOption samples_option() { return {"--samples", kSampleCounts, "1000", "Draws of x and of the noise at each t"}; }

const CompiledSize& selected_size(const CompiledSizes& sizes, const Option& n, const Option& k) {
  if (n.given && !k.given && *n.given != kDefaultN) {
    parse_integer(n.name, *n.given, kDimensions);
    throw ArgumentError(
        fmt::format("--k: missing beside --n {}; give both, of n,k = {}, or neither", *n.given, list_sizes(sizes)));
  }
  return find_size(sizes, n.text(), k.text());
}

RunOptions::RunOptions()
    : threads("--threads", {1, 1024}, std::to_string(std::max(1U, std::thread::hardware_concurrency())),
              "Threads, or as many as there are; the results do not depend on it") {}

const WeightsFile* RunOptions::read_weights() {
  if (weights.given) weights_file_ = driftbench::read_weights(*weights.given);
  return weights_file_ ? &*weights_file_ : nullptr;
}

Request RunOptions::request(bool quiet) const {
  Request request;
  if (weights_file_) request.settings.weights = &weights_file_->weights;
  request.settings.target_w = target_w.value();
  request.settings.lipschitz_constant = lipschitz_constant.value();
  request.seed = parse_seed(seed.text());
  request.threads = static_cast<int>(threads.value());
  request.quiet = quiet;
  return request;
}

DriftPlan DriftOptions::plan(const CompiledSizes& sizes, bool quiet) {
  weights_ = run_.read_weights();
  DriftPlan plan;
  plan.size = &selected_size(sizes, n_, k_);
  plan.request = run_.request(quiet);
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
    warn_of_size(*weights_, plan.size->n(), plan.size->k());
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

std::string describe_plan(const DriftPlan& plan) {
  return fmt::format("n = {}, k = {}, P(s = 1) = {:g}, seed {}\n\n", plan.size->n(), plan.size->k(),
                     plan.request.settings.target_w, plan.request.seed);
}

}  // namespace driftbench
