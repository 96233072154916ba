#include "tools/drifts/drift_name.h"

#include <cstddef>

#include "tools/base/errors.h"

namespace driftbench {

DriftName split_drift_name(const std::string& name) {
  const std::size_t open = name.find('(');
  if (open == std::string::npos) {
    if (name.find(')') != std::string::npos) throw ArgumentError("a parenthesis is closed that was not opened");
    return {std::nullopt, name};
  }
  if (!name.ends_with(')')) throw ArgumentError("a parenthesis is open at the end, or closed before it");
  return {name.substr(0, open), name.substr(open + 1, name.size() - open - 2)};
}

}  // namespace driftbench
