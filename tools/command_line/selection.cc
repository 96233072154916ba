#include "tools/command_line/selection.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "tools/base/errors.h"
#include "tools/base/quote.h"
#include "tools/command_line/values.h"
#include "tools/drifts/drift_name.h"

namespace driftbench {
namespace {

bool makeable(const DriftInfo& info, const DriftSettings& settings) {
  return !info.needs_weights || settings.weights != nullptr;
}

/// Throws where the name is exec:COMMAND and the command runs no programs.
void check_process(const std::string& name, const DriftSettings& settings) {
  if (!process_command(name) || settings.processes != nullptr) return;
  throw ArgumentError(fmt::format(
      "--drift: {} is not possible here; give a drift of `driftbench list`, or a command that runs programs: sample, "
      "mse, profile, reduce, lipschitz or convergence",
      in_quotes(name)));
}

/// Throws where the size has no drift of that name or cannot make it. The message asks for `how_many` of the
/// drifts that it has, such as "one".
void check_drift(const std::string& name, const CompiledSize& size, const DriftSettings& settings,
                 const std::string& how_many) {
  check_process(name, settings);
  bool can_be_made = false;
  try {
    can_be_made = makeable(size.drift(name), settings);
  } catch (const ArgumentError& error) {
    std::vector<std::string> known;
    for (const DriftInfo& info : size.drifts()) known.push_back(info.name);
    for (const WrapperInfo& wrapper : size.wrappers()) known.push_back(wrapper.name);
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
  auto names = split_drift_list(text);
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end()) refuse("--drift", text, fmt::format("{} once", *twice));
}

/// Throws where `all` stands in a list of drifts.
void check_all_is_alone(const std::vector<std::string>& names, const std::string& text) {
  if (std::find(names.begin(), names.end(), "all") != names.end()) refuse("--drift", text, "all alone, or some drifts");
}

/// Returns the sizes with k non-zero entries, or all where no k is given, in the order of n; one at least.
std::vector<const CompiledSize*> sizes_of(const CompiledSizes& all, const std::optional<std::string>& k) {
  std::optional<std::int64_t> k_value;
  if (k) k_value = parse_integer("--k", *k, kDimensions);
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

std::string list_sizes(const CompiledSizes& all) {
  std::vector<std::string> names;
  for (const auto& size : all) names.push_back(fmt::format("{},{}", size->n(), size->k()));
  return fmt::format("{}", fmt::join(names, " "));
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

const CompiledSize& find_size(const CompiledSizes& all, const std::string& n, const std::string& k) {
  const std::int64_t n_value = parse_integer("--n", n, kDimensions);
  const std::int64_t k_value = parse_integer("--k", k, {1, n_value});
  for (const auto& size : all) {
    if (size->n() == n_value && size->k() == k_value) return *size;
  }
  throw ArgumentError(
      fmt::format("--n {} --k {}: not compiled in; there are n,k = {}; to have it, add ({}, {}) to sizes.bzl and build "
                  "again",
                  n_value, k_value, list_sizes(all), n_value, k_value));
}

std::vector<const CompiledSize*> find_sizes(const CompiledSizes& all, const std::string& k, const std::string& drift,
                                            const DriftSettings& settings) {
  return with_drift(sizes_of(all, k), drift, settings, "one");
}

std::vector<DriftAtSizes> parse_drifts_at_sizes(const std::string& text, const CompiledSizes& all,
                                                const std::optional<std::string>& k, const DriftSettings& settings) {
  const auto sizes = sizes_of(all, k);
  std::vector<DriftAtSizes> drifts;
  if (text != "all") check_all_is_alone(split_drift_list(text), text);
  for (const std::string& name : text == "all" ? all_drifts(sizes, settings) : split_drift_list(text))
    drifts.push_back({name, with_drift(sizes, name, settings, "all, or some")});
  check_each_once(text);
  return drifts;
}

std::vector<std::string> parse_drifts(const std::string& text, const CompiledSize& size,
                                      const DriftSettings& settings) {
  if (text == "all") return all_drifts({&size}, settings);
  auto names = split_drift_list(text);
  check_all_is_alone(names, text);
  for (const std::string& name : names) check_drift(name, size, settings, "all, or some");
  check_each_once(text);
  return names;
}

}  // namespace driftbench
