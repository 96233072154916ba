// Every drift that the command line knows, one line each.
#pragma once

#include "kernels/drifts/power.h"
#include "kernels/drifts/spectral.h"
#include "kernels/drifts/ungated.h"
#include "kernels/drifts/zero.h"

namespace driftbench {

template <class... Ds>
struct DriftList {};

template <int N, int K>
using Drifts = DriftList<  //
    Zero<N>,               //
    Power<N, K>,           //
    Spectral<N, K>,        //
    Ungated<N, K>>;

}  // namespace driftbench
