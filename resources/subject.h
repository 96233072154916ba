// The samplers that tools/resources measures.
#pragma once

#include <new>
#include <string_view>
#include <type_traits>

#include "kernels/drifts/all_drifts.h"
#include "kernels/message_passing.h"
#include "kernels/targets/sparse_signs.h"
#include "runtime/sampler.h"

namespace driftbench {

/// The type of the drift that has the given name at the size (N, K).
template <int N, int K, class Arch>
struct DriftNamed {
  template <class Name, class D, class... Others>
  static constexpr auto find(Name name, DriftList<D, Others...>) {
    if constexpr (std::string_view(D::kName) == name()) {
      return std::type_identity<D>{};
    } else {
      return find(name, DriftList<Others...>{});
    }
  }
  template <class Name>
  using Type = typename decltype(find(Name{}, AllDrifts<SparseSigns<N, K>, Arch>{}))::type;
};

/// Makes a sampler with the drift D in the given memory, and returns it; the weights of a network are all 0.
template <int N, class D, class Arch>
Sampler<N, D, Arch>* make_subject(void* memory) {
  if constexpr (WeightedDrift<D>) {
    static constexpr MessagePassingWeights kWeights{};
    return new (memory) Sampler<N, D, Arch>(D(&kWeights));
  } else {
    return new (memory) Sampler<N, D, Arch>;
  }
}

/// Calls f.template operator()<N, K, D>() for each drift D of the sheet at each of its sizes (N, K), in its order.
template <class Arch, class F>
constexpr void for_each_subject(F f) {
  const auto at = [&]<int N, int K>(auto drifts) {
    without_variants(drifts).for_each([&]<class D>() { f.template operator()<N, K, D>(); });
  };
  // (64, 6) fills its tiles and (350, 20) does not. What is not feasible at these sizes is at a small one.
  without_variants(AllDrifts<SparseSigns<16, 3>, Arch>{}).for_each([&]<class Small>() {
    constexpr auto name = [] { return std::string_view(Small::kName); };
    if constexpr (!is_feasible<typename DriftNamed<64, 6, Arch>::template Type<decltype(name)>>()) {
      f.template operator()<16, 3, Small>();
    }
  });
  at.template operator()<64, 6>(feasible(AllDrifts<SparseSigns<64, 6>, Arch>{}));
  at.template operator()<350, 20>(feasible(AllDrifts<SparseSigns<350, 20>, Arch>{}));
}

}  // namespace driftbench
