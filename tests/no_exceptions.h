// Declares samplers of every drift as an embedded build compiles them; no_exceptions.cc holds their code.
#pragma once

#include "kernels/drifts/amp.h"
#include "kernels/drifts/amp_soft.h"
#include "kernels/drifts/exact.h"
#include "kernels/drifts/gated.h"
#include "kernels/drifts/gnn.h"
#include "kernels/drifts/lipschitz.h"
#include "kernels/drifts/lipschitz_spectral.h"
#include "kernels/drifts/power.h"
#include "kernels/drifts/soft_spectral.h"
#include "kernels/drifts/spectral.h"
#include "kernels/drifts/ungated.h"
#include "kernels/drifts/zero.h"
#include "runtime/sampler.h"

namespace driftbench {

extern template class Gated<17, 3, Amp<17, 3>>;
extern template class Sampler<17, Zero<17>>;
extern template class Sampler<17, Power<17, 3>>;
extern template class Sampler<17, PowerBFloat16<17, 3>>;
extern template class Sampler<17, Spectral<17, 3>>;
extern template class Sampler<17, Ungated<17, 3>>;
extern template class Sampler<17, SoftSpectral<17, 3>>;
extern template class Sampler<17, Amp<17, 3>>;
extern template class Sampler<17, AmpRestarts<17, 3>>;
extern template class Sampler<17, AmpSoft<17>>;
extern template class Sampler<17, Gated<17, 3, Amp<17, 3>>>;
extern template class Sampler<17, Lipschitz<17, Power<17, 3>>>;
extern template class Sampler<17, LipschitzSpectral<17, 3>>;
extern template class Sampler<350, Zero<350>>;
extern template class Sampler<350, Power<350, 20>>;
extern template class Sampler<350, PowerBFloat16<350, 20>>;
extern template class Sampler<350, Spectral<350, 20>>;
extern template class Sampler<350, Ungated<350, 20>>;
extern template class Sampler<350, SoftSpectral<350, 20>>;
extern template class Sampler<350, Amp<350, 20>>;
extern template class Sampler<350, AmpRestarts<350, 20>>;
extern template class Sampler<350, AmpSoft<350>>;
extern template class Sampler<350, Gated<350, 20, Amp<350, 20>>>;
extern template class Sampler<350, Lipschitz<350, Power<350, 20>>>;
extern template class Sampler<350, LipschitzSpectral<350, 20>>;
extern template class Sampler<12, Exact<12, 3>>;
extern template class Sampler<17, Gnn<17, 3>>;
extern template class Sampler<350, Gnn<350, 20>>;
extern template class Sampler<15, Spectral<15, 3, OneLane>, OneLane>;

}  // namespace driftbench
