// make_diffusion makes the diffusion of a compile-time size and any of its drifts.
#pragma once

#include <memory>

#include "tools/drifts/registry.h"
#include "tools/sizes/diffusion.h"
#include "tools/sizes/experiment.h"

namespace driftbench {

/// Makes the diffusion of the request's drift, which the size must have.
template <int N, int K>
std::unique_ptr<Diffusion> make_diffusion(const Request& request) {
  return with_drift<N, K>(request.drift, [&]<class E>(const DriftEntry<N, E>& entry) -> std::unique_ptr<Diffusion> {
    return std::make_unique<SizedDiffusion<N, E>>(entry.make(request.settings), request.seed);
  });
}

}  // namespace driftbench
