// The exponential in double precision.
#pragma once

#include <cmath>

#include "kernels/simd.h"

namespace driftbench {

template <class Arch = DefaultArch>
double exp(double x) {
  return std::exp(x);
}

}  // namespace driftbench
