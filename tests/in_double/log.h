// The logarithm in double precision.
#pragma once

#include <cmath>

#include "kernels/simd.h"

namespace driftbench {

template <class Arch = DefaultArch>
double log(double x) {
  return std::log(x);
}

}  // namespace driftbench
