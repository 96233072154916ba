// What each subcommand does with arguments that are already known to be good.
#pragma once

#include <cstdint>
#include <exception>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tools/base/failure.h"
#include "tools/profiling/profile_files.h"
#include "tools/sizes/experiment.h"
#include "tools/sizes/instruction_sets.h"

namespace driftbench {

/// The arguments of all subcommands; each reads those it has.
struct Options {
  const Experiment* experiment = nullptr;
  std::vector<std::string> drifts;
  Request request;  ///< of which every request has the settings, seed, threads and quiet
  std::vector<double> times;
  TimeGrid grid;
  bool flow = false;
  std::int64_t chains = 0, samples = 0, steps = 0, copies = 0, levels = 0;
  std::optional<int> cpu;
  std::vector<InstructionSet> isas;  ///< none: the build's own
  std::optional<double> period_ns;
  ProfileOutputs outputs;
};

/// The same results for programs and for people.
struct Report {
  nlohmann::ordered_json results = nlohmann::ordered_json::array();
  std::string text;
  std::optional<std::string> failure;                 ///< what else went wrong: the results stand, the run has failed
  std::optional<nlohmann::ordered_json> environment;  ///< of the figures, where it is not that of this run

  /// Adds a reason to `failure`, where there is one.
  void fail(const std::optional<std::string>& reason);
};

/// Calls `measure`, which adds to the report, with each drift. What it throws is on its way to the caller while there
/// is no result; later it ends the command's measurements, as a failure of the report, whose results are kept.
template <class Drift, class F>
void for_each_drift(const std::vector<Drift>& drifts, const std::string& command, Report& report, F measure) {
  try {
    for (const Drift& drift : drifts) measure(drift);
  } catch (const std::exception& error) {
    if (report.results.empty()) throw;
    report.fail(reason_after_results(error, command));
  }
}

Report run_list(const std::vector<std::unique_ptr<Experiment>>& all);
Report run_sample(const Options& options);
Report run_mse(const Options& options);
/// What run_profile times: each drift, with several instruction sets each of them.
std::vector<std::string> profile_subjects(const Options& options);
/// The files are those of profile_subjects.
Report run_profile(const Options& options, ProfileFiles& files);
Report run_reduce(const Options& options);
Report run_lipschitz(const Options& options);
Report run_convergence(const Options& options);
/// The main job: all three for each drift, in one table.
Report run_overview(const Options& options);

}  // namespace driftbench
