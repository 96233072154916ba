#include "tools/compare.h"

#include <fmt/core.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "tools/errors.h"
#include "tools/table.h"

namespace driftbench {
namespace {

using nlohmann::ordered_json;

/// Some hundred times the profile of all drifts.
constexpr std::size_t kMaxBytes = std::size_t{4} << 20;

struct Field {
  const char* name;
  const char* type;
  bool (*is)(const ordered_json&);
};
bool is_text(const ordered_json& value) { return value.is_string(); }
bool is_whole(const ordered_json& value) { return value.is_number_integer(); }
/// One beyond 2^53 is text, json_text.h.
bool is_seed(const ordered_json& value) {
  return value.is_number_integer() || (value.is_string() && !value.get<std::string>().empty() &&
                                       value.get<std::string>().find_first_not_of("0123456789") == std::string::npos);
}
bool is_number(const ordered_json& value) { return value.is_number(); }
bool is_duration(const ordered_json& value) { return value.is_number() && value.get<double>() >= 0; }

// Times may be compared where these agree. What was not recorded is null.
constexpr Field kEnvironmentFields[] = {
    {"cpu", "text", is_text},
    {"isa", "text", is_text},
    {"compiler", "text", is_text},
    {"optimized", "true or false", [](const ordered_json& value) { return value.is_boolean(); }},
};
// Which drifts depend on target_w is not recorded.
constexpr Field kRunFields[] = {
    {"n", "a whole number", is_whole}, {"k", "a whole number", is_whole}, {"target_w", "a number", is_number},
    {"dt", "a number", is_number},     {"t_end", "a number", is_number},
};
constexpr Field kMeasured[] = {
    {"seed", "a whole number", is_seed},
    {"p50_ns", "a duration", is_duration},
    {"p90_ns", "a duration", is_duration},
    {"p99_ns", "a duration", is_duration},
};
constexpr Field kNames[] = {{"drift", "text", is_text}, {"phase", "text", is_text}, {"isa", "text", is_text}};
constexpr const char* kQuantiles[] = {"p50", "p90", "p99"};

using RowKey = std::pair<std::string, std::string>;  // drift, with the instruction set where it has one; phase

/// A document whose fields were checked.
struct Profile {
  std::string path, command;
  ordered_json environment, run;  ///< what may not differ
  std::vector<RowKey> order;      ///< of the results
  std::map<RowKey, ordered_json> rows;
};

/// One file and what can be wrong with it.
class ProfileReader {
 public:
  explicit ProfileReader(std::string path) : path_(std::move(path)) {}

  Profile read() const {
    const ordered_json document = ordered_json::parse(load(), nullptr, /*allow_exceptions=*/false);
    if (document.is_discarded()) refuse("it is not JSON");
    check_document(document);
    Profile profile{path_, document.at("command").get<std::string>(), {}, {}, {}, {}};
    profile.environment = take(document.at("environment"), kEnvironmentFields, "environment");
    for (const ordered_json& result : document.at("results")) add_row(result, profile);
    return profile;
  }

 private:
  [[noreturn]] void refuse(const std::string& why) const {
    throw ArgumentError(
        fmt::format("compare: \"{}\" is not possible: {}; give what `driftbench profile --json` wrote", path_, why));
  }

  std::string load() const {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path_.c_str(), "rb"), std::fclose);
    if (!file) refuse(std::strerror(errno));
    std::string content(kMaxBytes + 1, '\0');
    errno = 0;
    content.resize(std::fread(content.data(), 1, content.size(), file.get()));
    if (std::ferror(file.get()) != 0) refuse(std::strerror(errno));
    if (content.size() > kMaxBytes) refuse(fmt::format("it has more than {} bytes", kMaxBytes));
    return content;
  }

  void check_document(const ordered_json& document) const {
    if (!document.is_object() || !document.contains("tool") || document.at("tool") != "driftbench") {
      refuse("it is not a document of driftbench");
    }
    const auto check = [&](const char* key, const char* type, bool (ordered_json::*is)() const noexcept) {
      if (!document.contains(key) || !(document.at(key).*is)()) refuse(fmt::format("its {} is not {}", key, type));
    };
    check("command", "text", &ordered_json::is_string);
    check("environment", "an object", &ordered_json::is_object);
    check("results", "a list", &ordered_json::is_array);
    const ordered_json& results = document.at("results");
    if (results.empty()) refuse("it has no results");
    for (const ordered_json& result : results) {
      if (!result.is_object()) refuse("a result is no object");
      if (result.contains("max_ns")) continue;  // which no other command has
      refuse(
          fmt::format("its results are not those of profile but of \"{}\"", document.at("command").get<std::string>()));
    }
  }

  /// The fields, null where they are missing.
  template <std::size_t Count>
  ordered_json take(const ordered_json& object, const Field (&fields)[Count], const std::string& where) const {
    ordered_json taken;
    for (const Field& field : fields) {
      taken[field.name] = object.value(field.name, ordered_json());
      if (taken[field.name].is_null() || field.is(taken[field.name])) continue;
      refuse(fmt::format("{} of {} is not {}", field.name, where, field.type));
    }
    return taken;
  }

  void add_row(const ordered_json& result, Profile& profile) const {
    const std::string where = fmt::format("result {}", profile.order.size());
    const ordered_json names = take(result, kNames, where);
    const ordered_json run = take(result, kRunFields, where);
    for (const auto& [name, value] : {std::pair("drift", names.at("drift")), std::pair("phase", names.at("phase")),
                                      std::pair("n", run.at("n")), std::pair("k", run.at("k"))}) {
      if (value.is_null()) refuse(fmt::format("{} of {} is missing", name, where));
    }
    if (profile.order.empty()) profile.run = run;
    if (run != profile.run) refuse(fmt::format("{} is of another run than result 0", where));
    std::string subject = names.at("drift").get<std::string>();
    if (!names.at("isa").is_null()) subject += "@" + names.at("isa").get<std::string>();
    const RowKey key(std::move(subject), names.at("phase").get<std::string>());
    if (!profile.rows.emplace(key, take(result, kMeasured, where)).second) {
      refuse(fmt::format("{} repeats drift {}, phase {}", where, key.first, key.second));
    }
    profile.order.push_back(key);
  }

  std::string path_;
};

std::string known(const ordered_json& value) {
  if (value.is_null()) return "not recorded";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

void check_same(const ordered_json& a, const ordered_json& b, const Profile& in_a, const Profile& in_b) {
  for (const auto& [name, value] : a.items()) {
    if (value == b.at(name)) continue;
    throw ArgumentError(fmt::format("compare: {} differs, so that times cannot be compared: {} in {}, {} in {}", name,
                                    known(value), in_a.path, known(b.at(name)), in_b.path));
  }
}

/// Every drift and phase: those of a in its order, then those that only b has.
std::vector<RowKey> all_keys(const Profile& a, const Profile& b) {
  std::vector<RowKey> keys = a.order;
  for (const RowKey& key : b.order) {
    if (!a.rows.contains(key)) keys.push_back(key);
  }
  return keys;
}

/// What was measured of a drift and phase in a document; null where it is not there.
ordered_json measured(const Profile& profile, const RowKey& key, const std::string& name) {
  const auto row = profile.rows.find(key);
  return row == profile.rows.end() ? ordered_json() : row->second.at(name);
}

/// b / a, null where it has no value.
ordered_json ratio(const ordered_json& a, const ordered_json& b) {
  if (a.is_null() || b.is_null() || a.get<double>() == 0) return nullptr;
  return b.get<double>() / a.get<double>();
}

ordered_json compare_row(const Profile& a, const Profile& b, const RowKey& key) {
  ordered_json json{{"drift", key.first}, {"n", a.run.at("n")}, {"k", a.run.at("k")}, {"phase", key.second}};
  json["in"] = !b.rows.contains(key) ? "a" : a.rows.contains(key) ? "both" : "b";
  for (const Field& field : kMeasured)
    json[field.name] = ordered_json::array({measured(a, key, field.name), measured(b, key, field.name)});
  for (const char* quantile : kQuantiles) {
    const ordered_json& pair = json.at(fmt::format("{}_ns", quantile));
    json[fmt::format("{}_ratio", quantile)] = ratio(pair.at(0), pair.at(1));
  }
  return json;
}

void add_table_row(Table& table, const ordered_json& json) {
  const auto time = [](const ordered_json& value) { return value.is_null() ? "-" : microseconds(value.get<double>()); };
  std::vector<std::string> row{json.at("drift").get<std::string>(), json.at("phase").get<std::string>(),
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

}  // namespace

Report run_compare(const std::string& path_a, const std::string& path_b) {
  const Profile a = ProfileReader(path_a).read(), b = ProfileReader(path_b).read();
  check_same(a.environment, b.environment, a, b);
  check_same(a.run, b.run, a, b);
  Report report;
  report.environment = a.environment;
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
  for (const RowKey& key : all_keys(a, b)) {
    report.results.push_back(compare_row(a, b, key));
    add_table_row(table, report.results.back());
  }
  report.text =
      fmt::format("a: {}, {}\nb: {}, {}\nn = {}, k = {}; {}, {} instructions, {}\n\n", path_a, a.command, path_b,
                  b.command, known(a.run.at("n")), known(a.run.at("k")), known(a.environment.at("cpu")),
                  known(a.environment.at("isa")), known(a.environment.at("compiler"))) +
      table.to_string();
  return report;
}

}  // namespace driftbench
