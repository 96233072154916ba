#include "tools/command_line/list.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "tools/command_line/findings_command.h"
#include "tools/machine/environment.h"

namespace driftbench {
namespace {

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
  text += "Sizes (add more in sizes.bzl)\n";
  for (const auto& size : all) text += fmt::format("  --n {} --k {}\n", size->n(), size->k());
  return text;
}

Findings run_list(const CompiledSizes& all) {
  Findings findings;
  findings.environment = describe_environment();
  findings.text = describe_sizes(all);
  for (const auto& size : all) {
    for (const DriftInfo& info : size->drifts()) {
      findings.results.push_back({{"drift", info.name},
                                  {"summary", info.summary},
                                  {"n", size->n()},
                                  {"k", size->k()},
                                  {"state_bytes", info.state_bytes}});
    }
    for (const WrapperInfo& wrapper : size->wrappers()) {
      findings.results.push_back({{"drift", wrapper.name},
                                  {"summary", wrapper.summary},
                                  {"n", size->n()},
                                  {"k", size->k()},
                                  {"state_bytes", nullptr}});
    }
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
