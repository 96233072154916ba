// The message-passing network as its definition reads, in double precision: the reference of kernels/message_passing.h.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "kernels/message_passing.h"
#include "kernels/sym_matrix.h"
#include "kernels/vec.h"

namespace driftbench {

/// The activation of a hidden unit.
inline double leaky(double x) { return x > 0 ? x : 0.01 * x; }

/// Returns the perceptron's output for the inputs x.
template <int Inputs, int Units>
double evaluate_exactly(const TwoLayers<Inputs, Units>& mlp, const std::array<double, Inputs>& x) {
  double sum = mlp.second_bias;
  for (int h = 0; h < Units; ++h) {
    double hidden = mlp.first_bias[h];
    for (std::size_t input = 0; input < Inputs; ++input) hidden += mlp.first[h][input] * x[input];
    sum += mlp.second[h] * leaky(hidden);
  }
  return sum;
}

/// Returns what aggregate_messages computes for node i.
template <int N>
double mean_message(const TwoLayers<3, 32>& mlp, const SymMatrix<N>& y, double t, const std::vector<double>& v, int i) {
  double sum = 0;
  for (int j = 0; j < N; ++j) {
    sum += evaluate_exactly<3, 32>(mlp, {v[static_cast<std::size_t>(i)], v[static_cast<std::size_t>(j)], y(i, j) / t});
  }
  return sum / N;
}

/// Returns the network's scores, from which the K largest are then chosen, as its definition reads.
template <int N>
std::vector<double> network_in_double(const MessagePassingWeights& weights, const SymMatrix<N>& y, double t,
                                      const Vec<N>& start) {
  std::vector<double> v(start.begin(), start.end()), next(N);
  for (int iteration = 0; iteration < 3; ++iteration) {
    double squares = 0;
    for (int i = 0; i < N; ++i) {
      double& sum = next[static_cast<std::size_t>(i)] = 0;
      for (int j = 0; j < N; ++j) sum += y(i, j) / t * v[static_cast<std::size_t>(j)];
      squares += sum * sum;
    }
    for (std::size_t i = 0; i < N; ++i) v[i] = next[i] / std::sqrt(squares);
  }
  for (int layer = 0; layer < 10; ++layer) {
    const double alpha = 0.85 / (1 + std::exp(-double{weights.logit_alpha[layer]}));
    for (std::size_t i = 0; i < N; ++i) {
      const double message = mean_message(weights.message[layer], y, t, v, static_cast<int>(i));
      next[i] = alpha * v[i] + (1 - alpha) * evaluate_exactly<2, 16>(weights.update[layer], {v[i], message});
    }
    std::swap(v, next);
  }
  const double tau = std::tanh(std::exp(double{weights.log_scale}) * t / N);
  for (double& s : v) s = weights.readout * s * tau + evaluate_exactly<2, 4>(weights.decoder, {s, tau});
  return v;
}

}  // namespace driftbench
