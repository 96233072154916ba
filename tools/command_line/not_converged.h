// Drifts that iterate may run out of iterations. This header says whose did, how often, and when that is to be
// expected.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace driftbench {

/// Counts the evaluations of each drift of a run whose iterations ran out before they converged.
class NotConverged {
 public:
  /// `what` is the plural of what is counted, such as "steps".
  explicit NotConverged(std::string what) : what_(std::move(what)) {}

  /// Adds evaluations of the drift: of `all`, `count` ran out.
  void add(const std::string& drift, std::int64_t count, std::int64_t all);

  /// Returns a sentence that names the drifts which ran out and no others; empty where none did.
  std::string sentence() const;
  /// Returns the sentence as a table has it below it.
  std::string table_note() const;

 private:
  struct Counts {
    std::string drift;
    std::int64_t count, all;
  };

  std::string what_;
  std::vector<Counts> drifts_;
};

}  // namespace driftbench
