// Collects interleaved runs and sets ours beside the peers' and the machine's own floor.
#pragma once

#include <benchmark/benchmark.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace driftbench {

/// Benchmarks are named kernel/n/who. `ours` is timed against the others: peers, and floors named `floor: what`, the
/// machine's own limits, of which the highest counts. Times are nanoseconds a call, or an item where the benchmark
/// counts items.
class ComparisonReporter : public benchmark::BenchmarkReporter {
 public:
  /// `names` are the benchmarks in the order of the table; they run in another.
  explicit ComparisonReporter(const std::vector<std::string>& names);

  bool ReportContext(const Context& context) override;
  void ReportRuns(const std::vector<Run>& runs) override;

  /// One row a kernel, size and peer; the results of the design's JSON.
  std::string table() const;
  nlohmann::ordered_json results() const;
  /// The exponent in n of each kernel that was timed at three sizes from 128 on, a line each, for kernels named `...
  /// step`.
  std::string growth() const;
  /// Benchmarks that stopped with an error, such as a result that is wrong.
  const std::vector<std::string>& errors() const { return errors_; }

 private:
  struct Row;
  std::vector<Row> rows() const;

  std::vector<std::string> order_;                                           // kernel/n
  std::map<std::string, std::map<std::string, std::vector<double>>> times_;  // by kernel/n, then by who
  std::vector<std::string> errors_;
};

}  // namespace driftbench
