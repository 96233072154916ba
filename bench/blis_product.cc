#include "bench/blis_product.h"

#include <blis.h>

namespace driftbench {

void blis_product(int n, const float* a, const float* x, float* y) {
  float one = 1.0f, zero = 0.0f;
  bli_thread_set_num_threads(1);
  bli_ssymv(BLIS_LOWER, BLIS_NO_CONJUGATE, BLIS_NO_CONJUGATE, n, &one, const_cast<float*>(a), 1, n,
            const_cast<float*>(x), 1, &zero, y, 1);
}

}  // namespace driftbench
