#include "tools/machine/optimization.h"

namespace driftbench {

bool is_timed_code_optimized() {
#if defined(__OPTIMIZE__)
  return true;
#else
  return false;
#endif
}

}  // namespace driftbench
