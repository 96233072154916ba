// Approximate message passing (AMP) for a spike with independent entries in a Wigner matrix.
#pragma once

#include <cmath>
#include <numbers>

#include "kernels/assertions.h"
#include "kernels/drift.h"
#include "kernels/leading_eigenvector.h"
#include "kernels/limited_int.h"
#include "kernels/prior.h"
#include "kernels/simd.h"
#include "kernels/status.h"
#include "kernels/sym_matrix.h"
#include "kernels/target.h"
#include "kernels/vec.h"

namespace driftbench {

struct AmpOptions {
  LimitedInt<1, kIterationLimit> iterations = 60;
  /// The iteration has converged where the next iterate, before damping, lies within tolerance >= 0 times its norm of
  /// this one.
  float tolerance = 1e-2f;
  /// The part of the last iterate that damping keeps, in [0, 1).
  float damping = 0.0f;
  /// The number of iterations after those, in which a FittedPrior is fitted.
  LimitedInt<0, kIterationLimit> refinements = 8;
};

/// The vectors of one run. m is the iterate, an estimate of v = sqrt(n) u: it holds the start before the run and the
/// estimate after it.
template <SeparableTarget T>
struct AmpWorkspace {
  Vec<T::kN> m, previous, product, field;
  typename T::Prior prior;
};

struct AmpResult {
  Status status;
  int iterations;
  /// The log evidence, log P(Y | s = 1) / P(Y | s = 0), in the Bethe approximation around the iterate; it counts both
  /// signs of u.
  float log_evidence;
};

/// Bayes-optimal AMP (Deshpande and Montanari, "Information-theoretically optimal sparse PCA", 2014; Lesieur, Krzakala
/// and Zdeborova, "Constrained low-rank matrix estimation", 2017, equations 52 to 57 and the Bethe free energy, 82).
/// With A = Y / t, t > 0, and lambda^2 = 2 t / n it iterates
///
///   B = lambda^2 (A m - c m_previous),   q = lambda^2 |m|^2 / n,   m <- E[v | B, q],   c = mean Var[v | B, q],
///
/// where the prior of the entries of v is the target's.
///
/// y does not overlap the workspace, whose m is finite and holds the start. An iteration is one product, N^2
/// multiply-adds, and what the prior takes, two exponentials an entry; the evidence takes one product and one logarithm
/// an entry more. Entries of m stay within those of v whatever happens.
///
/// In pure noise above t = n / 2 the iteration does not converge. That costs nothing but iterations, as the evidence of
/// what it finds is low. Where it does not converge, the last iterate is refined and returned. The status is
/// kNotConverged, or kDiverged where the last iterate moved by more than its norm. Returning the iterate of smallest
/// residual instead changes no score-matching error of sparse signs at (350, 20) by a standard error of 1000 samples.
/// Where NaN, infinity or an overflow comes up, m is 0 and the status kNotFinite.
///
/// `probe` is called with 0 after each product and with 1 after what is made of it.
template <class Arch = DefaultArch, SeparableTarget T, class Probe = NoProbe>
AmpResult amp(const T& target, const SymMatrix<T::kN>& y, float t, const AmpOptions& options,
              AmpWorkspace<T>& workspace, Probe&& probe = {}) {
  constexpr int N = T::kN;
  constexpr float n = N;
  Vec<N>&m = workspace.m, &previous = workspace.previous, &product = workspace.product, &field = workspace.field;
  typename T::Prior& prior = workspace.prior;
  DRIFTBENCH_ASSERT(!(t <= 0.0f) && options.tolerance >= 0.0f && 0.0f <= options.damping && options.damping < 1.0f);
  const float lambda2 = 2.0f * t / n;
  float onsager = 0.0f, q = 0.0f;
  PosteriorMoments moments{};
  AmpResult result{Status::kNotConverged, 0, 0.0f};
  prior.start(target);
  previous = Vec<N>{};

  int last = options.iterations;
  const int refinements = FittedPrior<typename T::Prior> ? int{options.refinements} : 0;
  for (int i = 0; i < last + refinements; ++i) {
    const bool refining = i >= last;
    multiply<Arch>(y, m, product);
    probe(0);
    const float norm2 = dot<Arch>(m, m);
    q = lambda2 * norm2 / n;
    field = product;
    axpby<Arch>(-lambda2 * onsager, previous, lambda2 / t, field);
    previous = m;
    prior.template observe<Arch>(q, field);
    if constexpr (FittedPrior<typename T::Prior>) {
      if (refining) prior.template fit<Arch>();
    }
    moments = prior.template estimate<Arch>(m);
    onsager = (moments.second_moments - moments.mean_squares) / n;
    ++result.iterations;
    if (!std::isfinite(moments.mean_squares + norm2) || !prior.is_finite()) {
      m = Vec<N>{};
      return {Status::kNotFinite, result.iterations, 0.0f};
    }
    // An iterate that vanishes has reached the fixed point m = 0.
    const float change = squared_distance<Arch>(m, previous);
    const bool converged =
        change <= options.tolerance * options.tolerance * moments.mean_squares || moments.mean_squares < 1e-6f;
    if (!refining) {
      result.status = converged                       ? Status::kOk
                      : change > moments.mean_squares ? Status::kDiverged
                                                      : Status::kNotConverged;
    }
    if (converged && !refining) last = i + 1;
    if (options.damping > 0.0f && !refining && !converged)
      axpby<Arch>(options.damping, previous, 1 - options.damping, m);
    probe(1);
  }

  // The Bethe free energy at (m, B, q), its pair terms summed over i < j.
  multiply<Arch>(y, m, product);
  probe(0);
  const float second_moments = moments.second_moments, variances = second_moments - moments.mean_squares;
  const float pairs = 0.5f * lambda2 * dot<Arch>(m, product) / t -
                      0.25f * lambda2 / n * (second_moments * second_moments - variances * variances);
  // m and -m are two fixed points of the same evidence, unless both are 0.
  const float both_signs = T::Prior::kIsEven && moments.mean_squares > 1e-3f * n ? std::numbers::ln2_v<float> : 0.0f;
  result.log_evidence = prior.template evidence<Arch>() - dot<Arch>(field, m) + 0.5f * q * second_moments + pairs;
  if constexpr (FittedPrior<typename T::Prior>) result.log_evidence += prior.evidence_of_size();
  result.log_evidence += both_signs;
  probe(1);
  return result;
}

}  // namespace driftbench
