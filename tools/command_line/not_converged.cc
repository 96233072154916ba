#include "tools/command_line/not_converged.h"

#include <fmt/core.h>

#include <algorithm>

#include "tools/base/wrap.h"

namespace driftbench {

void NotConverged::add(const std::string& drift, std::int64_t count, std::int64_t all) {
  const auto known = std::find_if(drifts_.begin(), drifts_.end(), [&](const Counts& of) { return of.drift == drift; });
  Counts& counts = known != drifts_.end() ? *known : drifts_.emplace_back(Counts{drift, 0, 0});
  counts.count += count;
  counts.all += all;
}

std::string NotConverged::sentence() const {
  std::string list;
  for (const Counts& of : drifts_) {
    if (of.count == 0) continue;
    list += list.empty() ? fmt::format("{} of {} {} of {}", of.count, of.all, what_, of.drift)
                         : fmt::format(", {} of {} of {}", of.count, of.all, of.drift);
  }
  if (list.empty()) return "";
  return fmt::format(
      "{} ran out of iterations and have the last iterate as estimate; this is expected where Y holds no signal, or "
      "one that the noise hides: there is nothing to converge to",
      list);
}

std::string NotConverged::table_note() const {
  const std::string text = sentence();
  return text.empty() ? "" : fmt::format("\n{}\n", wrap(text + "."));
}

}  // namespace driftbench
