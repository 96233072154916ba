#include "tools/command_line/arguments.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "tools/base/errors.h"
#include "tools/base/quote.h"

namespace driftbench {
namespace {

/// Times lie between these limits, as do numbers that are divided by a time. A smaller time is not worth a step. At a
/// larger one, the noise of a float's last bit would drown a step.
constexpr double kMinTime = 1e-6, kMaxTime = 1e9;
constexpr std::int64_t kMaxGridPoints = 100'000;

template <class T>
std::optional<T> parse_number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

[[noreturn]] void refuse(const std::string& argument, const std::string& given, const std::string& possible) {
  throw ArgumentError(fmt::format("{}: {} is not possible; give {}", argument, in_quotes(given), possible));
}

bool makeable(const DriftInfo& info, const DriftSettings& settings) {
  return !info.needs_weights || settings.weights != nullptr;
}

/// Throws where the size has no drift of that name or cannot make it. The message asks for `how_many` of the
/// drifts that it has, such as "one".
void check_drift(const std::string& name, const CompiledSize& size, const DriftSettings& settings,
                 const std::string& how_many) {
  bool can_be_made = false;
  try {
    can_be_made = makeable(size.drift(name), settings);
  } catch (const ArgumentError& error) {
    std::vector<std::string> known;
    for (const DriftInfo& info : size.drifts()) known.push_back(info.name);
    for (const DriftVariant& variant : size.variants()) known.push_back(variant.name);
    throw ArgumentError(fmt::format("--drift: {} is not possible, {}; give {} of {}", in_quotes(name), error.what(),
                                    how_many, fmt::join(known, ",")));
  }
  if (!can_be_made) {
    throw ArgumentError(
        fmt::format("--drift: {} needs --weights F, a safetensors file of the network's weights", in_quotes(name)));
  }
}

/// Throws where a name stands twice in the list of drifts.
void check_each_once(const std::string& text) {
  auto names = split(text, ',');
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end()) refuse("--drift", text, fmt::format("{} once", *twice));
}

/// Throws where `all` stands in a list of drifts.
void check_all_is_alone(const std::vector<std::string>& names, const std::string& text) {
  if (std::find(names.begin(), names.end(), "all") != names.end()) refuse("--drift", text, "all alone, or some drifts");
}

std::string list_sizes(const std::vector<std::unique_ptr<CompiledSize>>& all) {
  std::vector<std::string> names;
  for (const auto& size : all) names.push_back(fmt::format("{},{}", size->n(), size->k()));
  return fmt::format("{}", fmt::join(names, " "));
}

/// Returns the sizes with k non-zero entries, or all where no k is given, in the order of n; one at least.
std::vector<const CompiledSize*> sizes_of(const std::vector<std::unique_ptr<CompiledSize>>& all,
                                          const std::optional<std::string>& k) {
  std::optional<std::int64_t> k_value;
  if (k) k_value = parse_integer("--k", *k, 1, std::numeric_limits<int>::max());
  std::vector<const CompiledSize*> found;
  for (const auto& size : all) {
    if (size->k() == k_value.value_or(size->k())) found.push_back(size.get());
  }
  if (found.empty()) {
    throw ArgumentError(
        fmt::format("--k {}: not compiled in; there are n,k = {}; to have it, add (n, {}) to sizes.bzl and build again",
                    *k_value, list_sizes(all), *k_value));
  }
  std::sort(found.begin(), found.end(), [](const CompiledSize* a, const CompiledSize* b) {
    return std::pair(a->n(), a->k()) < std::pair(b->n(), b->k());
  });
  return found;
}

/// Returns what `all` stands for at these sizes: the drifts that are no variants and can be made.
std::vector<std::string> all_drifts(const std::vector<const CompiledSize*>& sizes, const DriftSettings& settings) {
  std::vector<std::string> names;
  for (const CompiledSize* size : sizes) {
    for (const DriftInfo& info : size->drifts()) {
      const bool known = std::find(names.begin(), names.end(), info.name) != names.end();
      if (!known && !info.is_variant && makeable(info, settings)) names.push_back(info.name);
    }
  }
  return names;
}

/// Returns those of the sizes, one at least, that have the drift of that name and can make it. Throws as check_drift
/// does where none has it.
std::vector<const CompiledSize*> with_drift(const std::vector<const CompiledSize*>& sizes, const std::string& drift,
                                            const DriftSettings& settings, const std::string& how_many) {
  std::vector<const CompiledSize*> found;
  std::optional<ArgumentError> refusal;
  for (const CompiledSize* size : sizes) {
    try {
      check_drift(drift, *size, settings, how_many);
      found.push_back(size);
    } catch (const ArgumentError& error) {
      refusal = error;
    }
  }
  if (found.empty()) throw ArgumentError(*refusal);
  return found;
}

}  // namespace

std::int64_t parse_integer(const std::string& argument, const std::string& text, std::int64_t low, std::int64_t high) {
  const auto value = parse_number<std::int64_t>(text);
  if (!value || *value < low || *value > high) {
    refuse(argument, text, fmt::format("a whole number from {} to {}", low, high));
  }
  return *value;
}

std::uint64_t parse_seed(const std::string& text) {
  const auto value = parse_number<std::uint64_t>(text);
  if (!value) refuse("--seed", text, "a whole number from 0 to 2^64 - 1");
  return *value;
}

double parse_probability(const std::string& argument, const std::string& text) {
  const auto value = parse_number<double>(text);
  if (!value || !(*value >= 0 && *value <= 1)) refuse(argument, text, "a number from 0 to 1");
  return std::fabs(*value);  // of -0
}

double parse_positive(const std::string& argument, const std::string& text) {
  const auto value = parse_number<double>(text);
  if (!value || !(*value >= kMinTime && *value <= kMaxTime)) {
    refuse(argument, text, fmt::format("a number from {:g} to {:g}", kMinTime, kMaxTime));
  }
  return *value;
}

double parse_duration_ns(const std::string& argument, const std::string& text) {
  struct Unit {
    const char* name;
    double ns;
  };
  constexpr Unit kUnits[] = {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};
  const std::size_t digits = std::min(text.find_first_not_of("0123456789.e+-"), text.size());
  const auto number = parse_number<double>(std::string_view(text).substr(0, digits));
  for (const Unit& unit : kUnits) {
    if (text.substr(digits) != unit.name) continue;
    const double ns = number.value_or(NAN) * unit.ns;
    if (ns >= 1 && ns <= 1e12) return ns;
  }
  refuse(argument, text, "a duration from 1ns to 1000s, such as 200us");
}

std::size_t parse_choice(const std::string& argument, const std::string& text,
                         const std::vector<std::string>& possible) {
  const auto found = std::find(possible.begin(), possible.end(), text);
  if (found == possible.end()) refuse(argument, text, fmt::format("{}", fmt::join(possible, " or ")));
  return static_cast<std::size_t>(found - possible.begin());
}

double parse_time(const std::string& argument, const std::string& text, int n) {
  const bool multiple = text.ends_with('n');
  const auto number = parse_number<double>(std::string_view(text).substr(0, text.size() - (multiple ? 1 : 0)));
  const double value = number.value_or(NAN) * (multiple ? n : 1);
  if (!(value >= kMinTime && value <= kMaxTime)) {
    refuse(argument, text,
           fmt::format("a number from {:g} to {:g}, or a multiple of n such as 0.8n", kMinTime, kMaxTime));
  }
  return value;
}

std::vector<InstructionSet> parse_instruction_sets(const std::string& text, const std::vector<InstructionSet>& all) {
  const char* const kArgument = "--isa";
  if (all.empty()) {
    throw ArgumentError(fmt::format("{}: {} is not possible: this build has no kernels besides its own; leave it out",
                                    kArgument, in_quotes(text)));
  }
  std::vector<std::string> known, here;
  for (const InstructionSet& set : all) {
    known.push_back(set.name);
    if (set.on_this_cpu) here.push_back(set.name);
  }
  std::vector<InstructionSet> chosen;
  for (const std::string& name : split(text, ',')) {
    const auto has_name = [&](const InstructionSet& set) { return set.name == name; };
    const auto found = std::find_if(all.begin(), all.end(), has_name);
    if (found == all.end() || !found->on_this_cpu || std::any_of(chosen.begin(), chosen.end(), has_name)) {
      refuse(kArgument, text,
             fmt::format("some of {}, each once; this CPU has {}", fmt::join(known, ", "), fmt::join(here, ", ")));
    }
    chosen.push_back(*found);
  }
  return chosen;
}

std::vector<double> parse_times(const std::string& argument, const std::string& text, int n) {
  std::vector<double> times;
  for (const std::string& part : split(text, ',')) times.push_back(parse_time(argument, part, n));
  return times;
}

std::vector<double> parse_grid(const std::string& argument, const std::string& text, int n) {
  const auto parts = split(text, ':');
  if (parts.size() != 3) refuse(argument, text, "first:last:step, such as 20:1400:20 or 0.2n:4n:0.1n");
  const double first = parse_time(argument, parts[0], n), last = parse_time(argument, parts[1], n);
  const double step = parse_time(argument, parts[2], n);
  if (last < first) refuse(argument, text, "first:last:step with last no smaller than first");
  // A last point that misses the end by rounding alone is meant to be the end.
  const double intervals = std::floor((last - first) / step + 1e-9);
  if (intervals >= static_cast<double>(kMaxGridPoints)) {
    refuse(argument, text, fmt::format("a grid of at most {} points", kMaxGridPoints));
  }
  std::vector<double> times;
  for (int i = 0; i <= static_cast<int>(intervals); ++i) times.push_back(first + i * step);
  return times;
}

TimeGrid parse_schedule(const std::string& text, const std::string& dt_text, const std::string& t_end_text, int n,
                        int min_steps) {
  const double dt = parse_time("--dt", dt_text, n), t_end = parse_time("--t-end", t_end_text, n);
  TimeGrid grid;
  if (text.starts_with("grid:")) {
    grid.name = text;
    for (const double t : parse_times("--schedule grid", text.substr(std::strlen("grid:")), n)) {
      grid.times.push_back(static_cast<float>(t));
    }
    grid.t_end = static_cast<double>(grid.times.back());
  } else {
    const double smallest = 1e-6 * t_end, largest = t_end / min_steps;
    if (dt < smallest || dt > largest) {
      refuse("--dt", fmt::format("{:g}", dt), fmt::format("{:g} to {:g} with --t-end {:g}", smallest, largest, t_end));
    }
    if (text == "uniform") {
      grid = uniform_grid(dt, t_end);
    } else if (text.starts_with("geometric:")) {
      const std::string steps = text.substr(std::strlen("geometric:"));
      grid = geometric_grid(dt, t_end, parse_integer("--schedule geometric", steps, 1, 1'000'000));
    } else {
      refuse("--schedule", text, "uniform, geometric:STEPS or grid:T,T,...");
    }
  }
  for (std::size_t i = 1; i < grid.times.size(); ++i) {
    if (grid.times[i - 1] < grid.times[i]) continue;
    refuse("--schedule", text,
           grid.dt ? fmt::format("fewer steps from {:g} to {:g}, which single precision can tell apart", dt, t_end)
                   : fmt::format("times that increase; {:g} follows {:g}", grid.times[i], grid.times[i - 1]));
  }
  return grid;
}

void check_before_end(const std::vector<double>& times, const std::vector<float>& schedule) {
  for (const double t : times) {
    if (static_cast<float>(t) >= schedule.back()) {
      refuse("--t", fmt::format("{:g}", t), fmt::format("a time before the diffusion's end, {:g}", schedule.back()));
    }
  }
}

void check_whole_steps(double dt, double t_end, std::int64_t levels) {
  const double steps = std::round(t_end / dt);
  if (std::fabs(steps * dt - t_end) > 1e-9 * t_end) {
    refuse("--dt", fmt::format("{:g}", dt), fmt::format("one that --t-end {:g} is a multiple of", t_end));
  }
  if (std::ldexp(steps, static_cast<int>(levels)) > 1e6) {
    refuse("--levels", fmt::format("{}", levels),
           "fewer or a longer --dt, so that the finest steps are no more than a million");
  }
}

const CompiledSize& find_size(const std::vector<std::unique_ptr<CompiledSize>>& all, const std::string& n,
                              const std::string& k) {
  const std::int64_t n_value = parse_integer("--n", n, 1, std::numeric_limits<int>::max());
  const std::int64_t k_value = parse_integer("--k", k, 1, n_value);
  for (const auto& size : all) {
    if (size->n() == n_value && size->k() == k_value) return *size;
  }
  throw ArgumentError(
      fmt::format("--n {} --k {}: not compiled in; there are n,k = {}; to have it, add ({}, {}) to sizes.bzl and build "
                  "again",
                  n_value, k_value, list_sizes(all), n_value, k_value));
}

std::vector<const CompiledSize*> find_sizes(const std::vector<std::unique_ptr<CompiledSize>>& all, const std::string& k,
                                            const std::string& drift, const DriftSettings& settings) {
  return with_drift(sizes_of(all, k), drift, settings, "one");
}

std::vector<DriftAtSizes> parse_drifts_at_sizes(const std::string& text,
                                                const std::vector<std::unique_ptr<CompiledSize>>& all,
                                                const std::optional<std::string>& k, const DriftSettings& settings) {
  const auto sizes = sizes_of(all, k);
  std::vector<DriftAtSizes> drifts;
  if (text != "all") check_all_is_alone(split(text, ','), text);
  for (const std::string& name : text == "all" ? all_drifts(sizes, settings) : split(text, ','))
    drifts.push_back({name, with_drift(sizes, name, settings, "all, or some")});
  check_each_once(text);
  return drifts;
}

std::vector<std::string> parse_drifts(const std::string& text, const CompiledSize& size,
                                      const DriftSettings& settings) {
  if (text == "all") return all_drifts({&size}, settings);
  auto names = split(text, ',');
  check_all_is_alone(names, text);
  for (const std::string& name : names) check_drift(name, size, settings, "all, or some");
  check_each_once(text);
  return names;
}

}  // namespace driftbench
