// Checks of what the benchmarks time, against references in double precision that are written as one would write them
// without the kernels. Each check returns an empty text where the result is right, and else which number is wrong, and
// by how much.
#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numbers>
#include <numeric>
#include <string>
#include <vector>

#include "bench/network_in_double.h"
#include "kernels/bounds.h"
#include "kernels/euler_maruyama.h"
#include "kernels/gaussian.h"
#include "kernels/message_passing.h"
#include "kernels/philox.h"
#include "kernels/prior.h"
#include "kernels/rank_one.h"
#include "kernels/sym_matrix.h"
#include "kernels/targets/sparse_signs.h"
#include "kernels/vec.h"
#include "runtime/observe.h"
#include "runtime/sampler.h"

namespace driftbench {

/// Checks that a number differs from its reference by no more than `allowed`. The format and its arguments name the
/// number.
template <class... Arguments>
std::string check_number(double value, double reference, double allowed, fmt::format_string<Arguments...> name,
                         Arguments... arguments) {
  const double error = std::fabs(value - reference);
  if (error <= allowed) return "";
  return fmt::format("{} is {:.6g} and should be {:.6g}: off by {:.2g}, where {:.2g} is allowed",
                     fmt::vformat(name, fmt::make_format_args(arguments...)), value, reference, error, allowed);
}

/// Element (i, j) of an estimate, in double precision.
template <int N>
double element_of(const RankOne<N>& m, int i, int j) {
  return static_cast<double>(m.scale) * m.v[i] * m.v[j];
}
template <int N>
double element_of(const SymMatrix<N>& m, int i, int j) {
  return m(i, j);
}

/// Checks that a is (full + full^T) / 2, up to the rounding of the sum.
template <int N>
std::string check_symmetric_part(const float* full, const SymMatrix<N>& a) {
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j < N; ++j) {
      const double exact = 0.5 * (static_cast<double>(full[i * N + j]) + full[j * N + i]);
      auto error = check_number(a(i, j), exact, double{kUnitRoundoff} * std::fabs(exact),
                                "element ({}, {}) of the symmetric part", i, j);
      if (!error.empty()) return error;
    }
  }
  return "";
}

/// Checks an element (i, j) of an array that holds the matrix m. An element of a rank-one matrix has two roundings, and
/// any other none.
template <class Estimate>
std::string check_array_element(const Estimate& m, int i, int j, double value) {
  constexpr bool kIsRankOne = requires { m.scale; };
  const double exact = element_of(m, i, j), allowed = kIsRankOne ? 2.5 * double{kUnitRoundoff} * std::fabs(exact) : 0;
  return check_number(value, exact, allowed, "element ({}, {}) of the array", i, j);
}
/// Checks that an N x N array holds m, a RankOne or a SymMatrix.
template <int N, template <int> class Estimate>
std::string check_full(const Estimate<N>& m, const float* full) {
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j < N; ++j) {
      const auto error = check_array_element(m, i, j, full[i * N + j]);
      if (!error.empty()) return error;
    }
  }
  return "";
}
/// Checks that an array of N (N + 1) / 2 numbers holds the lower triangle of m row by row.
template <int N, template <int> class Estimate>
std::string check_packed(const Estimate<N>& m, const float* packed) {
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j <= i; ++j) {
      const auto error = check_array_element(m, i, j, *packed++);
      if (!error.empty()) return error;
    }
  }
  return "";
}

/// Returns the normal at a position of an address (gaussian.h), by the transform of Box and Muller in double precision.
inline double normal_in_double(const RandomAddress& at, std::uint64_t position) {
  const std::uint64_t in_group = position % kGaussianGroup, in_row = in_group % kTile;
  const auto words = philox(at, position / kGaussianGroup * kPhiloxGroup + in_row / 2);
  const float uniform = static_cast<float>(words[in_row % 2] >> 1) + 0.5f;  // times 2^-31, as the header states
  const double radius = std::sqrt(-2 * std::log(static_cast<double>(uniform) * 0x1p-31));
  const double angle = 2 * std::numbers::pi * 0x1p-32 * words[2 + in_row % 2];
  return radius * (in_group < kTile ? std::cos(angle) : std::sin(angle));
}

/// Checks y <- A x, within the product's error bound and a relative error of `roundoff` in each term.
template <int N>
std::string check_product(const SymMatrix<N>& a, const Vec<N>& x, const float* y, double roundoff = 0) {
  for (int i = 0; i < N; ++i) {
    double exact = 0, magnitude = 0;
    for (int j = 0; j < N; ++j) {
      const double term = static_cast<double>(a(i, j)) * x[j];
      exact += term;
      magnitude += std::fabs(term);
    }
    auto error =
        check_number(y[i], exact, (multiply_error(padded(N)) + roundoff) * magnitude, "element {} of the product", i);
    if (!error.empty()) return error;
  }
  return "";
}

/// Checks that (z I - Y) R is I, within the error bound of a product with exact factors.
template <int N>
std::string check_resolvent(const SymMatrix<N>& y, double z, const SymMatrix<N>& r) {
  std::vector<double> product(N), magnitude(N);
  for (int i = 0; i < N; ++i) {
    std::fill(product.begin(), product.end(), 0);
    std::fill(magnitude.begin(), magnitude.end(), 0);
    for (int k = 0; k < N; ++k) {
      const double a = (i == k ? z : 0) - static_cast<double>(y(i, k));
      for (int j = 0; j < N; ++j) {
        product[static_cast<std::size_t>(j)] += a * r(k, j);
        magnitude[static_cast<std::size_t>(j)] += std::fabs(a * r(k, j));
      }
    }
    for (int j = 0; j < N; ++j) {
      const double allowed = double{multiply_error(padded(N))} * magnitude[static_cast<std::size_t>(j)];
      auto error = check_number(product[static_cast<std::size_t>(j)], i == j ? 1 : 0, allowed,
                                "element ({}, {}) of a matrix times its inverse", i, j);
      if (!error.empty()) return error;
    }
  }
  return "";
}

/// Checks that m is (z I - Y)^-1 over its trace, and that the trace is 2.
template <int N>
std::string check_spherical_mean(const SymMatrix<N>& y, double z, const SymMatrix<N>& m) {
  // If m = R / trace R, the trace of (z I - Y) m is N / trace R.
  double trace = 0, product = 0;
  for (int i = 0; i < N; ++i) {
    trace += m(i, i);
    for (int j = 0; j < N; ++j) product += ((i == j ? z : 0) - static_cast<double>(y(i, j))) * m(i, j);
  }
  auto error = check_number(trace, 1, 1e-5, "the trace of the mean");
  if (error.empty()) error = check_number(N / product, 2, 3 * kSphericalTraceError, "the trace of the resolvent");
  if (!error.empty()) return error;
  const auto r = std::make_unique<SymMatrix<N>>();
  add_multiple(static_cast<float>(N / product), m, *r);
  return check_resolvent(y, z, *r);
}

/// Checks that `after` is what euler_maruyama(m, dt, at, y) makes of y = `before`, within its error bound.
template <int N, class Estimate>
std::string check_update(const SymMatrix<N>& before, const Estimate& m, double dt, const RandomAddress& at,
                         const SymMatrix<N>& after) {
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j <= i; ++j) {
      const int position = SymMatrix<N>::tile_offset(i / kTile, j / kTile) + i % kTile * kTile + j % kTile;
      const double noise =
          std::sqrt(i == j ? dt : 0.5 * dt) * normal_in_double(at, static_cast<std::uint64_t>(position));
      const double drift = dt * element_of(m, i, j), old = before(i, j);
      auto error = check_number(after(i, j), old + drift + noise,
                                kEulerMaruyamaError * (std::fabs(old) + std::fabs(drift) + std::fabs(noise)),
                                "element ({}, {}) of Y after a step", i, j);
      if (!error.empty()) return error;
    }
  }
  return "";
}

/// Returns what top_k_signs computes, by sorting.
inline std::vector<double> top_k_in_double(const std::vector<double>& x, int k) {
  std::vector<std::size_t> order(x.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return std::fabs(x[a]) > std::fabs(x[b]); });
  order.resize(static_cast<std::size_t>(k));
  std::vector<double> p(x.size());
  for (const std::size_t i : order) p[i] = (x[i] < 0 ? -1 : 1) / std::sqrt(k);
  return p;
}

/// Checks p <- top_k_signs<K>(x).
template <int K, int N>
std::string check_top_k(const Vec<N>& x, const Vec<N>& p) {
  const auto exact = top_k_in_double({x.begin(), x.end()}, K);
  for (int i = 0; i < N; ++i) {
    const double expected = exact[static_cast<std::size_t>(i)];
    auto error = check_number(p[i], expected, 2 * kUnitRoundoff * std::fabs(expected), "entry {} of the K largest", i);
    if (!error.empty()) return error;
  }
  return "";
}

/// Checks the posterior means m of N signs +-a with fields B_i, precision q and prior odds `odds`. The exponents, whose
/// roundings become relative errors, stay below 80.
template <int N>
std::string check_posterior_means(double a, double q, double odds, const Vec<N>& field, const Vec<N>& m) {
  constexpr double kRelative = 100 * static_cast<double>(kUnitRoundoff);
  for (int i = 0; i < N; ++i) {
    const double plus = std::exp(a * field[i] - 0.5 * q * a * a), minus = std::exp(-a * field[i] - 0.5 * q * a * a);
    const double exact = a * (plus - minus) / (plus + minus + 2 * odds);
    const auto error = check_number(m[i], exact, kRelative * std::fabs(exact), "posterior mean {}", i);
    if (!error.empty()) return error;
  }
  return "";
}

/// Returns the unit vector that so many power iterations with a make of x.
template <int N>
std::vector<double> power_iteration_in_double(const SymMatrix<N>& a, int iterations, const Vec<N>& x) {
  std::vector<double> v(x.begin(), x.end()), next(N);
  for (int iteration = 0; iteration < iterations; ++iteration) {
    double squares = 0;
    for (int i = 0; i < N; ++i) {
      double sum = 0;
      for (int j = 0; j < N; ++j) sum += static_cast<double>(a(i, j)) * v[static_cast<std::size_t>(j)];
      next[static_cast<std::size_t>(i)] = sum;
      squares += sum * sum;
    }
    for (std::size_t i = 0; i < N; ++i) v[i] = next[i] / std::sqrt(squares);
  }
  return v;
}

/// The time at which steps are checked: there the leading eigenvector of Y is twice as long as the next, so that 25
/// power iterations find it, and the posterior is sure of each entry's sign.
template <int N>
inline constexpr float kCheckedTime = 8.0f * N;

/// Y <- an observation of a draw of the target at kCheckedTime, or of 0 where w = 0.
template <int K, int N>
void observe_for_check(float w, SymMatrix<N>& y) {
  RankOne<N> x;
  SparseSigns<N, K>{w}.draw({1, Stream::kTarget, 0, 0}, x);
  observe(x, kCheckedTime<N>, {1, Stream::kNoise, 0, 0}, y);
}

/// Checks that an estimate is s p p^T to within a Frobenius distance, with p the K largest entries' signs of Y's
/// leading eigenvector.
template <int K, int N>
std::string check_pattern(const SymMatrix<N>& y, const RankOne<N>& estimate, double s, double allowed) {
  Vec<N> start;
  fill_gaussian({2, Stream::kDrift, 0, 0}, start);
  const auto p = top_k_in_double(power_iteration_in_double(y, 50, start), K);
  double squares = 0;
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j < N; ++j) {
      const double expected = s * p[static_cast<std::size_t>(i)] * p[static_cast<std::size_t>(j)];
      squares += std::pow(element_of(estimate, i, j) - expected, 2);
    }
  }
  return check_number(std::sqrt(squares), 0, allowed, "the distance of the estimate from {} p p^T", s);
}

/// Checks a step of a sampler whose drift estimates sign patterns: at kCheckedTime the estimate is that of the pattern
/// in Y where there is one and else 0, to within a Frobenius distance, and Y moves by estimate and noise. A product of
/// the drift's architecture with this Y is checked, too.
template <int K, int N, class D, class Arch>
std::string check_step(Sampler<N, D, Arch>& sampler, double allowed) {
  constexpr float kStep = 0.5f;
  const auto y = std::make_unique<SymMatrix<N>>();
  for (const float s : {0.0f, 1.0f}) {
    observe_for_check<K>(s, *y);
    Vec<N> x, product;
    fill_gaussian({3, Stream::kDrift, 0, 0}, x);
    multiply<Arch>(*y, x, product);
    if (const auto error = check_product(*y, x, product.data); !error.empty()) return error;
    sampler.start(1, 0, kCheckedTime<N>, *y);
    if (const Status status = sampler.step(kCheckedTime<N> + kStep); status == Status::kNotFinite) {
      return to_string(status);
    }
    if (const auto error = check_pattern<K>(*y, sampler.estimate(), s, allowed); !error.empty()) return error;
    const auto error = check_update(*y, sampler.estimate(), kStep, {1, Stream::kNoise, 0, 0}, sampler.y());
    if (!error.empty()) return error;
  }
  return "";
}

/// Checks the network's scores v on Y / t, from `start`, to 1e-5 of the largest.
template <int N>
std::string check_scores(const MessagePassingWeights& weights, const SymMatrix<N>& y, float t, const Vec<N>& start,
                         const Vec<N>& v) {
  const auto exact = network_in_double(weights, y, double{t}, start);
  double largest = 0;
  for (const double score : exact) largest = std::max(largest, std::fabs(score));
  for (int i = 0; i < N; ++i) {
    const auto error = check_number(v[i], exact[static_cast<std::size_t>(i)], 1e-5 * largest, "score {}", i);
    if (!error.empty()) return error;
  }
  return "";
}

/// Checks that an estimate is s s^T, with s the K scores of largest magnitude, scaled down to unit norm where they have
/// more.
template <int K, int N>
std::string check_largest_scores(const Vec<N>& scores, const RankOne<N>& estimate) {
  std::vector<double> kept = top_k_in_double({scores.begin(), scores.end()}, K);
  double squares = 0;
  for (int i = 0; i < N; ++i) {
    double& score = kept[static_cast<std::size_t>(i)];
    score = score == 0 ? 0 : static_cast<double>(scores[i]);
    squares += score * score;
  }
  const double norm = std::fmax(1, std::sqrt(squares)), roundoff = double{dot_error(padded(N))} + 4 * kUnitRoundoff;
  for (int i = 0; i < N; ++i) {
    const double expected = kept[static_cast<std::size_t>(i)] / norm;
    const auto error =
        check_number(estimate.v[i], expected, roundoff * std::fabs(expected), "score {} that is kept", i);
    if (!error.empty()) return error;
  }
  return check_number(estimate.scale, 1, 0, "the scale of the estimate");
}

}  // namespace driftbench
