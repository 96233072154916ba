// These functions read the command line's values from text. Each returns a value in range or throws an ArgumentError
// that names the argument, what was given and what is possible.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tools/sizes/compiled_size.h"
#include "tools/sizes/isa_kernels.h"

namespace driftbench {

std::int64_t parse_integer(const std::string& argument, const std::string& text, std::int64_t low, std::int64_t high);
std::uint64_t parse_seed(const std::string& text);
/// Reads a number in [0, 1].
double parse_probability(const std::string& argument, const std::string& text);
/// Reads a number from 1e-6 to 1e9.
double parse_positive(const std::string& argument, const std::string& text);

/// Reads a duration from 1ns to 1000s, such as 200us or 1.5ms, and returns it in nanoseconds.
double parse_duration_ns(const std::string& argument, const std::string& text);

/// Returns the index of the text among the possible ones.
std::size_t parse_choice(const std::string& argument, const std::string& text,
                         const std::vector<std::string>& possible);

/// Reads a time or the length of a step: a number, or a multiple of n such as 0.8n. It is positive, finite and within
/// what single precision resolves.
double parse_time(const std::string& argument, const std::string& text, int n);
/// Reads times separated by commas.
std::vector<double> parse_times(const std::string& argument, const std::string& text, int n);
/// Reads first:last:step and returns first, first + step, ... up to last, which is among them where the steps reach it.
std::vector<double> parse_grid(const std::string& argument, const std::string& text, int n);
/// Reads the ends of a diffusion's steps. `uniform` makes steps of dt to t_end; `geometric:STEPS` goes from dt to
/// t_end, each time the one before by the same factor; `grid:T,T,...` takes the times as given, whatever dt and t_end.
/// Throws where dt would make fewer than min_steps steps to t_end, or ones too small beside t_end for single precision.
TimeGrid parse_schedule(const std::string& text, const std::string& dt, const std::string& t_end, int n, int min_steps);
/// Throws where a time is not before the schedule's end, so that a chain from there would have no step left.
void check_before_end(const std::vector<double>& times, const std::vector<float>& schedule);
/// Throws where t_end is no multiple of dt, or where `levels` halvings of dt would take more than a million steps.
void check_whole_steps(double dt, double t_end, std::int64_t levels);

/// Reads instruction sets separated by commas, each once. `all` are those that the program has kernels for; of these,
/// only the ones that the CPU can run are possible.
std::vector<InstructionSet> parse_instruction_sets(const std::string& text, const std::vector<InstructionSet>& all);

/// Returns the compiled size (n, k).
const CompiledSize& find_size(const std::vector<std::unique_ptr<CompiledSize>>& all, const std::string& n,
                              const std::string& k);
/// Returns the sizes with k non-zero entries that have the drift of that name and can make it with these settings,
/// in the order of n; one at least. The name may be wrapped, as in gated(spectral), but it is neither a list nor `all`.
std::vector<const CompiledSize*> find_sizes(const std::vector<std::unique_ptr<CompiledSize>>& all, const std::string& k,
                                            const std::string& drift, const DriftSettings& settings);

/// A drift's name and the sizes that have the drift, in the order of n; one at least.
struct DriftAtSizes {
  std::string name;
  std::vector<const CompiledSize*> sizes;
};
/// Reads drifts as parse_drifts does, each at every size that has it, or where k is given at the sizes with that k.
std::vector<DriftAtSizes> parse_drifts_at_sizes(const std::string& text,
                                                const std::vector<std::unique_ptr<CompiledSize>>& all,
                                                const std::optional<std::string>& k, const DriftSettings& settings);
/// Reads names separated by commas, each possibly wrapped as in gated(spectral). `all` stands for the drifts that are
/// no variants and can be made with these settings.
std::vector<std::string> parse_drifts(const std::string& text, const CompiledSize& size, const DriftSettings& settings);

}  // namespace driftbench
