// What one core of this machine does at best, with the instructions that the kernels are compiled for.
#pragma once

#include <cstddef>

#include "runtime/clock.h"

namespace driftbench {

// Each is the fastest of several runs, a millisecond together: a limit is no average.

/// Single-precision multiply-adds a nanosecond, their operands in registers.
double measure_multiply_adds(const TickClock& clock);
/// Bytes a nanosecond where a block of that many is read over and over: from the nearest cache that holds it.
double measure_read_bandwidth(std::size_t bytes, const TickClock& clock);

/// Nanoseconds that so much work takes at least, whichever limit binds (Williams, Waterman and Patterson, "Roofline",
/// Communications of the ACM 52 (2009)).
inline double roofline_ns(double multiply_adds, double multiply_adds_a_ns, double bytes, double bytes_a_ns) {
  const double computing = multiply_adds / multiply_adds_a_ns, reading = bytes / bytes_a_ns;
  return computing > reading ? computing : reading;
}

}  // namespace driftbench
