// The Bingham distribution, whose density on the unit sphere is proportional to exp(u^T Y u), in double precision.
#pragma once

#include <cmath>
#include <complex>
#include <cstddef>
#include <numbers>
#include <vector>

namespace driftbench {

/// What the distribution's normalization and second moments are, for a Y with given eigenvalues.
struct Bingham {
  double log_normalization;     ///< log E exp(u^T Y u) for u uniform on the sphere
  std::vector<double> moments;  ///< E u_i^2 along the eigenvector i
};

/// The derivative of z - sum log(z - y_i) / 2.
inline double exponent_slope(const std::vector<double>& eigenvalues, double z) {
  double slope = 1;
  for (const double y : eigenvalues) slope -= 0.5 / (z - y);
  return slope;
}

/// Returns the z above all eigenvalues at which sum 1 / (z - y_i) is 2.
inline double saddle_point(const std::vector<double>& eigenvalues) {
  double top = eigenvalues[0];
  for (const double y : eigenvalues) top = std::fmax(top, y);
  double gap_low = 0, gap_high = 0.5 * static_cast<double>(eigenvalues.size());
  for (int i = 0; i < 200; ++i) {
    const double gap = 0.5 * (gap_low + gap_high);
    (exponent_slope(eigenvalues, top + gap) < 0 ? gap_low : gap_high) = gap;
  }
  return top + gap_high;
}

/// Integrates the distribution exactly, at any n. A Gaussian integral in n dimensions, taken in polar coordinates, is
/// the Laplace transform of the integral over spheres of radius sqrt(r); the inverse transform at r = 1 is
///
///   E exp(u^T Y u) = Gamma(n / 2) / (2 pi i) times the integral of exp(z) prod (z - y_i)^(-1/2) dz
///
/// along a path to the right of all eigenvalues. E u_i^2 is its logarithm's derivative by y_i. The path here is a
/// parabola through the saddle point, on which the integrand decays like a normal density, so that the trapezoidal rule
/// converges to double precision.
inline Bingham integrate_bingham(const std::vector<double>& eigenvalues) {
  using Complex = std::complex<double>;
  const double saddle = saddle_point(eigenvalues);
  double curvature = 0, peak = saddle;
  for (const double y : eigenvalues) {
    curvature += 0.5 / ((saddle - y) * (saddle - y));
    peak -= 0.5 * std::log(saddle - y);
  }
  const double bend = 0.15 * std::sqrt(curvature), end = std::sqrt(45 / bend);
  constexpr int kSteps = 4000;
  double sum = 0;
  std::vector<double> moments(eigenvalues.size());
  for (int i = -kSteps; i <= kSteps; ++i) {
    const double v = end * i / kSteps;
    const Complex z(saddle - bend * v * v, v), tangent(-2 * bend * v, 1);
    Complex exponent = z - peak;
    for (const double y : eigenvalues) exponent -= 0.5 * std::log(z - y);
    const Complex term = std::exp(exponent) * tangent / Complex(0, 1);
    sum += term.real();
    for (std::size_t j = 0; j < eigenvalues.size(); ++j) moments[j] += (0.5 * term / (z - eigenvalues[j])).real();
  }
  for (double& moment : moments) moment /= sum;
  const double step = end / kSteps, half = 0.5 * static_cast<double>(eigenvalues.size());
  return {std::lgamma(half) + peak + std::log(sum * step / (2 * std::numbers::pi)), moments};
}

}  // namespace driftbench
