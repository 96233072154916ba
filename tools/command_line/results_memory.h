// Memory that is asked for before the work, so that no run ends without it when all is measured.
#pragma once

#include <cstddef>
#include <string>

#include "tools/base/memory_reserve.h"

namespace driftbench {

/// Holds memory for what is made of results that are yet to be measured: their JSON, its text, and the table.
class ResultsMemory {
 public:
  /// Throws RunError where there is none for so many results of so many bytes; it says what there was none for.
  ResultsMemory(std::size_t results, std::size_t bytes_a_result, const std::string& what);

  /// Makes room for that many of the results.
  void use(std::size_t results) { reserve_.give_up(results * bytes_a_result_); }
  /// Makes room for what is made of all results.
  void use_all() { reserve_.release(); }

 private:
  std::size_t bytes_a_result_;
  MemoryReserve reserve_;
};

/// What makes a command that draws samples at each time need less memory.
inline constexpr char kLessMemoryForPoints[] = "lower --samples, --threads or --n, or give fewer times or drifts";
/// Returns the memory for results of a drift at a time; `points` is how many there will be.
ResultsMemory memory_for_points(std::size_t points);

}  // namespace driftbench
