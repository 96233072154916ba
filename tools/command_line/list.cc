#include "tools/command_line/list.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "tools/command_line/findings_command.h"
#include "tools/machine/environment.h"
#include "tools/sizes/results.h"

namespace driftbench {
namespace {

using nlohmann::ordered_json;

/// Returns each drift that some size has, once, in the order of the registry.
std::vector<DriftInfo> distinct_drifts(const CompiledSizes& all) {
  std::vector<DriftInfo> drifts;
  for (const auto& size : all) {
    for (const DriftInfo& info : size->drifts()) {
      const auto is_it = [&](const DriftInfo& other) { return other.name == info.name; };
      if (std::none_of(drifts.begin(), drifts.end(), is_it)) drifts.push_back(info);
    }
  }
  return drifts;
}

/// Returns each target that some size has, once, in the order of the sizes.
std::vector<TargetInfo> distinct_targets(const CompiledSizes& all) {
  std::vector<TargetInfo> targets;
  for (const auto& size : all) {
    const TargetInfo target = size->target();
    const auto is_it = [&](const TargetInfo& other) { return other.name == target.name; };
    if (std::none_of(targets.begin(), targets.end(), is_it)) targets.push_back(target);
  }
  return targets;
}

/// Returns whether some size of the target has the drift.
bool is_served(const std::string& target, const std::string& drift, const CompiledSizes& all) {
  return std::any_of(all.begin(), all.end(), [&](const auto& size) {
    const auto infos = size->drifts();
    return size->id().target == target &&
           std::any_of(infos.begin(), infos.end(), [&](const DriftInfo& info) { return info.name == drift; });
  });
}

/// Returns the drifts that no size of the target has, such as "; not saddle-point", without their variants.
std::string describe_unserved(const std::string& target, const std::vector<DriftInfo>& drifts,
                              const CompiledSizes& all) {
  std::string text;
  for (const DriftInfo& info : drifts) {
    if (!info.is_variant && !is_served(target, info.name, all)) text += (text.empty() ? "; not " : ", ") + info.name;
  }
  return text;
}

std::string describe_sizes(const CompiledSizes& all) {
  const std::vector<DriftInfo> drifts = distinct_drifts(all);
  const auto wrappers = all.front()->wrappers();
  std::size_t width = 0;
  for (const DriftInfo& info : drifts) width = std::max(width, info.name.size());
  for (const WrapperInfo& wrapper : wrappers) width = std::max(width, wrapper.name.size());
  std::string text = "Drifts\n";
  const auto add_line = [&](const std::string& name, const std::string& summary) {
    text += fmt::format("  {:<{}}  {}\n", name, width, summary);
  };
  for (const DriftInfo& info : drifts) {
    if (!info.is_variant) add_line(info.name, info.summary);
  }
  text += "Variants, by name only: `all` leaves them out. D is any drift whose estimates have rank one\n";
  for (const DriftInfo& info : drifts) {
    if (info.is_variant) add_line(info.name, info.summary);
  }
  for (const WrapperInfo& wrapper : wrappers) add_line(wrapper.name, wrapper.summary);
  text += "Targets, and the drifts that do not serve them\n";
  for (const TargetInfo& target : distinct_targets(all)) {
    add_line(target.name, target.summary + describe_unserved(target.name, drifts, all));
  }
  text += "Sizes (add more in sizes.bzl)\n";
  for (const auto& size : all) {
    const SizeId id = size->id();
    text += fmt::format("  --target {} --n {}", id.target, id.n) + (id.k == 0 ? "\n" : fmt::format(" --k {}\n", id.k));
  }
  return text;
}

Findings run_list(const CompiledSizes& all) {
  Findings findings;
  findings.environment = describe_environment();
  findings.text = describe_sizes(all);
  for (const auto& size : all) {
    const auto add = [&](const std::string& drift, const std::string& summary, const ordered_json& state_bytes) {
      ordered_json json{{"drift", drift}, {"summary", summary}};
      json.update(size_json(*size));
      json["state_bytes"] = state_bytes;
      findings.results.push_back(std::move(json));
    };
    for (const DriftInfo& info : size->drifts()) add(info.name, info.summary, info.state_bytes);
    for (const WrapperInfo& wrapper : size->wrappers()) add(wrapper.name, wrapper.summary, nullptr);
  }
  return findings;
}

class ListCommand final : public FindingsCommand {
 public:
  ListCommand() : FindingsCommand({"list", "Drifts and sizes that there are", "", "", "leave out --json"}) {}
  std::vector<OptionGroup> options() override { return {output_options()}; }

 protected:
  AcceptedRun accept(const CompiledSizes& sizes, Outputs&) override {
    return [&] { return run_list(sizes); };
  }
};

}  // namespace

std::unique_ptr<Command> list_command() { return std::make_unique<ListCommand>(); }

}  // namespace driftbench
