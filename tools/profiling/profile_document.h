// Documents that `profile --json` wrote.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace driftbench {

/// Drift, with the instruction set where it has one, and phase.
using ProfileKey = std::pair<std::string, std::string>;

/// What a document holds that can be compared; every value has its type, and is null where it is missing.
struct ProfileDocument {
  std::string path, command;
  nlohmann::ordered_json environment;  ///< cpu, isa, compiler, optimized
  nlohmann::ordered_json run;          ///< n, k, target_w, dt, t_end, the same in all rows
  std::vector<ProfileKey> order;       ///< of the rows in the document
  /// For each drift and phase seed, p50_ns, p90_ns, p99_ns.
  std::map<ProfileKey, nlohmann::ordered_json> rows;
};

/// ArgumentError, which names the file and what is wrong, where it is no such document.
ProfileDocument read_profile_document(const std::string& path);

/// The same of a file's content; `path` is what errors name.
ProfileDocument parse_profile_document(const std::string& path, std::string_view content);

}  // namespace driftbench
