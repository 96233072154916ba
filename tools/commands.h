// What each subcommand does with arguments that are already known to be good.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tools/experiment.h"

namespace driftbench {

/// The arguments of all subcommands; each reads those it has.
struct Options {
  const Experiment* experiment = nullptr;
  std::vector<std::string> drifts;
  DriftSettings settings;
  std::vector<double> times;
  double dt = 0, t_end = 0;
  bool has_dt = true;                 ///< whether the steps follow from dt; a grid's do not
  std::string schedule = "uniform";   ///< what the steps' ends are called
  std::vector<float> schedule_times;  ///< and what they are
  bool flow = false;
  std::int64_t chains = 0, samples = 0, steps = 0, copies = 0, levels = 0;
  std::uint64_t seed = 0;
  int threads = 1;
  bool quiet = false;
};

/// The same results for programs and for people.
struct Report {
  nlohmann::ordered_json results = nlohmann::ordered_json::array();
  std::string text;
};

Report run_list(const std::vector<std::unique_ptr<Experiment>>& all);
Report run_sample(const Options& options);
Report run_mse(const Options& options);
Report run_profile(const Options& options);
Report run_reduce(const Options& options);
Report run_lipschitz(const Options& options);
Report run_convergence(const Options& options);
/// The main job: all three for each drift, in one table.
Report run_overview(const Options& options);

}  // namespace driftbench
