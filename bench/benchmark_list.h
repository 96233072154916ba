// The benchmarks, by what they measure.
#pragma once

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

namespace driftbench {

/// One of those that make up a row, to which the reporter has the key. The body checks its result against a reference
/// before it times anything and stops with an error where that fails.
struct Benchmark {
  std::string name;  ///< kernel/n/who; see reporter.h
  void (*body)(benchmark::State&);
};

/// A x for symmetric A: ours and with a copy in bfloat16, against OpenBLAS, BLIS, Eigen and libxsmm.
std::vector<Benchmark> product_benchmarks();
/// Standard normals, and the elementary functions, against GSL, Random123, SLEEF and the standard library.
std::vector<Benchmark> normal_benchmarks();
/// Whole steps of the diffusion and what they are made of.
std::vector<Benchmark> step_benchmarks();
/// Several chains at once: on two cores, and in the lanes of a vector.
std::vector<Benchmark> chain_benchmarks();

}  // namespace driftbench
