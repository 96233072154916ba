// Tests the table of commands: what --help says of each, that its example can be parsed, and that the pages say the
// same.
#include "tools/command_line/commands.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/files.h"
#include "tools/base/errors.h"
#include "tools/command_line/grammar.h"

namespace driftbench {
namespace {

using Commands = std::vector<std::unique_ptr<Command>>;

/// Returns the words of a line as a shell would, but for quotes inside a word. A redirection ends the arguments.
std::vector<std::string> arguments_of(const std::string& line) {
  std::vector<std::string> arguments;
  std::istringstream words(line);
  for (std::string word; words >> word && word != "<" && word != ">";) {
    std::erase(word, '\'');
    arguments.push_back(word);
  }
  return arguments;
}

/// Parses the arguments and returns the command. `answer` is as read_command_line sets it.
Command& parse(const Commands& commands, const std::vector<std::string>& arguments,
               std::optional<std::string>& answer) {
  std::vector<const char*> argv{"driftbench"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  return read_command_line(commands, static_cast<int>(argv.size()), argv.data(), answer);
}

/// Returns what --help says of the command, with one blank between any two words.
std::string help_of(const std::string& name) {
  const Commands commands = all_commands();
  std::optional<std::string> answer;
  std::vector<std::string> arguments{"--help"};
  if (!name.empty()) arguments.insert(arguments.begin(), name);
  parse(commands, arguments, answer);
  std::istringstream words(answer.value_or(""));
  std::string text;
  for (std::string word; words >> word;) text += word + " ";
  return text;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Returns the options of the command that was parsed, each as its name and what was given.
std::vector<std::string> given_to(Command& command) {
  std::vector<std::string> given;
  for (const OptionGroup& group : command.options()) {
    for (const Option* option : group.options) {
      if (option->given) given.push_back(option->name + "=" + *option->given);
    }
  }
  return given;
}

TEST(Commands, HaveNamesOfTheirOwn) {
  std::set<std::string> names;
  for (const auto& command : all_commands()) EXPECT_TRUE(names.insert(command->words().name).second);
  EXPECT_EQ(names.size(), 14U);
  EXPECT_EQ(all_commands().front()->words().name, "");
}

TEST(Commands, HaveExamplesThatParse) {
  const Commands all = all_commands();
  for (const auto& command : all) {
    const CommandWords& words = command->words();
    SCOPED_TRACE(words.name);
    const std::string line = words.name + (words.example.empty() ? "" : " " + words.example);
    const Commands fresh = all_commands();
    std::optional<std::string> answer;
    Command& parsed = parse(fresh, arguments_of(line), answer);
    EXPECT_EQ(parsed.words().name, words.name);
    EXPECT_FALSE(answer.has_value());
    EXPECT_EQ(given_to(parsed).empty(), words.example.empty());
    EXPECT_TRUE(contains(help_of(words.name), "Example: driftbench " + (words.name.empty() ? words.example : line)));
  }
}

TEST(Commands, SayTheTypeAndTheRangeOfEachOption) {
  for (const auto& command : all_commands()) {
    const std::string help = help_of(command->words().name);
    std::set<std::string> names;
    for (const OptionGroup& group : command->options()) {
      EXPECT_TRUE(contains(help, group.heading + ": ") || contains(help, "Arguments: ")) << group.heading;
      for (const Option* option : group.options) {
        SCOPED_TRACE(command->words().name + " " + option->name);
        EXPECT_TRUE(names.insert(option->name).second);
        EXPECT_FALSE(option->help.empty());
        EXPECT_FALSE(option->help.ends_with('.'));
        std::string line = option->name + " " + (option->type.empty() ? "" : option->type + " ") + option->help;
        EXPECT_EQ(option->type.empty(), option->range.empty());
        if (!option->range.empty()) line += "; " + option->range;
        if (!option->otherwise.empty()) line += " (default: " + option->otherwise + ")";
        EXPECT_TRUE(contains(help, line + " ")) << line << "\nis not in\n" << help;
      }
    }
    EXPECT_FALSE(contains(help, "TEXT")) << help;
  }
}

TEST(Commands, AreInTheProgramsHelp) {
  const std::string help = help_of("");
  for (const auto& command : all_commands()) {
    if (command->words().name.empty()) continue;
    EXPECT_TRUE(contains(help, " " + command->words().name + " " + command->words().summary)) << command->words().name;
  }
}

/// What --help says is possible is what is refused beyond its ends.
TEST(Options, AreReadByTheRangesThatAreShown) {
  IntegerOption option("--chains", {1, 40}, "16", "Samples");
  EXPECT_EQ(option.range, "1 to 40");
  EXPECT_EQ(option.value(), 16);
  for (const auto& [given, possible] : {std::pair("0", false), {"1", true}, {"40", true}, {"41", false}}) {
    option.given = given;
    if (possible) {
      EXPECT_EQ(option.value(), std::stoi(given));
    } else {
      EXPECT_THROW(option.value(), ArgumentError);
    }
  }
}

TEST(Options, BeforeASubcommandAreThoseOfTheSubcommand) {
  const Commands commands = all_commands();
  std::optional<std::string> answer;
  Command& command = parse(commands, {"--n", "32", "--quiet", "sample", "--k=4"}, answer);
  EXPECT_EQ(command.words().name, "sample");
  EXPECT_EQ(given_to(command), (std::vector<std::string>{"--n=32", "--k=4", "--quiet=true"}));
}

/// Rows of tables in the pages begin with options as --help shows them.
TEST(Pages, NameTheTypesOfOptions) {
  const auto expect_options = [](const std::string& page, const std::string& command) {
    const std::string text = read_file(page), help = help_of(command);
    const std::regex row("\n[|] `(--[a-z-]+ [A-Z]+)`"), flag("\n[|] `(--[a-z-]+)`");
    std::size_t rows = 0;
    for (const std::regex& kind : {row, flag}) {
      for (auto next = std::sregex_iterator(text.begin(), text.end(), kind); next != std::sregex_iterator(); ++next) {
        EXPECT_TRUE(contains(help, " " + (*next)[1].str() + " ")) << page << ": " << (*next)[1].str();
        ++rows;
      }
    }
    EXPECT_GT(rows, 3U) << page;
  };
  expect_options("docs/command_line.md", "");
}

}  // namespace
}  // namespace driftbench
