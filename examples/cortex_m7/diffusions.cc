// Prints a hash of random bits, then diffusions. The target and the host print the same lines.

#include "examples/cortex_m7/diffusion.h"
#include "examples/cortex_m7/output.h"
#include "kernels/drifts/amp.h"
#include "kernels/drifts/power.h"
#include "kernels/drifts/soft_spectral.h"
#include "kernels/philox.h"
#include "kernels/targets/sparse_signs.h"

using namespace driftbench;

namespace {

void print_random_bits() {
  cortex_m7::Hash hash;
  for (std::uint64_t seed : {0x0ULL, 0x1ULL, 0xfedcba9876543210ULL}) {
    for (std::uint64_t group = 0; group < 1024; ++group) {
      const auto words = philox_group({seed, Stream::kNoise, /*chain=*/1, /*step=*/group}, group);
      std::uint32_t flat[2 * 2 * kPhiloxGroup];
      for (int i = 0; i < words.kVectors; ++i) {
        Simd<DefaultArch>::store(flat + i * Simd<DefaultArch>::kLanes, words.first[i]);
        Simd<DefaultArch>::store(flat + 2 * kPhiloxGroup + i * Simd<DefaultArch>::kLanes, words.second[i]);
      }
      for (std::uint32_t word : flat) hash.add(word);
    }
  }
  cortex_m7::Line line;
  line << "philox " << hash.value();
  line.end();
}

/// All samplers share this memory, as they run one after the other.
union {
  cortex_m7::Storage<Sampler<32, Power<SparseSigns<32, 4>>>> power_32;
  cortex_m7::Storage<Sampler<32, Amp<SparseSigns<32, 4>>>> amp_32;
  cortex_m7::Storage<Sampler<32, SoftSpectral<SparseSigns<32, 4>>>> soft_spectral_32;
  cortex_m7::Storage<Sampler<64, Power<SparseSigns<64, 4>>>> power_64;
  cortex_m7::Storage<Sampler<64, Amp<SparseSigns<64, 4>>>> amp_64;
  cortex_m7::Storage<Sampler<64, SoftSpectral<SparseSigns<64, 4>>>> soft_spectral_64;
} memory;

}  // namespace

int main() {
  print_random_bits();
  bool finite = true;
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    finite &= cortex_m7::diffuse(memory.power_32.make(), seed);
    finite &= cortex_m7::diffuse(memory.amp_32.make(), seed);
    finite &= cortex_m7::diffuse(memory.soft_spectral_32.make(), seed);
    finite &= cortex_m7::diffuse(memory.power_64.make(), seed);
    finite &= cortex_m7::diffuse(memory.amp_64.make(), seed);
    finite &= cortex_m7::diffuse(memory.soft_spectral_64.make(), seed);
  }
  return finite ? 0 : 1;
}
