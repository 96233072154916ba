// A Command is one thing that the program can do. commands.h lists them all.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tools/command_line/option.h"
#include "tools/command_line/selection.h"

namespace driftbench {

/// What is said of a command.
struct CommandWords {
  std::string name;         ///< its subcommand; empty for what the program does without one
  std::string summary;      ///< what it does, in a line or two
  std::string details;      ///< what else a user must know; may be empty
  std::string example;      ///< arguments of a run that shows what it is for, as a shell takes them
  std::string less_memory;  ///< which options make it need less memory, as reason() of failure.h takes it
};

class Command {
 public:
  explicit Command(CommandWords words) : words_(std::move(words)) {}
  virtual ~Command() = default;
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;

  const CommandWords& words() const { return words_; }
  /// Returns its options, which the parser gives their values before run().
  virtual std::vector<OptionGroup> options() = 0;
  /// Runs the command and returns the exit status. `command_line` is what the user wrote, for documents to quote.
  /// Throws ArgumentError where an option's value is not possible, and then nothing is written; another exception where
  /// the run fails.
  virtual int run(const CompiledSizes& sizes, const std::string& command_line) = 0;

 private:
  CommandWords words_;
};

}  // namespace driftbench
