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

/// Every drift at a size, in the order in which they are shown. Some are not feasible() there.
template <int N, int K, class Arch = DefaultArch>
using AllDrifts =
    DriftList<Zero<N>, Power<N, K, Arch>, PowerBFloat16<N, K, Arch>, Spectral<N, K, Arch>, Ungated<N, K, Arch>,
              SoftSpectral<N, K, Arch>, SplitSoftSpectral<N, K, Arch>, Amp<N, K, Arch>, AmpRestarts<N, K, Arch>,
              AmpSoft<N, Arch>, Gnn<N, K, Arch>, Exact<N, K, Arch>, LipschitzSpectral<N, K, Arch>>;

/// Every wrapper around a drift D whose estimates have rank one. A drift of AllDrifts whose name is that of a wrapped
/// drift, such as lipschitz(spectral), takes the place of the wrapper around that drift.
template <int N, int K, class D, class Arch = DefaultArch>
using AllWrappers = DriftList<Gated<N, K, D, Arch>, Lipschitz<N, D, Arch>>;

}  // namespace driftbench
