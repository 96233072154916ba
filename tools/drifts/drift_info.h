// What is said of a drift whose type is not known.
#pragma once

#include <cstddef>
#include <string>

namespace driftbench {

struct DriftInfo {
  std::string name, summary;
  std::size_t state_bytes;  ///< of its Sampler: matrix, estimate and workspace
  bool is_variant;          ///< of another drift, with other parameters; `all` leaves it out
  bool needs_weights;       ///< asks for DriftSettings::weights
};

/// A variant of another drift: gated(D) of any drift D whose estimates have rank one.
struct DriftVariant {
  std::string name, summary;
};

}  // namespace driftbench
