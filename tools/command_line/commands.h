// Each subcommand has a function here. It takes arguments that are already known to be good.
#pragma once

#include <cstdint>
#include <exception>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tools/base/failure.h"
#include "tools/profiling/profile_files.h"
#include "tools/sizes/compiled_size.h"
#include "tools/sizes/instruction_sets.h"

namespace driftbench {

/// The arguments of all subcommands. Each subcommand reads those that it has.
struct Options {
  const CompiledSize* size = nullptr;
  std::vector<std::string> drifts;
  Request request;  ///< settings, seed, threads and quiet, which every request takes over
  std::vector<double> times;
  TimeGrid grid;
  bool flow = false;
  std::int64_t chains = 0, samples = 0, steps = 0, copies = 0, levels = 0;
  std::optional<int> cpu;
  std::vector<InstructionSet> isas;  ///< instruction sets to compare; where none is given, the build's own is used
  std::optional<double> period_ns;
  ProfileOutputs outputs;
};

/// A command's results, the same for programs, in JSON, and for people, as text.
struct Findings {
  nlohmann::ordered_json results = nlohmann::ordered_json::array();
  std::string text;
  std::optional<std::string> failure;  ///< what else went wrong: the results stand, but the run has failed
  std::optional<nlohmann::ordered_json> environment;  ///< that of the figures, where it is not this run's

  /// Adds the reason to `failure`, where there is a reason.
  void fail(const std::optional<std::string>& reason);
};

/// Calls `measure`, which adds to the findings, with each drift. While there is no result, an exception goes on to
/// the caller. Later, an exception ends the command's measurements and becomes a failure of the findings, whose results
/// are kept.
template <class Drift, class F>
void for_each_drift(const std::vector<Drift>& drifts, const std::string& command, Findings& findings, F measure) {
  try {
    for (const Drift& drift : drifts) measure(drift);
  } catch (const std::exception& error) {
    if (findings.results.empty()) throw;
    findings.fail(reason_after_results(error, command));
  }
}

Findings run_list(const std::vector<std::unique_ptr<CompiledSize>>& all);
Findings run_sample(const Options& options);
Findings run_mse(const Options& options);
/// Returns the names of what run_profile times: each drift or, where instruction sets are given, each drift with each
/// of them.
std::vector<std::string> profile_subjects(const Options& options);
/// Profiles the drifts. `files` are made for the names that profile_subjects returns.
Findings run_profile(const Options& options, ProfileFiles& files);
Findings run_reduce(const Options& options);
Findings run_lipschitz(const Options& options);
Findings run_convergence(const Options& options);
/// Does the main job: profiles each drift, measures it as a denoiser and samples with it, all in one table.
Findings run_overview(const Options& options);

}  // namespace driftbench
