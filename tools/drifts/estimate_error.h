// EstimateError says that a drift can make no more estimates.
#pragma once

#include "tools/base/errors.h"

namespace driftbench {

/// A drift throws this where it has failed for good. The message is one line.
struct EstimateError : RunError {
  using RunError::RunError;
};

}  // namespace driftbench
