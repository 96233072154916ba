#include "tests/no_exceptions.h"

#include "c/stored_sampler.h"
#include "kernels/drifts/all_drifts.h"
#include "kernels/drifts/lane_power.h"
#include "kernels/targets/sparse_signs.h"
#include "runtime/sampler.h"
#include "runtime/schedule.h"

#if defined(__cpp_exceptions) || defined(__cpp_rtti)
#error "built with exceptions or RTTI: this says nothing about embedded targets"
#endif

// Embedded programs may also include lane_power.h and schedule.h, which nothing here uses: they have to compile there.

namespace driftbench {

// These have the members too that no Model calls.
template class Sampler<17, Zero<17>>;
template class Sampler<15, Spectral<SparseSigns<15, 3>, OneLane>, OneLane>;

template <int N, int K>
constexpr auto kModels = models_of<SparseSigns<N, K>>(feasible(AllDrifts<SparseSigns<N, K>>{}) +
                                                      AllWrappers<SparseSigns<N, K>, Power<SparseSigns<N, K>>>{});

template <int N, int K>
std::span<const Model> models() {
  return kModels<N, K>;
}

std::span<const SizeModels> embedded_sizes() {
  static constexpr SizeModels kSizes[] = {{17, 3, &models<17, 3>}, {350, 20, &models<350, 20>}};
  return kSizes;
}

}  // namespace driftbench
