// A ProfileDocument is read from what `profile --json` wrote.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace driftbench {

/// A row's key is the drift, with the instruction set where it has one, and the phase.
using ProfileKey = std::pair<std::string, std::string>;

/// Holds what can be compared of a document. Every value has its type, and is null where it is missing.
struct ProfileDocument {
  std::string path, command;
  nlohmann::ordered_json environment;  ///< cpu, isa, compiler, optimized
  nlohmann::ordered_json run;          ///< target, n, k, density, target_w, dt, t_end, the same in all rows
  std::vector<ProfileKey> order;       ///< the rows' keys, in the order of the document
  /// Each drift and phase has seed, p50_ns, p90_ns and p99_ns.
  std::map<ProfileKey, nlohmann::ordered_json> rows;
};

/// Reads the document in a file. Throws ArgumentError, which names the file and what is wrong, where it is no such
/// document.
ProfileDocument read_profile_document(const std::string& path);

/// Does the same with a file's content; `path` is what errors name.
ProfileDocument parse_profile_document(const std::string& path, std::string_view content);

}  // namespace driftbench
