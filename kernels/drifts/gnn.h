#pragma once

#include <cmath>

#include "kernels/assertions.h"
#include "kernels/drift.h"
#include "kernels/gaussian.h"
#include "kernels/leading_eigenvector.h"
#include "kernels/message_passing.h"
#include "kernels/rank_one.h"
#include "kernels/targets/sparse_signs.h"
#include "kernels/top_k.h"
#include "kernels/work.h"

namespace driftbench {

template <class T, class Arch = DefaultArch>
class Gnn;

/// The message-passing network of Montanari and Vu, arXiv 2503.08028, trained on sparse signs and started from a random
/// unit vector. It gives scores, of which the K of largest magnitude stay. The estimate is s s^T with s those scores,
/// scaled down to unit norm where they have more. The weights are not null and outlive the drift. The cost is that of
/// message_passing and 31 N comparisons. The status is kOk, or kNotFinite with the estimate 0.
template <int N, int K, class Arch>
class Gnn<SparseSigns<N, K>, Arch> {
 public:
  using Estimate = RankOne<N>;
  static constexpr char kName[] = "gnn";
  static constexpr char kSummary[] = "the trained message-passing network, the k largest scores (needs --weights)";
  static constexpr Phase kPhases[] = {kProductPhase, {"layers"}, {"top_k"}};

  explicit Gnn(const MessagePassingWeights* weights) : weights_(weights) { DRIFTBENCH_ASSERT(weights != nullptr); }

  void randomize(const RandomAddress& at) { address_ = at; }

  template <class Probe = NoProbe>
  Status operator()(const SymMatrix<N>& y, float t, Estimate& m, Probe&& probe = {}) {
    fill_gaussian<Arch>(address_, v_);
    const Status status =
        normalize<Arch>(v_) ? message_passing<Arch>(*weights_, y, t, v_, workspace_, probe) : Status::kNotFinite;
    if (status != Status::kOk) {
      m.set_zero();
      return status;
    }
    keep_top_k<K, Arch>(v_, m.v);
    const float norm = std::sqrt(dot<Arch>(m.v, m.v));
    if (norm > 1.0f) scale<Arch>(1.0f / norm, m.v);
    m.scale = 1.0f;
    probe(2);
    return status;
  }

  static constexpr DriftWork work() { return {kProduct<N>, kAggregation<N> * MessagePassingWeights::kLayers}; }

 private:
  const MessagePassingWeights* weights_;
  RandomAddress address_;
  Vec<N> v_;
  MessagePassingWorkspace<N> workspace_;
};

}  // namespace driftbench
