#include "tests/no_exceptions.h"

#include "c/stored_sampler.h"
#include "kernels/drifts/all_drifts.h"
#include "kernels/drifts/lane_power.h"
#include "kernels/targets/signs.h"
#include "kernels/targets/sparse_signs.h"
#include "kernels/targets/sphere.h"
#include "kernels/targets/submatrix.h"
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

template <Target T>
constexpr auto kModels = models_of<T>(feasible(AllDrifts<T>{}) + AllWrappers<T, Power<T>>{});

std::span<const SizeModels> embedded_sizes() {
  static constexpr SizeModels kSizes[] = {{"sparse_signs", 17, 3, false, kModels<SparseSigns<17, 3>>},
                                          {"sparse_signs", 350, 20, false, kModels<SparseSigns<350, 20>>},
                                          {"submatrix", 17, 3, false, kModels<Submatrix<17, 3>>},
                                          {"signs", 17, 0, true, kModels<Signs<17>>},
                                          {"sphere", 17, 0, false, kModels<Sphere<17>>}};
  return kSizes;
}

}  // namespace driftbench
