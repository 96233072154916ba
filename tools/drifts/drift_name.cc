#include "tools/drifts/drift_name.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "tools/base/errors.h"

namespace driftbench {
namespace {

constexpr std::string_view kProcess = "exec:";

}  // namespace

DriftName split_drift_name(const std::string& name) {
  const std::size_t open = name.find('(');
  if (open == std::string::npos) {
    if (name.find(')') != std::string::npos) throw ArgumentError("a parenthesis is closed that was not opened");
    return {std::nullopt, name};
  }
  if (!name.ends_with(')')) throw ArgumentError("a parenthesis is open at the end, or closed before it");
  return {name.substr(0, open), name.substr(open + 1, name.size() - open - 2)};
}

std::optional<std::string> process_command(const std::string& name) {
  if (!name.starts_with(kProcess)) return std::nullopt;
  return name.substr(kProcess.size());
}

std::vector<std::string> split_drift_list(const std::string& list) {
  std::vector<std::string> names;
  std::size_t begin = 0;
  while (true) {
    const bool is_last = process_command(list.substr(begin)).has_value();
    const std::size_t end = is_last ? list.size() : std::min(list.find(',', begin), list.size());
    names.push_back(list.substr(begin, end - begin));
    if (end == list.size()) return names;
    begin = end + 1;
  }
}

}  // namespace driftbench
