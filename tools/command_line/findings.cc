#include "tools/command_line/findings.h"

#include <fmt/core.h>

namespace driftbench {

void Findings::fail(const std::optional<std::string>& reason) {
  if (!reason) return;
  failure = failure ? fmt::format("{}; {}", *failure, *reason) : *reason;
}

}  // namespace driftbench
