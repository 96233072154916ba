#include "tools/command_line/grammar.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>
#include <utility>

#include "tools/base/errors.h"
#include "tools/base/quote.h"
#include "tools/base/wrap.h"
#include "tools/machine/environment.h"

namespace driftbench {
namespace {

/// --help shows what it says of an option from this column on.
constexpr std::size_t kHelpColumn = 30;

std::string wrap_help(const std::string& text) {
  // The lines are indented by CLI11.
  std::string wrapped = wrap(text, kHelpColumn);
  const std::string indent = "\n" + std::string(kHelpColumn, ' ');
  for (std::size_t at = 0; (at = wrapped.find(indent, at)) != std::string::npos; ++at)
    wrapped.erase(at + 1, kHelpColumn);
  return wrapped;
}

std::string describe_option(const Option& option) {
  std::string text = option.help;
  if (!option.range.empty()) text += fmt::format("; {}", option.range);
  if (!option.otherwise.empty()) text += fmt::format(" (default: {})", option.otherwise);
  return wrap_help(text);
}

/// Adds an option, whose values are kept as they are written. What is wrong with an option's use is found by
/// check_arguments, because CLI11 alone would name neither what was given nor what is possible.
void add_option(CLI::App& app, const Option& option, const std::string& heading) {
  CLI::Option* added = nullptr;
  if (option.is_list) {
    added = app.add_option_function<std::vector<std::string>>(
                   option.name, [](const std::vector<std::string>&) {}, describe_option(option))
                ->option_text(option.type);
  } else if (option.type.empty()) {
    const std::string help = describe_option(option);
    added = app.add_flag(option.name, help)->disable_flag_override();
  } else {
    added = app.add_option_function<std::string>(
                   option.name, [](const std::string&) {}, describe_option(option))
                ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)
                ->option_text(option.type);
  }
  added->group(heading);
}

/// Adds what the parser and --help must know of the command.
void describe_command(CLI::App& app, Command& command) {
  const CommandWords& words = command.words();
  const std::string name = words.name.empty() ? "driftbench" : "driftbench " + words.name;
  app.get_formatter()->column_width(kHelpColumn);
  app.get_formatter()->label("Positionals", "Arguments");
  app.get_help_ptr()->group("Help");
  for (const OptionGroup& group : command.options()) {
    for (const Option* option : group.options) add_option(app, *option, group.heading);
  }
  const std::string arguments = words.example.empty() ? "" : " " + words.example;
  app.footer(
      fmt::format("{}Example:\n  {}{}", words.details.empty() ? "" : wrap(words.details) + "\n\n", name, arguments));
}

/// Parses the arguments. An option that ends without a value is taken as one with an empty value: the parser of its
/// value refuses that, and says what is possible.
void parse_arguments(CLI::App& app, int argc, const char* const* argv) {
  std::vector<std::string> arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument.starts_with("--quiet="))
      throw ArgumentError(fmt::format("{}: not possible; give --quiet", shown(argument)));
    if (argument.starts_with("--") && argument.ends_with('=')) {
      arguments.push_back(argument.substr(0, argument.size() - 1));
      arguments.emplace_back();
    } else {
      arguments.push_back(argument);
    }
  }
  // CLI11 takes the arguments last to first.
  std::reverse(arguments.begin(), arguments.end());
  try {
    app.parse(std::vector<std::string>(arguments));
  } catch (const CLI::ArgumentMismatch&) {
    arguments.insert(arguments.begin(), "");
    app.parse(std::move(arguments));
  }
}

/// Returns the values that were given for the command's option, before its name or after it. Without a subcommand the
/// command is the app itself.
std::vector<std::string> values_of(const CLI::App& app, const CLI::App& command, const std::string& name) {
  std::vector<std::string> values;
  const auto add_values = [&](const CLI::App& part) {
    const CLI::Option* const option = part.get_option_no_throw(name);
    if (option != nullptr) values.insert(values.end(), option->results().begin(), option->results().end());
  };
  add_values(app);
  if (&command != &app) add_values(command);
  return values;
}

/// Refuses what CLI11 let through: unknown arguments, values that look like options, options given twice, and options
/// before a subcommand that does not have them.
void check_arguments(const CLI::App& app, const CLI::App& command) {
  const bool has_subcommand = &command != &app;
  const std::string name = has_subcommand ? "driftbench " + command.get_name() : "driftbench";
  std::vector<std::string> options, commands;
  for (const CLI::Option* option : command.get_options()) options.push_back(option->get_name());
  for (const CLI::App* possible : app.get_subcommands({})) commands.push_back(possible->get_name());

  const auto refuse_option = [&](const std::string& argument) {
    throw ArgumentError(
        fmt::format("{}: not an option of {}; there are {}", shown(argument), name, fmt::join(options, ", ")));
  };
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& value : option->results()) {
      if (value.starts_with("--")) {
        throw ArgumentError(fmt::format("{}: {} is not possible; give a value", option->get_name(), in_quotes(value)));
      }
    }
  }
  if (const auto unknown = app.remaining(true); !unknown.empty()) {
    const std::string& argument = unknown.front();
    if (has_subcommand || argument.starts_with('-')) refuse_option(argument);
    throw ArgumentError(fmt::format("{}: not a subcommand; there are {}", shown(argument), fmt::join(commands, ", ")));
  }
  for (const CLI::Option* option : app.get_options()) {
    if (option->count() > 0 && command.get_option_no_throw(option->get_name()) == nullptr) {
      refuse_option(option->get_name());
    }
  }
  for (const CLI::Option* option : command.get_options()) {
    const auto given = values_of(app, command, option->get_name());
    if (given.size() > 1 && option->get_expected_max() == 1) {
      throw ArgumentError(fmt::format("{}: given as {}, {}; give it once", option->get_name(), in_quotes(given[0]),
                                      in_quotes(given[1])));
    }
  }
}

}  // namespace

Command& read_command_line(const std::vector<std::unique_ptr<Command>>& commands, int argc, const char* const* argv,
                           std::optional<std::string>& answer) {
  Command* chosen = commands.front().get();
  CLI::App app(chosen->words().summary, "driftbench");
  app.allow_extras();  // check_arguments refuses the extras
  app.set_version_flag("--version", kVersion)->group("Help");
  describe_command(app, *chosen);
  app.require_subcommand(0, 1);
  for (const auto& command : commands) {
    if (command.get() == chosen) continue;
    describe_command(*app.add_subcommand(command->words().name, wrap_help(command->words().summary)), *command);
  }
  try {
    parse_arguments(app, argc, argv);
  } catch (const CLI::Success& success) {
    std::ostringstream text;
    app.exit(success, text, text);
    answer = text.str();
    return *chosen;
  } catch (const CLI::ParseError& error) {
    throw ArgumentError(fmt::format("{}; see driftbench --help", error.what()));
  }
  const auto subcommands = app.get_subcommands();
  const CLI::App& parsed = subcommands.empty() ? app : *subcommands.front();
  check_arguments(app, parsed);
  for (const auto& command : commands) {
    if (!subcommands.empty() && command->words().name == parsed.get_name()) chosen = command.get();
  }
  for (const OptionGroup& group : chosen->options()) {
    for (Option* option : group.options) {
      const auto values = values_of(app, parsed, option->name);
      if (!values.empty()) option->given = values.front();
      if (option->is_list) option->all_given = values;
    }
  }
  return *chosen;
}

}  // namespace driftbench
