#include "tools/command_line/compare.h"

#include <fmt/core.h>

#include <cmath>
#include <utility>
#include <vector>

#include "tools/base/errors.h"
#include "tools/base/quote.h"
#include "tools/base/table.h"
#include "tools/command_line/findings_command.h"
#include "tools/profiling/profile_document.h"

namespace driftbench {
namespace {

using nlohmann::ordered_json;

constexpr const char* kMeasured[] = {"seed", "p50_ns", "p90_ns", "p99_ns"};
constexpr const char* kQuantiles[] = {"p50", "p90", "p99"};

std::string known(const ordered_json& value) {
  if (value.is_null()) return "not recorded";
  return value.is_string() ? shown(value.get<std::string>()) : value.dump();
}

void check_same(const ordered_json& a, const ordered_json& b, const ProfileDocument& in_a,
                const ProfileDocument& in_b) {
  for (const auto& [name, value] : a.items()) {
    if (value == b.at(name)) continue;
    throw ArgumentError(fmt::format("compare: {} differs, so that times cannot be compared: {} in {}, {} in {}", name,
                                    known(value), shown(in_a.path, kMaxPathQuoted), known(b.at(name)),
                                    shown(in_b.path, kMaxPathQuoted)));
  }
}

/// Returns every drift and phase: those of a in its order, then those that only b has.
std::vector<ProfileKey> all_keys(const ProfileDocument& a, const ProfileDocument& b) {
  std::vector<ProfileKey> keys = a.order;
  for (const ProfileKey& key : b.order) {
    if (!a.rows.contains(key)) keys.push_back(key);
  }
  return keys;
}

/// Returns what was measured of a drift and phase in a document; null where the document lacks them.
ordered_json measured(const ProfileDocument& profile, const ProfileKey& key, const std::string& name) {
  const auto row = profile.rows.find(key);
  return row == profile.rows.end() ? ordered_json() : row->second.at(name);
}

/// Returns b / a, or null where that has no value.
ordered_json ratio(const ordered_json& a, const ordered_json& b) {
  if (a.is_null() || b.is_null()) return nullptr;
  const double quotient = b.get<double>() / a.get<double>();
  return std::isfinite(quotient) ? ordered_json(quotient) : ordered_json();
}

/// Returns a line where the profile itself says of some drift that its times are not to be trusted.
std::string doubts(const ProfileDocument& profile, const char* name) {
  for (const ProfileKey& key : profile.order) {
    if (measured(profile, key, "valid") != false) continue;
    return fmt::format(
        "\n{}'s own run doubts its times of {}: they are of the machine as much as of the drift; repeat it\n", name,
        shown(key.first));
  }
  return "";
}

ordered_json compare_row(const ProfileDocument& a, const ProfileDocument& b, const ProfileKey& key) {
  ordered_json json{{"drift", key.first},
                    {"target", a.run.at("target")},
                    {"n", a.run.at("n")},
                    {"k", a.run.at("k")},
                    {"phase", key.second}};
  json["in"] = !b.rows.contains(key) ? "a" : a.rows.contains(key) ? "both" : "b";
  for (const char* name : kMeasured) json[name] = ordered_json::array({measured(a, key, name), measured(b, key, name)});
  for (const char* quantile : kQuantiles) {
    const ordered_json& pair = json.at(fmt::format("{}_ns", quantile));
    json[fmt::format("{}_ratio", quantile)] = ratio(pair.at(0), pair.at(1));
  }
  return json;
}

void add_table_row(Table& table, const ordered_json& json) {
  const auto time = [](const ordered_json& value) { return value.is_null() ? "-" : microseconds(value.get<double>()); };
  std::vector<std::string> row{shown(json.at("drift").get<std::string>()), shown(json.at("phase").get<std::string>()),
                               json.at("in").get<std::string>()};
  for (const char* quantile : kQuantiles) {
    const ordered_json& pair = json.at(fmt::format("{}_ns", quantile));
    const ordered_json& factor = json.at(fmt::format("{}_ratio", quantile));
    row.push_back(time(pair.at(0)));
    row.push_back(time(pair.at(1)));
    row.push_back(factor.is_null() ? "-" : fixed(factor.get<double>(), 3));
  }
  table.add_row(std::move(row));
}

class CompareCommand final : public FindingsCommand {
 public:
  CompareCommand()
      : FindingsCommand({"compare", "Two stored profiles side by side: files that `driftbench profile --json` wrote",
                         "", "a.json b.json", "give smaller files"}) {}
  std::vector<OptionGroup> options() override { return {{"Files", {&a_, &b_}}, output_options()}; }

 protected:
  AcceptedRun accept(const CompiledSizes&, Outputs&) override {
    if (!a_.given || !b_.given) {
      throw ArgumentError("compare: two files are needed; give two that `driftbench profile --json` wrote");
    }
    return [findings = run_compare(*a_.given, *b_.given)] { return findings; };
  }

 private:
  static Option profile_file(const char* name, const char* help) {
    return {name, "FILE", "one that `driftbench profile --json` wrote", "", help, true};
  }

  Option a_ = profile_file("a.json", "The profile to compare with"),
         b_ = profile_file("b.json", "The profile to compare");
};

}  // namespace

std::unique_ptr<Command> compare_command() { return std::make_unique<CompareCommand>(); }

Findings run_compare(const std::string& path_a, const std::string& path_b) {
  const ProfileDocument a = read_profile_document(path_a), b = read_profile_document(path_b);
  check_same(a.environment, b.environment, a, b);
  check_same(a.run, b.run, a, b);
  Findings findings;
  findings.environment = a.environment;
  Table table({{"drift", ""},
               {"phase", ""},
               {"in", "both; or the only one of the two that has this drift and phase"},
               {"p50 a", "microseconds that half of the steps did not exceed, to 0.8 %; - where it was not measured"},
               {"p50 b", ""},
               {"b/a", "below 1 where b is faster; how far two runs of one build differ, two runs of it tell"},
               {"p90 a", ""},
               {"p90 b", ""},
               {"b/a", ""},
               {"p99 a", ""},
               {"p99 b", ""},
               {"b/a", ""}});
  for (const ProfileKey& key : all_keys(a, b)) {
    findings.results.push_back(compare_row(a, b, key));
    add_table_row(table, findings.results.back());
  }
  findings.text =
      fmt::format("a: {}, {}\nb: {}, {}\n{}, n = {}, k = {}; {}, {} instructions, {}\n\n", printable(path_a),
                  printable(a.command), printable(path_b), printable(b.command), known(a.run.at("target")),
                  known(a.run.at("n")), known(a.run.at("k")), known(a.environment.at("cpu")),
                  known(a.environment.at("isa")), known(a.environment.at("compiler"))) +
      table.to_string() + doubts(a, "a") + doubts(b, "b");
  return findings;
}

}  // namespace driftbench
