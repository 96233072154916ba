// A DriftInfo describes a drift whose type is not known.
#pragma once

#include <cstddef>
#include <string>

namespace driftbench {

struct DriftInfo {
  std::string name, summary;
  std::size_t state_bytes;  ///< the size of its Sampler: matrix, estimate and workspace
  bool is_variant;          ///< it is a variant of another drift; `all` leaves it out
  bool needs_weights;       ///< it needs DriftSettings::weights
};

/// A variant of other drifts, such as gated(D) of any drift D whose estimates have rank one.
struct DriftVariant {
  std::string name, summary;
};

}  // namespace driftbench
