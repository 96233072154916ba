// The program driftbench runs the command that the command line names.

#include <fmt/core.h>

#include <csignal>
#include <exception>
#include <optional>
#include <string>

#include "tools/base/errors.h"
#include "tools/base/failure.h"
#include "tools/base/standard_streams.h"
#include "tools/command_line/commands.h"
#include "tools/command_line/grammar.h"
#include "tools/sizes/compiled_size.h"

namespace driftbench {
namespace {

/// Runs the command line and returns the exit status. Sets `less_memory` to the command's as soon as that is known.
int run_command_line(int argc, char** argv, std::string& less_memory) {
  const auto commands = all_commands();
  std::optional<std::string> answer;
  Command& command = read_command_line(commands, argc, argv, answer);
  if (answer) {
    print_stdout(*answer);
    return 0;
  }
  less_memory = command.words().less_memory;
  std::string command_line = "driftbench";
  for (int i = 1; i < argc; ++i) command_line += fmt::format(" {}", argv[i]);
  return command.run(all_sizes(), command_line);
}

}  // namespace
}  // namespace driftbench

int main(int argc, char** argv) {
  driftbench::hold_standard_streams();
  // With these signals ignored, a limit on file sizes or a reader that has gone fails the write, which is reported.
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  driftbench::take_stack();
  driftbench::hold_memory_for_failures();
  // Until the command is known, nothing better can be advised.
  std::string less_memory = "see driftbench --help";
  try {
    return driftbench::run_command_line(argc, argv, less_memory);
  } catch (const driftbench::ArgumentError& error) {
    driftbench::print_error(error.what());
    return 2;
  } catch (const std::exception& error) {
    driftbench::print_error(driftbench::reason(error, less_memory));
    return 1;
  }
}
