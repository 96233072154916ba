// State evolution: the large-n prediction of what AMP does.
#pragma once

#include <cmath>

namespace driftbench {

/// Returns the posterior mean of v in {0, +a, -a}, with a = 1 / sqrt(rho) and the prior (1 - rho, rho / 2, rho / 2),
/// from a field B with precision q, whose likelihoods are exp(+-a B - q a^2 / 2).
inline double sign_posterior_mean(double rho, double field, double q) {
  const double a = 1 / std::sqrt(rho), x = std::fabs(a * field), smaller = std::exp(-2 * x);
  const double null = 2 * (1 - rho) / rho * std::exp(0.5 * q * a * a - x);
  return std::copysign(a * (1 - smaller) / (1 + smaller + null), field);
}

/// One step of the state evolution of Bayes-optimal AMP (Deshpande and Montanari 2014, equation 7; Lesieur, Krzakala
/// and Zdeborova 2017, equation 120): returns the overlap <v, m> / n of the next iterate, given that of this one. The
/// fields are gamma v + sqrt(gamma) Z with gamma = lambda^2 overlap and Z standard normal, so the next overlap is
/// E[v m(gamma v + sqrt(gamma) Z)]. The integral is a sum by the trapezoidal rule, which converges faster than any
/// power of its step for a Gaussian integrand.
inline double next_overlap(double rho, double lambda2, double overlap) {
  constexpr double kEnd = 10, kStep = 0.01;
  const double a = 1 / std::sqrt(rho), gamma = lambda2 * overlap;
  double integral = 0;
  for (int i = 0; i <= 2 * static_cast<int>(kEnd / kStep); ++i) {
    const double z = i * kStep - kEnd;
    integral += std::exp(-0.5 * z * z) * sign_posterior_mean(rho, gamma * a + std::sqrt(gamma) * z, gamma);
  }
  constexpr double kSqrtTwoPi = 2.5066282746310002;
  return rho * a * integral * kStep / kSqrtTwoPi;
}

}  // namespace driftbench
