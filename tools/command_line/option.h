// An Option is one argument of a command: what the parser and --help must know of it, and what was given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/command_line/values.h"

namespace driftbench {

struct Option {
  std::string name;       ///< with its dashes; an argument that is told by its place has none, such as "a.json"
  std::string type;       ///< the kind of its values, such as INT; empty for a flag, which has no value
  std::string range;      ///< the values that are possible, such as "1 to 1024"
  std::string otherwise;  ///< the value where none is given; empty where there is no such value
  std::string help;       ///< what it is for, without a full stop
  bool is_read = false;   ///< whether its value names a file that the command reads
  bool is_list = false;   ///< whether it may be given any number of times
  std::optional<std::string> given = {};    ///< the value as it was written, the first of a list; "true" for a flag
  std::vector<std::string> all_given = {};  ///< all values of a list

  const std::string& text() const { return given ? *given : otherwise; }
};

/// Options under one heading of --help.
struct OptionGroup {
  std::string heading;
  std::vector<Option*> options;
};

// Options whose values are read by the range that --help shows. value() throws ArgumentError where the text is not
// possible.

class IntegerOption : public Option {
 public:
  IntegerOption(const std::string& called, const IntegerRange& possible, const std::string& usual,
                const std::string& purpose)
      : Option{called, "INT", describe(possible), usual, purpose}, possible_(possible) {}
  std::int64_t value() const { return parse_integer(name, text(), possible_); }

 private:
  IntegerRange possible_;
};

class NumberOption : public Option {
 public:
  NumberOption(const std::string& called, const NumberRange& possible, const std::string& usual,
               const std::string& purpose)
      : Option{called, "NUMBER", describe(possible), usual, purpose}, possible_(possible) {}
  double value() const { return parse_real(name, text(), possible_); }

 private:
  NumberRange possible_;
};

/// The first of the choices is the default.
class ChoiceOption : public Option {
 public:
  ChoiceOption(const std::string& called, const std::vector<std::string>& possible, const std::string& purpose)
      : Option{called, "CHOICE", describe(possible), possible.front(), purpose}, possible_(possible) {}
  /// Returns the index of the choice.
  std::size_t value() const { return parse_choice(name, text(), possible_); }

 private:
  std::vector<std::string> possible_;
};

/// Returns an option whose value is a time, which parse_time of values.h reads.
inline Option time_option(const std::string& name, const std::string& otherwise, const std::string& help) {
  return {name, "TIME", describe_times(), otherwise, help};
}

inline Option flag(const std::string& name, const std::string& help) { return {name, "", "", "", help}; }

/// Returns an argument that is any number of files, told by their places.
inline Option file_list(const std::string& name, const std::string& help) {
  return {name, "FILE...", "any number of files", "", help, true, true};
}

}  // namespace driftbench
