// The sampler that tools/resources measures. That script defines for the compiler RESOURCES_HEADER, RESOURCES_DRIFT (a
// type in N, K and Arch), RESOURCES_N and RESOURCES_K.
#pragma once

#if !defined(RESOURCES_HEADER)
#define RESOURCES_HEADER "kernels/drifts/amp.h"
#define RESOURCES_DRIFT Amp<N, K, Arch>
#define RESOURCES_N 64
#define RESOURCES_K 6
#endif

#include RESOURCES_HEADER
#include "kernels/message_passing.h"
#include "runtime/sampler.h"

namespace driftbench {

inline constexpr int N = RESOURCES_N, K = RESOURCES_K;

template <class Arch>
using SubjectDrift = RESOURCES_DRIFT;
template <class Arch>
using SubjectOn = Sampler<N, SubjectDrift<Arch>, Arch>;
using Subject = SubjectOn<DefaultArch>;

/// Returns a sampler; the weights of a network are all 0.
template <class Arch>
SubjectOn<Arch> make_subject() {
  if constexpr (requires { SubjectDrift<Arch>(); }) {
    return {};
  } else {
    static constexpr MessagePassingWeights kWeights{};
    return SubjectOn<Arch>(SubjectDrift<Arch>(&kWeights));
  }
}

}  // namespace driftbench
