// Collects interleaved runs and shows ours beside those of the peers and the machine's own floor.
#pragma once

#include <benchmark/benchmark.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace driftbench {

/// Benchmarks are named kernel/n/who. `ours` is compared with the others of the same kernel and n. These are peers, and
/// floors named `floor: what`, which are limits of the machine; where there are several, the slowest counts. Times are
/// nanoseconds for a call, or for an item where the benchmark counts items.
class ComparisonReporter : public benchmark::BenchmarkReporter {
 public:
  /// `names` are the benchmarks in the order of the table; they run in random order.
  explicit ComparisonReporter(const std::vector<std::string>& names);

  bool ReportContext(const Context& context) override;
  void ReportRuns(const std::vector<Run>& runs) override;

  /// The results as a table and for a JSON file, with one row for each kernel, size and peer.
  std::string table() const;
  nlohmann::ordered_json results() const;
  /// A line for each kernel named `... step` that was timed at three or more sizes from n = 128 on, with the exponent
  /// of its growth in n.
  std::string growth() const;
  /// Messages of benchmarks that stopped with an error, such as a wrong result.
  const std::vector<std::string>& errors() const { return errors_; }

 private:
  struct Row;
  std::vector<Row> rows() const;

  std::vector<std::string> order_;                                           // kernel/n, in the order of the table
  std::map<std::string, std::map<std::string, std::vector<double>>> times_;  // by kernel/n, then by who
  std::vector<std::string> errors_;
};

}  // namespace driftbench
