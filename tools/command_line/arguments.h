// The command line's values, from text: each function returns a value in range or throws an ArgumentError that names
// the argument, what was given and what is possible.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tools/sizes/experiment.h"
#include "tools/sizes/isa_kernels.h"

namespace driftbench {

std::int64_t parse_integer(const std::string& argument, const std::string& text, std::int64_t low, std::int64_t high);
std::uint64_t parse_seed(const std::string& text);
/// A number in [0, 1].
double parse_probability(const std::string& argument, const std::string& text);
/// A number from 1e-6 to 1e9.
double parse_positive(const std::string& argument, const std::string& text);

/// A duration from 1ns to 1000s, such as 200us or 1.5ms, in nanoseconds.
double parse_duration_ns(const std::string& argument, const std::string& text);

/// Which of the possible ones the text is.
std::size_t parse_choice(const std::string& argument, const std::string& text,
                         const std::vector<std::string>& possible);

/// A time or a step: a number, or a multiple of n such as 0.8n. Positive, finite and within what single precision
/// resolves.
double parse_time(const std::string& argument, const std::string& text, int n);
/// Times separated by commas.
std::vector<double> parse_times(const std::string& argument, const std::string& text, int n);
/// first:last:step, both ends included.
std::vector<double> parse_grid(const std::string& argument, const std::string& text, int n);
/// The ends of a diffusion's steps: `uniform` in steps of dt to t_end; `geometric:STEPS`, from dt to t_end, each time
/// the one before by the same factor; or `grid:T,T,...` as given, whatever dt and t_end. Throws where dt would make
/// fewer than min_steps steps to t_end, or ones too small beside t_end for single precision.
TimeGrid parse_schedule(const std::string& text, const std::string& dt, const std::string& t_end, int n, int min_steps);
/// Throws where a chain from one of the times would have no step left.
void check_before_end(const std::vector<double>& times, const std::vector<float>& schedule);
/// Throws where t_end is no multiple of dt, or halving dt so many times would take more than a million steps.
void check_whole_steps(double dt, double t_end, std::int64_t levels);

/// Instruction sets, of those that the program has kernels for, that the CPU can run; separated by commas, each once.
std::vector<InstructionSet> parse_instruction_sets(const std::string& text, const std::vector<InstructionSet>& all);

/// The experiment of size (n, k).
const Experiment& find_experiment(const std::vector<std::unique_ptr<Experiment>>& all, const std::string& n,
                                  const std::string& k);
/// The experiments of k non-zero entries that have the drift of that name and can make it with these settings, by n;
/// one at least. The name is possibly wrapped; a list or `all` is none.
std::vector<const Experiment*> find_experiments(const std::vector<std::unique_ptr<Experiment>>& all,
                                                const std::string& k, const std::string& drift,
                                                const DriftSettings& settings);

/// A drift and the experiments that have it, by n; one at least.
struct DriftAtSizes {
  std::string name;
  std::vector<const Experiment*> sizes;
};
/// Drifts as parse_drifts reads them, each at every size, or at those of k non-zero entries.
std::vector<DriftAtSizes> parse_drifts_at_sizes(const std::string& text,
                                                const std::vector<std::unique_ptr<Experiment>>& all,
                                                const std::optional<std::string>& k, const DriftSettings& settings);
/// Names separated by commas, each possibly wrapped as in gated(spectral), or `all`: those that are no variants and can
/// be made with these settings.
std::vector<std::string> parse_drifts(const std::string& text, const Experiment& experiment,
                                      const DriftSettings& settings);

}  // namespace driftbench
