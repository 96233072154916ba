// compare_builds A B [--rounds R] [driftbench profile's arguments]: runs `A profile` and `B profile` in turn and tells
// for each drift whether B's median step takes longer. Exit status 0: no difference; 3: B is slower; 4: B is faster; 1:
// a run failed; 2: bad arguments.

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
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
  const std::array<std::string, 2> commands = {shell_word(a) + tail, shell_word(b) + tail};

  std::vector<std::string> drifts;
  std::vector<std::array<std::vector<double>, 2>> times;
  for (int round = 0; round < rounds; ++round) {
    for (int turn = 0; turn < 2; ++turn) {
      const auto who = static_cast<std::size_t>((round + turn) % 2);
      const auto steps = median_steps(commands[who]);
      if (drifts.empty()) {
        for (const auto& step : steps) drifts.push_back(step.first);
        times.resize(drifts.size());
      }
      for (const auto& [drift, time] : steps) {
        const auto known = std::find(drifts.begin(), drifts.end(), drift);
        if (known == drifts.end()) throw RunError(fmt::format("{}: only one of the builds has it", drift));
        times[static_cast<std::size_t>(known - drifts.begin())][who].push_back(time);
      }
    }
  }

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
  for (std::size_t i = 0; i < drifts.size(); ++i) {
    auto& [times_a, times_b] = times[i];
    if (times_a.size() != times_b.size()) throw RunError(fmt::format("{}: only one of the builds has it", drifts[i]));
    const auto comparison = compare_times(times_a, times_b, kAlpha / static_cast<double>(drifts.size()));
    const auto median = [](std::vector<double>& v) {
      std::nth_element(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2), v.end());
      return v[v.size() / 2];
    };
    const char* verdict = "no different";
    if (comparison.verdict == Verdict::kSlower) {
      verdict = "slower";
      status = 3;
    } else if (comparison.verdict == Verdict::kFaster) {
      verdict = "faster";
      if (status == 0) status = 4;
    }
    table.add_row({drifts[i], microseconds(median(times_a)), microseconds(median(times_b)),
                   fmt::format("{:.3f}", comparison.ratio), fmt::format("{:.3f}", comparison.low),
                   fmt::format("{:.3f}", comparison.high), verdict});
  }
  fmt::print("{}\n{} runs of each in turn, with the arguments{}\n", table.to_string(), rounds, tail);
  return status;
}

}  // namespace driftbench

int main(int argc, char** argv) {
  return driftbench::run_program("compare_builds", driftbench::run_compare_builds, argc, argv);
}
