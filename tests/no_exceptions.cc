#include "tests/no_exceptions.h"

#if defined(__cpp_exceptions) || defined(__cpp_rtti)
#error "built with exceptions or RTTI: this says nothing about embedded targets"
#endif

namespace driftbench {

template class Sampler<17, Zero<17>>;
template class Sampler<17, Power<17, 3>>;
template class Sampler<17, Spectral<17, 3>>;
template class Sampler<17, Ungated<17, 3>>;
template class Sampler<350, Zero<350>>;
template class Sampler<350, Power<350, 20>>;
template class Sampler<350, Spectral<350, 20>>;
template class Sampler<350, Ungated<350, 20>>;
template class Sampler<15, Spectral<15, 3, OneLane>, OneLane>;

}  // namespace driftbench
