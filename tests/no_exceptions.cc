#include "tests/no_exceptions.h"

#if defined(__cpp_exceptions) || defined(__cpp_rtti)
#error "built with exceptions or RTTI: this says nothing about embedded targets"
#endif

namespace driftbench {

// The constructor of Gated computes, and no code of a sampler calls it, so that Gated is instantiated by itself.
template class Gated<17, 3, Amp<17, 3>>;
template class Sampler<17, Zero<17>>;
template class Sampler<17, Power<17, 3>>;
template class Sampler<17, PowerBFloat16<17, 3>>;
template class Sampler<17, Spectral<17, 3>>;
template class Sampler<17, Ungated<17, 3>>;
template class Sampler<17, SoftSpectral<17, 3>>;
template class Sampler<17, Amp<17, 3>>;
template class Sampler<17, AmpRestarts<17, 3>>;
template class Sampler<17, AmpSoft<17>>;
template class Sampler<17, Gated<17, 3, Amp<17, 3>>>;
template class Sampler<17, Lipschitz<17, Power<17, 3>>>;
template class Sampler<17, LipschitzSpectral<17, 3>>;
template class Sampler<350, Zero<350>>;
template class Sampler<350, Power<350, 20>>;
template class Sampler<350, PowerBFloat16<350, 20>>;
template class Sampler<350, Spectral<350, 20>>;
template class Sampler<350, Ungated<350, 20>>;
template class Sampler<350, SoftSpectral<350, 20>>;
template class Sampler<350, Amp<350, 20>>;
template class Sampler<350, AmpRestarts<350, 20>>;
template class Sampler<350, AmpSoft<350>>;
template class Sampler<350, Gated<350, 20, Amp<350, 20>>>;
template class Sampler<350, Lipschitz<350, Power<350, 20>>>;
template class Sampler<350, LipschitzSpectral<350, 20>>;
template class Sampler<12, Exact<12, 3>>;
template class Sampler<17, Gnn<17, 3>>;
template class Sampler<350, Gnn<350, 20>>;
template class Sampler<15, Spectral<15, 3, OneLane>, OneLane>;

}  // namespace driftbench
