#include "tools/command_line/selection.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>

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

/// Throws where k is given of a target that has none.
void check_has_k(const CompiledSizes& all, const GivenSize& given) {
  if (!given.k || has_k(all, given.target)) return;
  throw ArgumentError(
      fmt::format("--k: {} is not possible, the target {} has no k; leave it out", in_quotes(*given.k), given.target));
}

/// Returns the type of a target, such as SparseSigns for sparse-signs.
std::string type_of(const std::string& target) {
  std::string type;
  for (std::size_t i = 0; i < target.size(); ++i) {
    const bool begins_word = i == 0 || target[i - 1] == '-';
    if (target[i] != '-') type += begins_word ? static_cast<char>(std::toupper(target[i])) : target[i];
  }
  return type;
}

/// Returns the sizes of the target, those with k non-zero entries where k is given, in the order of n; one at least.
std::vector<const CompiledSize*> sizes_of(const CompiledSizes& all, const GivenSize& given) {
  find_target(all, given.target);
  check_has_k(all, given);
  std::optional<std::int64_t> k;
  if (given.k) k = parse_integer("--k", *given.k, kDimensions);
  std::vector<const CompiledSize*> found;
  for (const auto& size : all) {
    if (size->id().target == given.target && size->id().k == k.value_or(size->id().k)) found.push_back(size.get());
  }
  if (found.empty()) {
    throw ArgumentError(
        fmt::format("--k {}: not compiled in; there are n,k = {}; to have it, add {} to sizes.bzl and build again", *k,
                    list_sizes(all, given.target), fmt::format("\"{}<n, {}>\"", type_of(given.target), *k)));
  }
  std::sort(found.begin(), found.end(), [](const CompiledSize* a, const CompiledSize* b) { return a->id() < b->id(); });
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

TargetInfo find_target(const CompiledSizes& all, const std::string& target) {
  std::vector<std::string> known;
  for (const auto& size : all) {
    TargetInfo info = size->target();
    if (info.name == target) return info;
    if (std::find(known.begin(), known.end(), info.name) == known.end()) known.push_back(info.name);
  }
  refuse("--target", target, fmt::format("one of {}", fmt::join(known, ", ")));
}

bool has_k(const CompiledSizes& all, const std::string& target) {
  return std::any_of(all.begin(), all.end(),
                     [&](const auto& size) { return size->id().target == target && size->id().k != 0; });
}

std::string size_line(const SizeId& size) {
  return fmt::format("\"{}<{}{}>\"", type_of(size.target), size.n, size.k == 0 ? "" : fmt::format(", {}", size.k));
}

std::string list_sizes(const CompiledSizes& all, const std::string& target) {
  std::vector<std::string> names;
  for (const auto& size : all) {
    const SizeId id = size->id();
    if (id.target == target) names.push_back(id.k == 0 ? fmt::format("{}", id.n) : fmt::format("{},{}", id.n, id.k));
  }
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

const CompiledSize& find_size(const CompiledSizes& all, const GivenSize& given) {
  find_target(all, given.target);
  check_has_k(all, given);
  const std::string sizes = list_sizes(all, given.target);
  const bool with_k = has_k(all, given.target);
  const std::int64_t n = parse_integer("--n", given.n.value_or(kDefaultN), kDimensions);
  if (with_k && !given.k && given.n.value_or(kDefaultN) != kDefaultN) {
    throw ArgumentError(fmt::format("--k: missing beside --n {}; give both, of n,k = {}, or neither", n, sizes));
  }
  const std::int64_t k = with_k ? parse_integer("--k", given.k.value_or(kDefaultK), {1, n}) : 0;
  const SizeId wanted{given.target, static_cast<int>(n), static_cast<int>(k)};
  for (const auto& size : all) {
    if (size->id() == wanted) return *size;
  }
  throw ArgumentError(
      fmt::format("--n {}{}: not compiled in; there are {} = {}; to have it, add {} to sizes.bzl and build again", n,
                  with_k ? fmt::format(" --k {}", k) : "", with_k ? "n,k" : "n", sizes, size_line(wanted)));
}

std::vector<const CompiledSize*> find_sizes(const CompiledSizes& all, const GivenSize& given, const std::string& drift,
                                            const DriftSettings& settings) {
  return with_drift(sizes_of(all, given), drift, settings, "one");
}

std::vector<DriftAtSizes> parse_drifts_at_sizes(const std::string& text, const CompiledSizes& all,
                                                const GivenSize& given, const DriftSettings& settings) {
  const auto sizes = sizes_of(all, given);
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
