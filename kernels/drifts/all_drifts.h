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
#include "kernels/drifts/saddle_point.h"
#include "kernels/drifts/soft_spectral.h"
#include "kernels/drifts/spectral.h"
#include "kernels/drifts/ungated.h"
#include "kernels/drifts/zero.h"

namespace driftbench {

/// Every drift that serves a target, in the order in which they are shown. Some are not feasible() at its size.
template <Target T, class Arch = DefaultArch>
using AllDrifts = decltype(DriftList<Zero<T::kN>>{} + if_serves<Power, T, Arch>() +
                           if_serves<PowerBFloat16, T, Arch>() + if_serves<Spectral, T, Arch>() +
                           if_serves<Ungated, T, Arch>() + if_serves<SoftSpectral, T, Arch>() +
                           if_serves<SplitSoftSpectral, T, Arch>() + if_serves<Amp, T, Arch>() +
                           if_serves<AmpRestarts, T, Arch>() + if_serves<AmpSoft, T, Arch>() +
                           if_serves<Gnn, T, Arch>() + if_serves<Exact, T, Arch>() +
                           if_serves<LipschitzSpectral, T, Arch>() + if_serves<SaddlePoint, T, Arch>());

/// Every wrapper around a drift D whose estimates have rank one. A drift of AllDrifts whose name is that of a wrapped
/// drift, such as lipschitz(spectral), takes the place of the wrapper around that drift.
template <class T, class D, class Arch = DefaultArch>
using AllWrappers = decltype(wrapper_if_serves<Gated, T, D, Arch>() + DriftList<Lipschitz<T::kN, D, Arch>>{});

}  // namespace driftbench
