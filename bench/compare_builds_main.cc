// compare_builds A B [--rounds R] [driftbench profile's arguments]: runs `A profile` and `B profile` in turn and tells
// for each drift whether B's median step takes longer. Exit status 0: no difference; 3: B is slower; 4: B is faster; 1:
// a run failed; 2: bad arguments.

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "bench/compare_builds.h"
#include "bench/program.h"
#include "tools/base/errors.h"
#include "tools/base/table.h"

namespace driftbench {
namespace {

/// The probability that any drift is called different when a build is compared with itself.
constexpr double kAlpha = 0.01;

std::string shell_word(const std::string& word) {
  std::string result = "'";
  for (char c : word) {
    if (c == '\'') {
      result += "'\\''";
    } else {
      result += c;
    }
  }
  return result + "'";
}

/// Runs a command and returns its standard output. Throws RunError unless the command ends with status 0.
std::string output_of(const std::string& command) {
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) throw RunError(fmt::format("{}: cannot be started", command));
  std::string output;
  std::array<char, 4096> part;
  while (const std::size_t size = std::fread(part.data(), 1, part.size(), pipe)) output.append(part.data(), size);
  const int status = pclose(pipe);
  if (status != 0) throw RunError(fmt::format("{}: ended with status {}", command, status));
  return output;
}

/// Runs `driftbench profile` once and returns the median step of each drift, in nanoseconds.
std::vector<std::pair<std::string, double>> median_steps(const std::string& command) {
  std::vector<std::pair<std::string, double>> steps;
  try {
    const auto document = nlohmann::json::parse(output_of(command));
    for (const auto& result : document.at("results")) {
      if (result.at("phase") == "step") steps.emplace_back(result.at("drift"), result.at("p50_ns"));
    }
  } catch (const nlohmann::json::exception& error) {
    throw RunError(fmt::format("{}: its output is not that of driftbench profile: {}", command, error.what()));
  }
  if (steps.empty()) throw RunError(fmt::format("{}: its output has no steps", command));
  return steps;
}

/// The median steps of a drift, in nanoseconds and in the order of the runs, by A and by B.
struct DriftTimes {
  std::string drift;
  std::array<std::vector<double>, 2> times;
};

RunError only_one_has(const std::string& drift) {
  return RunError(fmt::format("{}: only one of the builds has it", drift));
}

/// Runs the commands of A and B in turn. Throws RunError where one of them fails, or times a drift that the other
/// lacks.
std::vector<DriftTimes> time_in_turn(const std::array<std::string, 2>& commands, int rounds) {
  std::vector<DriftTimes> all;
  for (int round = 0; round < rounds; ++round) {
    for (int turn = 0; turn < 2; ++turn) {
      const auto who = static_cast<std::size_t>((round + turn) % 2);
      const auto steps = median_steps(commands[who]);
      if (all.empty()) {
        for (const auto& step : steps) all.push_back({step.first, {}});
      }
      for (const auto& [drift, time] : steps) {
        const auto is_it = [&name = drift](const DriftTimes& known) { return known.drift == name; };
        const auto known = std::find_if(all.begin(), all.end(), is_it);
        if (known == all.end()) throw only_one_has(drift);
        known->times[who].push_back(time);
      }
    }
  }
  for (const auto& [drift, times] : all) {
    if (times[0].size() != times[1].size()) throw only_one_has(drift);
  }
  return all;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Returns the verdict on B as the table has it.
const char* word_of(Verdict verdict) {
  return verdict == Verdict::kSlower ? "slower" : verdict == Verdict::kFaster ? "faster" : "no different";
}

/// Prints a row for each drift, and returns the exit status.
int print_comparison(const std::vector<DriftTimes>& all) {
  Table table(
      {{"drift", ""},
       {"A us", "median over the runs of the median step, in microseconds"},
       {"B us", ""},
       {"B/A", "median ratio of runs one after the other"},
       {"from",
        fmt::format("its confidence interval; in {:g} of comparisons of a build with itself 1 lies outside", kAlpha)},
       {"to", ""},
       {"B is", fmt::format("slower or faster where 1 lies outside, and the ratio by {:g} or more from it",
                            kLeastDifference)}});
  int status = 0;
  for (const auto& [drift, times] : all) {
    const auto comparison = compare_times(times[0], times[1], kAlpha / static_cast<double>(all.size()));
    if (comparison.verdict == Verdict::kSlower) status = 3;
    if (comparison.verdict == Verdict::kFaster && status == 0) status = 4;
    table.add_row({drift, microseconds(median(times[0])), microseconds(median(times[1])),
                   fmt::format("{:.3f}", comparison.ratio), fmt::format("{:.3f}", comparison.low),
                   fmt::format("{:.3f}", comparison.high), word_of(comparison.verdict)});
  }
  fmt::print("{}\n", table.to_string());
  return status;
}

}  // namespace

int run_compare_builds(int argc, char** argv) {
  CLI::App app("Says whether build B of driftbench is slower or faster than build A.", "compare_builds");
  std::string a, b;
  int rounds = 63;
  app.add_option("A", a, "A driftbench")->required();
  app.add_option("B", b, "Another")->required();
  app.add_option("--rounds", rounds, "Runs of each, in turn")->check(CLI::Range(least_pairs(kAlpha), 100000));
  app.allow_extras();
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    throw ArgumentError(error.what());
  }
  std::vector<std::string> arguments = app.remaining();
  if (arguments.empty()) arguments = {"--drift", "power", "--steps", "1000"};
  std::string tail = " profile --json - --quiet";
  for (const std::string& argument : arguments) tail += " " + shell_word(argument);
  const int status = print_comparison(time_in_turn({shell_word(a) + tail, shell_word(b) + tail}, rounds));
  fmt::print("{} runs of each in turn, with the arguments{}\n", rounds, tail);
  return status;
}

}  // namespace driftbench

int main(int argc, char** argv) {
  return driftbench::run_program("compare_builds", driftbench::run_compare_builds, argc, argv);
}
