// These functions read the command line's values from text. Each returns a value in range or throws an ArgumentError
// that names the argument, what was given and what is possible.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "tools/measurements/time_grid.h"

namespace driftbench {

/// Throws the ArgumentError that all refusals are; `possible` says what the user may give.
[[noreturn]] void refuse(const std::string& argument, const std::string& given, const std::string& possible);

/// Returns the parts of the text between the separators; one at least, any of which may be empty.
std::vector<std::string> split(const std::string& text, char separator);

/// Ranges of values, both ends included.
struct IntegerRange {
  std::int64_t low, high;
};
struct NumberRange {
  double low, high;
};

/// Times lie in this range, as do numbers that are divided by a time. A smaller time is not worth a step. At a larger
/// one, the noise of a float's last bit would drown a step.
inline constexpr NumberRange kTimes{1e-6, 1e9};
/// n and k, whichever sizes are compiled in.
inline constexpr IntegerRange kDimensions{1, std::numeric_limits<int>::max()};
/// Durations, in nanoseconds.
inline constexpr NumberRange kDurations{1, 1e12};
/// What seeds and schedules may be, for people.
inline constexpr char kSeeds[] = "0 to 2^64 - 1", kSchedules[] = "uniform, geometric:STEPS or grid:T,T,...";

/// Return what is possible as refusals and --help say it, such as "1 to 1024".
std::string describe(const IntegerRange& range);
std::string describe(const NumberRange& range);
std::string describe(const std::vector<std::string>& choices);
std::string describe_times();
std::string describe_durations();

std::int64_t parse_integer(const std::string& argument, const std::string& text, const IntegerRange& range);
std::uint64_t parse_seed(const std::string& text);
double parse_real(const std::string& argument, const std::string& text, const NumberRange& range);

/// Reads a duration in the range kDurations, such as 200us or 1.5ms, and returns it in nanoseconds.
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

}  // namespace driftbench
