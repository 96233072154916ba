// Lists of the benchmarks, one list for each kind of work.
#pragma once

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

namespace driftbench {

/// One benchmark of a row in the table; reporter.h explains how names make up rows. The body checks its result against
/// a reference (checks.h) before it times anything, and where the result is wrong it stops with an error that says
/// which number is wrong and by how much. Floors have no result: they do a part of the work and drop it.
struct Benchmark {
  std::string name;  ///< kernel/n/who, as reporter.h explains
  void (*body)(benchmark::State&);
};

/// A x for symmetric A: our product and that with a copy in bfloat16, against OpenBLAS, BLIS, Eigen and libxsmm.
std::vector<Benchmark> product_benchmarks();
/// Inverses of z I - Y, and the posterior of the spherical target, against OpenBLAS and Eigen.
std::vector<Benchmark> resolvent_benchmarks();
/// Matrices between plain arrays and our layout, in and out, against memcpy.
std::vector<Benchmark> array_benchmarks();
/// Standard normals and the elementary functions, against GSL, Random123, SLEEF and the standard library.
std::vector<Benchmark> normal_benchmarks();
/// Whole steps of the diffusion, and the kernels that a step consists of.
std::vector<Benchmark> step_benchmarks();
/// Several chains at once: on two cores, and in the lanes of a vector.
std::vector<Benchmark> chain_benchmarks();

}  // namespace driftbench
