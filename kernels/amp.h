// Approximate message passing (AMP) for a sparse sign vector in a spiked Wigner matrix.
#pragma once

#include <cmath>
#include <numbers>

#include "kernels/assertions.h"
#include "kernels/drift.h"
#include "kernels/leading_eigenvector.h"
#include "kernels/limited_int.h"
#include "kernels/log.h"
#include "kernels/prior.h"
#include "kernels/simd.h"
#include "kernels/status.h"
#include "kernels/sym_matrix.h"
#include "kernels/vec.h"

namespace driftbench {

struct AmpOptions {
  LimitedInt<1, kIterationLimit> iterations = 60;
  /// The iteration has converged where the next iterate, before damping, lies within tolerance >= 0 times its norm of
  /// this one.
  float tolerance = 1e-2f;
  /// The part of the last iterate that damping keeps, in [0, 1).
  float damping = 0.0f;
  /// The number of iterations after those, with a prior that knows the support's size.
  LimitedInt<0, kIterationLimit> refinements = 8;
};

/// The vectors of one run. m is the iterate, an estimate of v = sqrt(n) u: it holds the start before the run and the
/// estimate after it.
template <int N>
struct AmpWorkspace {
  Vec<N> m, previous, product, field;
  SignLikelihood<N> likelihood;
};

struct AmpResult {
  Status status;
  int iterations;
  /// The log evidence, log P(Y | s = 1) / P(Y | s = 0), in the Bethe approximation around the iterate; it counts both
  /// signs of u.
  float log_evidence;
};

/// Returns log P(support has K entries | Y) - log P(support has K entries) for independent entries whose prior odds
/// P(v = 0) / P(v != 0) are `odds`. The first term is that of a Gaussian approximation, whose density is capped at 1.
template <int K, int N>
float log_support_gain(float odds, const PosteriorSums& sums) {
  float log_prior = 0.0f;
  for (int i = 0; i < K; ++i) log_prior += log<OneLane>(static_cast<float>(N - i) / static_cast<float>(K - i));
  log_prior += (N - K) * log<OneLane>(odds) - N * log<OneLane>(1.0f + odds);
  const float variance = sums.support_variance + 1.0f / 12, deviation = K - sums.support;
  const float log_posterior = -0.5f * (log<OneLane>(6.2831853f * variance) + deviation * deviation / variance);
  return std::fmin(0.0f, log_posterior) - log_prior;
}

/// Bayes-optimal AMP (Deshpande and Montanari, "Information-theoretically optimal sparse PCA", 2014; Lesieur, Krzakala
/// and Zdeborova, "Constrained low-rank matrix estimation", 2017, equations 52 to 57 and the Bethe free energy, 82).
/// With A = Y / t, t > 0, lambda^2 = 2 t / n and a = sqrt(n / k) it iterates
///
///   B = lambda^2 (A m - c m_previous),   q = lambda^2 |m|^2 / n,   m <- E[v | B, q],   c = mean Var[v | B, q].
///
/// y does not overlap the workspace, whose m is finite and holds the start. An iteration is one product, N^2
/// multiply-adds, and two exponentials an entry; the evidence takes one product and one logarithm an entry more.
/// Entries of m stay within a whatever happens.
///
/// In pure noise above t = n / 2 the iteration does not converge. That costs nothing but iterations, as the evidence of
/// what it finds is low. Where it does not converge, the last iterate is refined and returned. The status is
/// kNotConverged, or kDiverged where the last iterate moved by more than its norm. Returning the iterate of smallest
/// residual instead changes no score-matching error at (350, 20) by a standard error of 1000 samples. Where NaN,
/// infinity or an overflow comes up, m is 0 and the status kNotFinite.
///
/// `probe` is called with 0 after each product and with 1 after what is made of it.
template <int K, class Arch = DefaultArch, int N, class Probe = NoProbe>
AmpResult amp(const SymMatrix<N>& y, float t, const AmpOptions& options, AmpWorkspace<N>& workspace,
              Probe&& probe = {}) {
  constexpr float n = N, k = K;
  Vec<N>&m = workspace.m, &previous = workspace.previous, &product = workspace.product, &field = workspace.field;
  SignLikelihood<N>& likelihood = workspace.likelihood;
  DRIFTBENCH_ASSERT(!(t <= 0.0f) && options.tolerance >= 0.0f && 0.0f <= options.damping && options.damping < 1.0f);
  const float a = std::sqrt(n / k), lambda2 = 2.0f * t / n, known_odds = (n - k) / k;
  float odds = known_odds, onsager = 0.0f, q = 0.0f;
  PosteriorSums sums{};
  AmpResult result{Status::kNotConverged, 0, 0.0f};
  previous = Vec<N>{};

  int last = options.iterations;
  for (int i = 0; i < last + options.refinements; ++i) {
    const bool refining = i >= last;
    multiply<Arch>(y, m, product);
    probe(0);
    const float norm2 = dot<Arch>(m, m);
    q = lambda2 * norm2 / n;
    field = product;
    axpby<Arch>(-lambda2 * onsager, previous, lambda2 / t, field);
    previous = m;
    sign_likelihood<Arch>(a, q, field, likelihood);
    if (refining) odds = odds_for_support<K, Arch>(likelihood, odds);
    sums = posterior_mean<Arch>(a, odds, likelihood, m);
    onsager = (a * a * sums.support - sums.mean_squares) / n;
    ++result.iterations;
    if (!std::isfinite(sums.mean_squares + likelihood.excess + norm2)) {
      m = Vec<N>{};
      return {Status::kNotFinite, result.iterations, 0.0f};
    }
    // An iterate that vanishes has reached the fixed point m = 0.
    const float change = squared_distance<Arch>(m, previous);
    const bool converged =
        change <= options.tolerance * options.tolerance * sums.mean_squares || sums.mean_squares < 1e-6f;
    if (!refining) {
      result.status = converged ? Status::kOk : change > sums.mean_squares ? Status::kDiverged : Status::kNotConverged;
    }
    if (converged && !refining) last = i + 1;
    if (options.damping > 0.0f && !refining && !converged)
      axpby<Arch>(options.damping, previous, 1 - options.damping, m);
    probe(1);
  }

  // The Bethe free energy at (m, B, q), its pair terms summed over i < j.
  multiply<Arch>(y, m, product);
  probe(0);
  const float second_moments = a * a * sums.support, variances = second_moments - sums.mean_squares;
  const float pairs = 0.5f * lambda2 * dot<Arch>(m, product) / t -
                      0.25f * lambda2 / n * (second_moments * second_moments - variances * variances);
  // m and -m are two fixed points of the same evidence, unless both are 0.
  const float both_signs = sums.mean_squares > 1e-3f * n ? std::numbers::ln2_v<float> : 0.0f;
  result.log_evidence = log_evidence<Arch>(odds, likelihood) - dot<Arch>(field, m) + 0.5f * q * second_moments + pairs +
                        log_support_gain<K, N>(odds, sums) + both_signs;
  probe(1);
  return result;
}

}  // namespace driftbench
