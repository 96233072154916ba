// An image with one diffusion, at n = 64, to show how much code it takes.

#include "kernels/drifts/amp.h"

#include "examples/cortex_m7/diffusion.h"
#include "kernels/targets/sparse_signs.h"

using namespace driftbench;

int main() {
  static cortex_m7::Storage<Sampler<64, Amp<SparseSigns<64, 4>>>> memory;
  return cortex_m7::diffuse(memory.make(), /*seed=*/1) ? 0 : 1;
}
