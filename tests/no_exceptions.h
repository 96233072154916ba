// Samplers of every drift as an embedded build compiles them; no_exceptions.cc holds the code.
#pragma once

#include "kernels/drifts/power.h"
#include "kernels/drifts/spectral.h"
#include "kernels/drifts/ungated.h"
#include "kernels/drifts/zero.h"
#include "runtime/sampler.h"

namespace driftbench {

extern template class Sampler<17, Zero<17>>;
extern template class Sampler<17, Power<17, 3>>;
extern template class Sampler<17, Spectral<17, 3>>;
extern template class Sampler<17, Ungated<17, 3>>;
extern template class Sampler<350, Zero<350>>;
extern template class Sampler<350, Power<350, 20>>;
extern template class Sampler<350, Spectral<350, 20>>;
extern template class Sampler<350, Ungated<350, 20>>;
extern template class Sampler<15, Spectral<15, 3, OneLane>, OneLane>;

}  // namespace driftbench
