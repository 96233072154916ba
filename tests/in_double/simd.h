// The one-lane architecture in double precision.
#pragma once

#include <cmath>

namespace driftbench {

/// An architecture with one lane of double precision.
struct DoubleLane {
  static constexpr const char* name() { return "double"; }
};
using DefaultArch = DoubleLane;
using OneLane = DoubleLane;

template <class Arch>
struct Simd;

template <>
struct Simd<DoubleLane> {
  using F32 = double;
  using Mask = bool;
  static constexpr bool kStrict = false;
  static constexpr int kLanes = 1;
  static constexpr int kRegisters = 16;

  static F32 load(const double* p) { return *p; }
  static F32 in_register(F32 a) { return a; }
  static void store(double* p, F32 a) { *p = a; }
  static F32 broadcast(double a) { return a; }
  static F32 lane_index() { return 0; }
  static F32 fma(F32 a, F32 b, F32 c) { return a * b + c; }
  static F32 divide(F32 a, F32 b) { return a / b; }
  static F32 sqrt(F32 a) { return std::sqrt(a); }
  static F32 abs(F32 a) { return std::fabs(a); }
  static F32 max(F32 a, F32 b) { return a > b ? a : b; }
  static F32 select(Mask m, F32 a, F32 b) { return m ? a : b; }
  static double reduce_add(F32 a) { return a; }
  static F32 reduce_add_rows(const F32* rows) { return *rows; }
};

}  // namespace driftbench
