// Estimates that a measurement did not get: where, how many, and what to do about it.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace driftbench {

/// Stands for a number that is not known because an estimate that it takes was not finite. It spreads through sums and
/// means; tables show it as -, JSON as null.
inline constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
inline constexpr float kUnknownFloat = std::numeric_limits<float>::quiet_NaN();

/// One evaluation of a drift whose status was kNotFinite.
struct Overflow {
  std::int64_t number = 0;    ///< of the chain, path or sample, from 0
  float t = 0;                ///< at which the drift was evaluated
  float largest_element = 0;  ///< of Y, in magnitude
};

/// The samples of one measurement that lack an estimate.
struct NotFinite {
  std::int64_t count = 0;
  Overflow first;  ///< the one of the lowest number, where there is any
};

/// What NotFinite counts, in the plural, and what Overflow::number is the number of.
struct SampleKind {
  const char* many;
  const char* numbered;
};
inline constexpr SampleKind kChains{"chains", "chain"}, kSamples{"samples", "sample"}, kPaths{"paths", "path"},
    kSteps{"steps", "a step of chain"};

/// Gathers the measurements of a run that lack estimates, for the line with which the run fails.
class MissingEstimates {
 public:
  /// A measurement of the drift on `all` samples.
  void add(const std::string& drift, const NotFinite& missing, std::int64_t all, const SampleKind& kind);

  /// One line that describes the first of them; none where every estimate was finite.
  std::optional<std::string> failure() const;
  /// What a table with missing numbers says below them; empty where there are none.
  std::string table_note() const;

 private:
  std::string first_;
  std::int64_t measurements_ = 0;
};

}  // namespace driftbench
