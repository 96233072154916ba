// The law of the entries of sparse signs, for references in double precision.
#pragma once

#include <cmath>

#include "tools/theory/entry_law.h"

namespace driftbench {

/// v in {0, +a, -a}, with a = 1 / sqrt(rho) and the probabilities (1 - rho, rho / 2, rho / 2).
inline EntryLaw sign_law(double rho) {
  const double a = 1 / std::sqrt(rho);
  return EntryLaw({{0, 1 - rho}, {a, rho / 2}, {-a, rho / 2}});
}

}  // namespace driftbench
