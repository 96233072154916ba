// This header measures what one core of this machine does at best, with the instructions that the kernels are compiled
// for.
#pragma once

#include <algorithm>
#include <cstddef>

#include "kernels/work.h"
#include "runtime/clock.h"

namespace driftbench {

// Each figure is that of the fastest of several runs, which take a millisecond together: a limit is no average.

/// Single-precision operations a nanosecond with their operands in registers. `multiply_adds` is the rate of
/// multiply-adds alone. `operations` is the rate of all operations where three multiply-adds go with four additions and
/// maxima, which have ports of their own on some cores; it is not below the other rate.
struct CoreRates {
  double multiply_adds, operations;
};
CoreRates measure_rates(const TickClock& clock);
/// Returns the bytes a nanosecond at which a block of so many bytes is read over and over, from the nearest cache that
/// holds it.
double measure_read_bandwidth(std::size_t bytes, const TickClock& clock);

/// Returns the nanoseconds that the work takes at least, whichever limit binds (Williams, Waterman and Patterson,
/// "Roofline", Communications of the ACM 52 (2009)).
inline double roofline_ns(const MatrixWork& work, const CoreRates& rates, double bytes_a_ns) {
  return std::max(
      {work.multiply_adds / rates.multiply_adds, work.operations() / rates.operations, work.bytes / bytes_a_ns});
}

}  // namespace driftbench
