// Every drift that there is. The command line, the C interface, the sheet of resources and the tests take them from
// here.
#pragma once

#include "kernels/drift_list.h"
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

namespace driftbench {

/// Every drift of a target, in the order in which they are shown. Some are not feasible() at its size.
template <class T, class Arch = DefaultArch>
using AllDrifts = DriftList<Zero<T::kN>, Power<T, Arch>, PowerBFloat16<T, Arch>, Spectral<T, Arch>, Ungated<T, Arch>,
                            SoftSpectral<T, Arch>, SplitSoftSpectral<T, Arch>, Amp<T, Arch>, AmpRestarts<T, Arch>,
                            AmpSoft<T::kN, Arch>, Gnn<T, Arch>, Exact<T, Arch>, LipschitzSpectral<T, Arch>>;

/// Every wrapper around a drift D whose estimates have rank one. A drift of AllDrifts whose name is that of a wrapped
/// drift, such as lipschitz(spectral), takes the place of the wrapper around that drift.
template <class T, class D, class Arch = DefaultArch>
using AllWrappers = DriftList<Gated<T, D, Arch>, Lipschitz<T::kN, D, Arch>>;

}  // namespace driftbench
