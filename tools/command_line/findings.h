// What a command found out, and how it is gathered drift by drift.
#pragma once

#include <exception>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tools/base/failure.h"

namespace driftbench {

/// A command's results, the same for programs, in JSON, and for people, as text.
struct Findings {
  nlohmann::ordered_json results = nlohmann::ordered_json::array();
  std::string text;
  std::optional<std::string> failure;  ///< what else went wrong: the results stand, but the run has failed
  /// The environment of the results, where it is not this run's or the text says nothing of it.
  std::optional<nlohmann::ordered_json> environment;

  /// Adds the reason to `failure`, where there is a reason.
  void fail(const std::optional<std::string>& reason);
};

/// Calls `measure`, which adds to the findings, with each drift. While there is no result, an exception goes on to
/// the caller. Later, an exception ends the command's measurements and becomes a failure of the findings, whose results
/// are kept. `less_memory` is the command's.
template <class Drift, class F>
void for_each_drift(const std::vector<Drift>& drifts, const std::string& less_memory, Findings& findings, F measure) {
  try {
    for (const Drift& drift : drifts) measure(drift);
  } catch (const std::exception& error) {
    if (findings.results.empty()) throw;
    findings.fail(reason_after_results(error, less_memory));
  }
}

}  // namespace driftbench
