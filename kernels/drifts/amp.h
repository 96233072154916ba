#pragma once

#include <cmath>

#include "kernels/amp.h"
#include "kernels/assertions.h"
#include "kernels/drift.h"
#include "kernels/drifts/defaults.h"
#include "kernels/exp.h"
#include "kernels/gaussian.h"
#include "kernels/leading_eigenvector.h"
#include "kernels/limited_int.h"
#include "kernels/rank_one.h"
#include "kernels/target.h"

namespace driftbench {

/// Bayes-optimal approximate message passing: the estimate m m^T / n, weighted by P(s = 1 | Y) in the Bethe
/// approximation. The status is that of the run whose estimate is returned (see amp of kernels/amp.h).
///
/// Where the prior is even, a start is a leading eigenvector; else it is the prior's mean, and there is one.
///
/// For each start it makes at most start_products + 1 products of N^2 multiply-adds to find the start and at most
/// iterations + refinements + 1 for the run.
template <SeparableTarget T, class Arch = DefaultArch>
class Amp {
  static constexpr int N = T::kN;

 public:
  using Estimate = RankOne<N>;
  static constexpr char kName[] = "amp";
  static constexpr char kSummary[] = "Bayes-optimal approximate message passing, weighted by its evidence for a signal";
  static constexpr Phase kPhases[] = {{"start"}, kProductPhase, {"posterior"}};
  static constexpr int kMaxStarts = 4;

  AmpOptions options;
  /// The number of products with Y spent on a start that is a leading eigenvector.
  LimitedInt<0, kIterationLimit> start_products = 30;
  /// The norm of a start over that of v = sqrt(n) u.
  float start_scale = 0.3f;
  /// The number of leading eigenvectors to run from, one at a time. The run of the highest evidence counts.
  LimitedInt<1, kMaxStarts> starts = 1;
  /// Whether to run from the last call's estimate too, where there is one. The result then depends on the calls before.
  bool warm_start = false;
  T target;

  void randomize(const RandomAddress& at) { address_ = at; }

  template <class Probe = NoProbe>
  Status operator()(const SymMatrix<N>& y, float t, Estimate& m, Probe&& probe = {}) {
    DRIFTBENCH_ASSERT(0.0f <= target.w && target.w <= 1.0f);
    const bool warm = warm_start && best_.status != Status::kNotFinite;
    workspace_.m = estimate_;
    best_ = {Status::kNotFinite, 0, -INFINITY};
    if (warm) run(y, t, probe);
    if constexpr (!T::Prior::kIsEven) {
      for (float& entry : workspace_.m) entry = T::Prior::mean();
      run(y, t, probe);
    }
    for (int i = 0; i < starts && T::Prior::kIsEven; ++i) {
      fill_gaussian<Arch>(address_, starts_[i]);
      const auto product = [&](const Vec<N>& v, Vec<N>& av) { multiply_deflated(y, i, v, av, probe); };
      const EigenResult start =
          leading_eigenvector<Arch>(product, kStartResidual, start_products, starts_[i], eigen_workspace_);
      probe(0);
      if (start.status == Status::kNotFinite) {
        best_.status = Status::kNotFinite;
        break;
      }
      values_[i] = start.value;
      workspace_.m = starts_[i];
      scale<Arch>(start_scale * std::sqrt(static_cast<float>(N)), workspace_.m);
      run(y, t, probe);
    }
    if (best_.status == Status::kNotFinite) {
      m.set_zero();
      return best_.status;
    }
    m.v = estimate_;
    // x has norm 1 at most; an iterate that is far from the model's can have more.
    m.scale = probability(best_.log_evidence) / std::fmax(static_cast<float>(N), dot<Arch>(estimate_, estimate_));
    return best_.status;
  }

 private:
  /// Runs from workspace_.m and keeps the result if its evidence is higher than that of the runs before.
  template <class Probe>
  void run(const SymMatrix<N>& y, float t, Probe& probe) {
    const AmpResult result = amp<Arch>(target, y, t, options, workspace_, [&](int part) { probe(1 + part); });
    if (result.status != Status::kNotFinite && result.log_evidence > best_.log_evidence) {
      best_ = result;
      estimate_ = workspace_.m;
    }
  }

  /// av <- (Y - sum of value_i s_i s_i^T) v, summed over the first `found` starts s_i and their eigenvalues value_i.
  template <class Probe>
  void multiply_deflated(const SymMatrix<N>& y, int found, const Vec<N>& v, Vec<N>& av, Probe& probe) {
    probe(0);
    multiply<Arch>(y, v, av);
    probe(1);
    for (int i = 0; i < found; ++i) axpby<Arch>(-values_[i] * dot<Arch>(starts_[i], v), starts_[i], 1.0f, av);
  }

  /// Returns P(s = 1 | Y) = 1 / (1 + (1 - w) / w exp(-log evidence)), and 0 at w = 0 whatever the evidence.
  float probability(float log_evidence) const {
    if (target.w == 0.0f) return 0.0f;
    return target.w / (target.w + (1.0f - target.w) * exp<OneLane>(std::fmin(80.0f, -log_evidence)));
  }

  RandomAddress address_;
  AmpResult best_{Status::kNotFinite, 0, 0.0f};
  float values_[kMaxStarts] = {};
  Vec<N> starts_[kMaxStarts];
  Vec<N> estimate_;
  EigenWorkspace<N> eigen_workspace_;
  AmpWorkspace<T> workspace_;
};

/// Amp from each of the four leading eigenvectors, of which the run of the highest evidence counts. It costs four times
/// as much as Amp.
template <SeparableTarget T, class Arch = DefaultArch>
requires(T::Prior::kIsEven) class AmpRestarts : public Amp<T, Arch> {
 public:
  static constexpr char kName[] = "amp-restarts";
  static constexpr char kVariantOf[] = "amp";
  static constexpr char kSummary[] = "amp from each of the four leading eigenvectors, the best by its evidence";

  AmpRestarts() { this->starts = Amp<T, Arch>::kMaxStarts; }
};

}  // namespace driftbench
