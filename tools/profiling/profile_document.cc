#include "tools/profiling/profile_document.h"

#include <fmt/core.h>

#include <cstddef>
#include <system_error>

#include "tools/base/bounded_file.h"
#include "tools/base/bounded_json.h"
#include "tools/base/errors.h"
#include "tools/base/quote.h"

namespace driftbench {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

struct Field {
  const char* name;
  const char* type;
  bool (*is)(const json&);
};
bool is_text(const json& value) { return value.is_string(); }
bool is_whole(const json& value) { return value.is_number_integer(); }
/// A seed of 2^53 or more is a string of digits, as json_text.h writes it.
bool is_seed(const json& value) {
  return value.is_number_integer() || (value.is_string() && !value.get<std::string>().empty() &&
                                       value.get<std::string>().find_first_not_of("0123456789") == std::string::npos);
}
bool is_truth(const json& value) { return value.is_boolean(); }
bool is_number(const json& value) { return value.is_number(); }
/// A duration is at most 1e18 nanoseconds: no step took more than these thirty years.
bool is_duration(const json& value) {
  return value.is_number() && value.get<double>() >= 0 && value.get<double>() <= 1e18;
}

// Times may be compared where these fields agree. A field that was not recorded is null.
constexpr Field kEnvironmentFields[] = {
    {"cpu", "text", is_text},
    {"isa", "text", is_text},
    {"compiler", "text", is_text},
    {"optimized", "true or false", is_truth},
};
// These fields have to agree as well; k and density are null where the target has none. target_w is one of them, as it
// is not recorded which drifts depend on it.
constexpr Field kRunFields[] = {
    {"target", "text", is_text},        {"n", "a whole number", is_whole},   {"k", "a whole number", is_whole},
    {"density", "a number", is_number}, {"target_w", "a number", is_number}, {"dt", "a number", is_number},
    {"t_end", "a number", is_number},
};
constexpr Field kMeasuredFields[] = {
    {"seed", "a whole number", is_seed},   {"p50_ns", "a duration", is_duration}, {"p90_ns", "a duration", is_duration},
    {"p99_ns", "a duration", is_duration}, {"valid", "true or false", is_truth},
};
constexpr Field kNameFields[] = {{"drift", "text", is_text}, {"phase", "text", is_text}, {"isa", "text", is_text}};

/// Parses one file's content and says what is wrong with it.
class DocumentParser {
 public:
  explicit DocumentParser(std::string path) : path_(std::move(path)) {}

  ProfileDocument parse(std::string_view content) const {
    const json document = parse_json(content);
    check_document(document);
    ProfileDocument profile{path_, document.at("command").get<std::string>(), {}, {}, {}, {}};
    profile.environment = take(document.at("environment"), kEnvironmentFields, "environment");
    for (const json& result : document.at("results")) add_row(result, profile);
    return profile;
  }

  [[noreturn]] void refuse(const std::string& why) const {
    throw ArgumentError(fmt::format("compare: {} is not possible: {}; give what `driftbench profile --json` wrote",
                                    in_quotes(path_, kMaxPathQuoted), why));
  }

 private:
  json parse_json(std::string_view content) const {
    try {
      return parse_bounded_json(content);
    } catch (const JsonRefusal& refusal) {
      refuse(refusal.what());
    }
  }

  void check_document(const json& document) const {
    if (!document.is_object() || !document.contains("tool") || document.at("tool") != "driftbench") {
      refuse("it is not a document of driftbench");
    }
    const auto check = [&](const char* key, const char* type, bool (json::*is)() const noexcept) {
      if (!document.contains(key) || !(document.at(key).*is)()) refuse(fmt::format("its {} is not {}", key, type));
    };
    check("command", "text", &json::is_string);
    check("environment", "an object", &json::is_object);
    check("results", "a list", &json::is_array);
    const json& results = document.at("results");
    if (results.empty()) refuse("it has no results");
    for (const json& result : results) {
      if (!result.is_object()) refuse("a result is no object");
      if (result.contains("max_ns")) continue;  // no other command has it in all results
      refuse(fmt::format("its results are not those of profile but of {}",
                         in_quotes(document.at("command").get<std::string>())));
    }
  }

  /// Takes the fields out of an object, with null for those that are missing.
  template <std::size_t Count>
  ordered_json take(const json& object, const Field (&fields)[Count], const std::string& where) const {
    ordered_json taken;
    for (const Field& field : fields) {
      const auto value = object.find(field.name);
      const bool missing = value == object.end() || value->is_null();
      if (!missing && !field.is(*value)) refuse(fmt::format("{} of {} is not {}", field.name, where, field.type));
      taken[field.name] = missing ? ordered_json() : ordered_json(*value);
    }
    return taken;
  }

  void add_row(const json& result, ProfileDocument& profile) const {
    const std::string where = fmt::format("result {}", profile.order.size());
    const ordered_json names = take(result, kNameFields, where);
    const ordered_json run = take(result, kRunFields, where);
    for (const auto& [name, value] : {std::pair("drift", names.at("drift")), std::pair("phase", names.at("phase")),
                                      std::pair("target", run.at("target")), std::pair("n", run.at("n"))}) {
      if (value.is_null()) refuse(fmt::format("{} of {} is missing", name, where));
    }
    if (profile.order.empty()) profile.run = run;
    if (run != profile.run) refuse(fmt::format("{} is of another run than result 0", where));
    std::string subject = names.at("drift").get<std::string>();
    if (!names.at("isa").is_null()) subject += "@" + names.at("isa").get<std::string>();
    const ProfileKey key(std::move(subject), names.at("phase").get<std::string>());
    if (!profile.rows.emplace(key, take(result, kMeasuredFields, where)).second) {
      refuse(fmt::format("{} repeats drift {}, phase {}", where, shown(key.first), shown(key.second)));
    }
    profile.order.push_back(key);
  }

  std::string path_;
};

}  // namespace

ProfileDocument read_profile_document(const std::string& path) {
  const DocumentParser parser(path);
  try {
    return parser.parse(read_at_most(path, kMaxJsonBytes + 1));
  } catch (const std::system_error& error) {
    parser.refuse(error.code().message());
  }
}

ProfileDocument parse_profile_document(const std::string& path, std::string_view content) {
  return DocumentParser(path).parse(content);
}

}  // namespace driftbench
