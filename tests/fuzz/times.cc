// Fuzzes the readers of times, grids, schedules, durations and numbers. The first byte says which of them reads. In a
// schedule the lines are --schedule, --dt and --t-end.
#include <cmath>
#include <string>
#include <vector>

#include "tests/fuzz/fuzz.h"
#include "tools/command_line/values.h"

namespace driftbench {
namespace {

constexpr int kN = 350;
/// A grid's last point may pass the end by rounding.
constexpr double kSlack = 1 + 1e-6;

void require_times(const std::vector<double>& times) {
  require(!times.empty(), "there is a time");
  for (const double t : times) require(t >= kTimes.low && t <= kTimes.high * kSlack, "times are in range");
}

void parse_one_schedule(const std::string& text) {
  const std::size_t first = std::min(text.find('\n'), text.size());
  const std::size_t second = std::min(text.find('\n', first + 1), text.size());
  const auto between = [&](std::size_t from, std::size_t to) {
    return from < to ? text.substr(from, to - from) : std::string();
  };
  const TimeGrid grid =
      parse_schedule(text.substr(0, first), between(first + 1, second), between(second + 1, text.size()), kN, 1);
  require(!grid.times.empty(), "there is a step");
  float before = 0;
  for (const float t : grid.times) {
    require(t > before && std::isfinite(t), "times increase from above 0");
    before = t;
  }
}

void parse(char what, const std::string& text) {
  switch (what) {
    case 't':
      return require_times(parse_times("--t", text, kN));
    case 'g':
      return require_times(parse_grid("--t-grid", text, kN));
    case 's':
      return parse_one_schedule(text);
    case 'd': {
      const double ns = parse_duration_ns("--period", text);
      return require(ns >= kDurations.low && ns <= kDurations.high, "durations are in range");
    }
    case 'i': {
      const auto value = parse_integer("--steps", text, {-5, 1'000'000});
      return require(value >= -5 && value <= 1'000'000, "whole numbers are in range");
    }
    case 'u':
      parse_seed(text);
      return;
    case 'w': {
      const double value = parse_real("--target-w", text, {0, 1});
      return require(value >= 0 && value <= 1, "probabilities are in range");
    }
    case 'c':
      require(parse_choice("--sampler", text, {"one", "two"}) < 2, "a choice is one of those given");
      return;
    default:
      require_times({parse_real("--lipschitz-constant", text, kTimes)});
  }
}

}  // namespace
}  // namespace driftbench

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  driftbench::expect_result_or_refusal([&] { driftbench::parse(static_cast<char>(data[0]), text); });
  return 0;
}
