// A DriftInfo describes a drift whose type is not known, a WrapperInfo what makes a drift of another one.
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

/// A wrapper of any drift D whose estimates have rank one, by a name such as gated(D); or a drift that takes the place
/// of a wrapped one, by its own name.
struct WrapperInfo {
  std::string name, summary;
};

}  // namespace driftbench
