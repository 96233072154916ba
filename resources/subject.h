// The sampler that tools/resources measures. That script defines for the compiler RESOURCES_DRIFT (a name in quotes),
// RESOURCES_N and RESOURCES_K.
#pragma once

#if !defined(RESOURCES_DRIFT)
#define RESOURCES_DRIFT "amp"
#define RESOURCES_N 64
#define RESOURCES_K 6
#endif

#include <string_view>
#include <type_traits>

#include "kernels/drifts/all_drifts.h"
#include "kernels/message_passing.h"
#include "runtime/sampler.h"

namespace driftbench {

inline constexpr int N = RESOURCES_N, K = RESOURCES_K;

/// Returns the type of the drift whose name is RESOURCES_DRIFT.
template <class D, class... Others>
constexpr auto subject_type(DriftList<D, Others...>) {
  if constexpr (std::string_view(D::kName) == RESOURCES_DRIFT) {
    return std::type_identity<D>{};
  } else {
    return subject_type(DriftList<Others...>{});
  }
}

template <class Arch>
using SubjectDrift = typename decltype(subject_type(AllDrifts<N, K, Arch>{}))::type;
template <class Arch>
using SubjectOn = Sampler<N, SubjectDrift<Arch>, Arch>;
using Subject = SubjectOn<DefaultArch>;

/// Returns a sampler; the weights of a network are all 0.
template <class Arch>
SubjectOn<Arch> make_subject() {
  if constexpr (WeightedDrift<SubjectDrift<Arch>>) {
    static constexpr MessagePassingWeights kWeights{};
    return SubjectOn<Arch>(SubjectDrift<Arch>(&kWeights));
  } else {
    return {};
  }
}

}  // namespace driftbench
