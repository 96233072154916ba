// Times kernels and steps against their peers and against the machine's limits. Each result is checked before it is
// timed.

#include <benchmark/benchmark.h>
#include <cblas.h>
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/benchmark_list.h"
#include "bench/program.h"
#include "bench/reporter.h"
#include "tools/base/errors.h"
#include "tools/base/json_text.h"
#include "tools/base/outputs.h"
#include "tools/machine/environment.h"

namespace driftbench {
namespace {

std::vector<Benchmark> all_benchmarks() {
  std::vector<Benchmark> all;
  for (const auto& part : {product_benchmarks(), resolvent_benchmarks(), array_benchmarks(), normal_benchmarks(),
                           step_benchmarks(), chain_benchmarks()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace

int run_bench(int argc, char** argv) {
  CLI::App app("Times kernels and steps against their peers; further arguments go to Google Benchmark.", "bench");
  std::string json;
  app.add_option("--json", json, "Write the results as JSON to this file; - is stdout, without the table");
  app.allow_extras();
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    throw ArgumentError(error.what());
  }
  Outputs outputs;
  Output* const json_output = json.empty() ? nullptr : &outputs.accept("--json", json);

  std::vector<std::string> arguments{argv[0], "--benchmark_enable_random_interleaving=true"};
  for (const std::string& extra : app.remaining()) arguments.push_back(extra);
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  int count = static_cast<int>(pointers.size());
  benchmark::Initialize(&count, pointers.data());
  if (count > 1) throw ArgumentError(fmt::format("{}: not an argument of this or of Google Benchmark", pointers[1]));

  outputs.open();
  openblas_set_num_threads(1);
  std::vector<std::string> names;
  for (const auto& [name, body] : all_benchmarks()) {
    benchmark::RegisterBenchmark(name.c_str(), body)
        ->MinTime(0.02)
        ->Repetitions(21)
        ->UseRealTime()
        ->Unit(benchmark::kNanosecond);
    names.push_back(name);
  }
  ComparisonReporter reporter(names);
  benchmark::RunSpecifiedBenchmarks(&reporter);
  auto environment = describe_environment();
  environment["openblas"] = fmt::format("{}, {} thread", openblas_get_config(), openblas_get_num_threads());
  if (json_output != nullptr) {
    const nlohmann::ordered_json document = {{"tool", "driftbench"},
                                             {"version", kVersion},
                                             {"command", "bench"},
                                             {"environment", environment},
                                             {"results", reporter.results()}};
    outputs.write(*json_output, json_text(document));
  }
  outputs.finish(fmt::format("{}\n{}\n{}OpenBLAS: {}\n", reporter.table(), reporter.growth(),
                             describe_environment_line(environment), environment["openblas"].get<std::string>()));
  for (const std::string& error : reporter.errors()) fmt::print(stderr, "bench: {}\n", error);
  return reporter.errors().empty() ? 0 : 1;
}

}  // namespace driftbench

int main(int argc, char** argv) { return driftbench::run_program("bench", driftbench::run_bench, argc, argv); }
