// What one core of this machine does at best, with the instructions that the kernels are compiled for.
#pragma once

#include <algorithm>
#include <cstddef>

#include "kernels/work.h"
#include "runtime/clock.h"

namespace driftbench {

// Each is the fastest of several runs, a millisecond together: a limit is no average.

/// Single-precision operations a nanosecond, their operands in registers: multiply-adds alone, and all where three of
/// them go with four additions and maxima, which have ports of their own on some cores.
struct CoreRates {
  double multiply_adds, operations;
};
CoreRates measure_rates(const TickClock& clock);
/// Bytes a nanosecond where a block of that many is read over and over: from the nearest cache that holds it.
double measure_read_bandwidth(std::size_t bytes, const TickClock& clock);

/// Nanoseconds that the work takes at least, whichever limit binds (Williams, Waterman and Patterson, "Roofline",
/// Communications of the ACM 52 (2009)).
inline double roofline_ns(const MatrixWork& work, const CoreRates& rates, double bytes_a_ns) {
  return std::max(
      {work.multiply_adds / rates.multiply_adds, work.operations() / rates.operations, work.bytes / bytes_a_ns});
}

}  // namespace driftbench
