#pragma once

#include <cmath>

#include "kernels/amp.h"
#include "kernels/drift.h"
#include "kernels/exp.h"
#include "kernels/gaussian.h"
#include "kernels/leading_eigenvector.h"
#include "kernels/rank_one.h"

namespace driftbench {

/// Bayes-optimal approximate message passing, the estimate m m^T / n weighted by P(s = 1 | Y) in the Bethe
/// approximation. At most start_products + iterations + refinements + 1 products of N^2 multiply-adds for each start.
template <int N, int K, class Arch = DefaultArch>
class Amp {
 public:
  using Estimate = RankOne<N>;
  static constexpr char kName[] = "amp";
  static constexpr char kSummary[] = "Bayes-optimal approximate message passing, weighted by its evidence for a signal";
  static constexpr const char* kPhases[] = {"start", "multiply", "posterior"};
  static constexpr int kMaxStarts = 4;

  AmpOptions options;
  /// Products with Y spent on the start, the leading eigenvector.
  int start_products = 30;
  /// The start's norm over that of v = sqrt(n) u.
  float start_scale = 0.3f;
  /// Leading eigenvectors, at most kMaxStarts, that are each run from; the run of the highest evidence counts.
  int starts = 1;
  /// Runs from the last call's estimate too, where there is one. The result then depends on the calls before.
  bool warm_start = false;
  /// P(s = 1).
  float target_w = 0.5f;

  void randomize(const RandomAddress& at) { address_ = at; }

  template <class Probe = NoProbe>
  Status operator()(const SymMatrix<N>& y, float t, Estimate& m, Probe&& probe = {}) {
    const bool warm = warm_start && best_.status != Status::kNotFinite;
    work_.m = estimate_;
    best_ = {Status::kNotFinite, 0, -INFINITY};
    if (warm) run(y, t, probe);
    for (int i = 0; i < starts; ++i) {
      fill_gaussian<Arch>(address_, starts_[i]);
      const auto product = [&](const Vec<N>& v, Vec<N>& av) { multiply_deflated(y, i, v, av, probe); };
      const EigenResult start =
          leading_eigenvector<Arch>(product, kStartResidual, start_products, starts_[i], eigen_work_);
      probe(0);
      if (start.status == Status::kNotFinite) {
        best_.status = Status::kNotFinite;
        break;
      }
      values_[i] = start.value;
      work_.m = starts_[i];
      scale<Arch>(start_scale * std::sqrt(static_cast<float>(N)), work_.m);
      run(y, t, probe);
    }
    if (best_.status == Status::kNotFinite) {
      m.set_zero();
      return best_.status;
    }
    m.v = estimate_;
    // x has norm 1 at most; an iterate far from the model's can have more.
    m.scale = probability(best_.log_evidence) / std::fmax(static_cast<float>(N), dot<Arch>(estimate_, estimate_));
    return best_.status;
  }

 private:
  /// A start need not be closer to an eigenvector than this.
  static constexpr float kStartResidual = 1e-4f;

  /// Runs from work_.m; keeps what has the higher evidence.
  template <class Probe>
  void run(const SymMatrix<N>& y, float t, Probe& probe) {
    const AmpResult result = amp<K, Arch>(y, t, options, work_, [&](int part) { probe(1 + part); });
    if (result.status != Status::kNotFinite && result.log_evidence > best_.log_evidence) {
      best_ = result;
      estimate_ = work_.m;
    }
  }

  /// av <- (Y - sum over the first `found` starts of their eigenvalue times v v^T) v.
  template <class Probe>
  void multiply_deflated(const SymMatrix<N>& y, int found, const Vec<N>& v, Vec<N>& av, Probe& probe) {
    probe(0);
    multiply<Arch>(y, v, av);
    probe(1);
    for (int i = 0; i < found; ++i) axpby<Arch>(-values_[i] * dot<Arch>(starts_[i], v), starts_[i], 1.0f, av);
  }

  /// P(s = 1 | Y) = 1 / (1 + (1 - w) / w exp(-log evidence)); 0 at w = 0, whatever the evidence.
  float probability(float log_evidence) const {
    if (target_w == 0.0f) return 0.0f;
    return target_w / (target_w + (1.0f - target_w) * exp<OneLane>(std::fmin(80.0f, -log_evidence)));
  }

  RandomAddress address_;
  AmpResult best_{Status::kNotFinite, 0, 0.0f};
  float values_[kMaxStarts] = {};
  Vec<N> starts_[kMaxStarts];
  Vec<N> estimate_;
  EigenWork<N> eigen_work_;
  AmpWork<N> work_;
};

/// Amp from the four leading eigenvectors, the best by its evidence: four times the cost.
template <int N, int K, class Arch = DefaultArch>
class AmpRestarts : public Amp<N, K, Arch> {
 public:
  static constexpr char kName[] = "amp-restarts";
  static constexpr char kVariantOf[] = "amp";
  static constexpr char kSummary[] = "amp from each of the four leading eigenvectors, the best by its evidence";

  AmpRestarts() { this->starts = this->kMaxStarts; }
};

}  // namespace driftbench
