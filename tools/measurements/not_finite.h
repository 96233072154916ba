// A measurement may not get all its estimates, as they are not finite. This header says where, how many, and what to do
// about it.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace driftbench {

/// These stand for a number that is not known because an estimate that it takes was not finite. They spread through
/// sums and means; tables show them as -, JSON as null.
inline constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
inline constexpr float kUnknownFloat = std::numeric_limits<float>::quiet_NaN();

/// One evaluation of a drift whose status was kNotFinite.
struct Overflow {
  std::int64_t number = 0;    ///< the number of the chain, path or sample, from 0
  float t = 0;                ///< the time at which the drift was evaluated
  float largest_element = 0;  ///< the largest magnitude of an element of Y
};

/// Counts the samples of one measurement that lack an estimate.
struct NotFinite {
  std::int64_t count = 0;
  Overflow first;  ///< the missing estimate of the lowest number, where there is any
};

/// Words for messages. `many` is the plural of what NotFinite counts; `numbered` names what has the number
/// Overflow::number.
struct SampleKind {
  const char* many;
  const char* numbered;
};
inline constexpr SampleKind kChains{"chains", "chain"}, kSamples{"samples", "sample"}, kPaths{"paths", "path"},
    kSteps{"steps", "a step of chain"};

/// Gathers the measurements of a run that lack estimates, for the line with which the run fails.
class MissingEstimates {
 public:
  /// Adds a measurement of the drift on `all` samples of that kind.
  void add(const std::string& drift, const NotFinite& missing, std::int64_t all, const SampleKind& kind);

  /// Returns one line that describes the first of these measurements; none where every estimate was finite.
  std::optional<std::string> failure() const;
  /// Returns what a table with missing numbers says below them; empty where there are none.
  std::string table_note() const;

 private:
  std::string first_;
  std::int64_t measurements_ = 0;
};

}  // namespace driftbench
