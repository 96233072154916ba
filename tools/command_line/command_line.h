// This header reads the command line by its grammar: subcommands, their options, and what --help says of them.
#pragma once

#include <optional>
#include <string>
#include <thread>

namespace driftbench {

/// The arguments as they were written. They stay text here; options.h reads them and refuses those that are not
/// possible.
struct Texts {
  std::optional<std::string> n, k, drift, samples, steps;  // these have no default that is right for every subcommand
  std::string seed = "1", target_w = "0.5";
  std::string threads = std::to_string(std::max(1U, std::thread::hardware_concurrency()));
  std::string dt = "0.5", t_end = "4n", schedule = "uniform", sampler = "euler-maruyama", chains = "16";
  std::string copies = "256", levels = "4";
  std::string lipschitz_constant = "100";
  std::string out = "report.html";
  std::optional<std::string> cpu, isa, period, hgrm, trace, stream, stream_format, stream_policy, picture;
  std::optional<std::string> t, t_grid, json, weights, reference, profile_a, profile_b;
  bool quiet = false, quick = false, full = false;
};

struct CommandLine {
  std::string command;                ///< the subcommand's name; empty where there is none
  std::optional<std::string> answer;  ///< the text that --help or --version asks for, where one of them is given
};

/// Reads the arguments into `texts`. Throws ArgumentError where an option is unknown, given twice or lacks its value.
/// What the values say is checked by options.h.
CommandLine read_command_line(int argc, char** argv, Texts& texts);

}  // namespace driftbench
