// These functions select from what is compiled in by the names and numbers that the command line gives: sizes, drifts
// and instruction sets. Each throws an ArgumentError that says what there is where nothing fits.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tools/sizes/compiled_size.h"
#include "tools/sizes/isa_kernels.h"

namespace driftbench {

/// All sizes that are compiled in, in the order of sizes.bzl.
using CompiledSizes = std::vector<std::unique_ptr<CompiledSize>>;

/// Returns the target of that name. Throws where no size has it.
TargetInfo find_target(const CompiledSizes& all, const std::string& target);
/// Returns whether the target has a k.
bool has_k(const CompiledSizes& all, const std::string& target);
/// Returns the line of sizes.bzl that compiles a size, such as "Sphere<64>" in quotes.
std::string size_line(const SizeId& size);
/// Returns the pairs n,k of the target's sizes, or each n where it has no k, with a blank between any two.
std::string list_sizes(const CompiledSizes& all, const std::string& target);

/// Reads instruction sets separated by commas, each once. `all` are those that the program has kernels for; of these,
/// only the ones that the CPU can run are possible.
std::vector<InstructionSet> parse_instruction_sets(const std::string& text, const std::vector<InstructionSet>& all);

/// What is given of a size: its target, and its n and k where they are given.
struct GivenSize {
  std::string target;
  std::optional<std::string> n, k;
};
/// The size of which no n is given, and no k where its target has one. Another n asks for its own k.
inline constexpr char kDefaultN[] = "350", kDefaultK[] = "20";

/// Returns the compiled size that is given.
const CompiledSize& find_size(const CompiledSizes& all, const GivenSize& given);
/// Returns the target's sizes, those with k non-zero entries where it has a k, that have the drift of that name and can
/// make it with these settings, in the order of n; one at least. n is not read. The drift's name may be wrapped, as in
/// gated(spectral), but it is neither a list nor `all`.
std::vector<const CompiledSize*> find_sizes(const CompiledSizes& all, const GivenSize& given, const std::string& drift,
                                            const DriftSettings& settings);

/// A drift's name and the sizes that have the drift, in the order of n; one at least.
struct DriftAtSizes {
  std::string name;
  std::vector<const CompiledSize*> sizes;
};
/// Reads drifts as parse_drifts does, each at every size of the target that has it, or where k is given at the sizes
/// with that k. n is not read.
std::vector<DriftAtSizes> parse_drifts_at_sizes(const std::string& text, const CompiledSizes& all,
                                                const GivenSize& given, const DriftSettings& settings);
/// Reads names separated by commas, each possibly wrapped as in gated(spectral). `all` stands for the drifts that are
/// no variants and can be made with these settings.
std::vector<std::string> parse_drifts(const std::string& text, const CompiledSize& size, const DriftSettings& settings);

}  // namespace driftbench
