// A Diffusion runs a drift at a size that is known at run time only. A profile takes its steps from one.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "kernels/rank_one.h"
#include "kernels/status.h"
#include "kernels/sym_matrix.h"
#include "kernels/work.h"
#include "runtime/step_timer.h"
#include "tools/drifts/any_drift.h"
#include "tools/measurements/chain.h"

namespace driftbench {

/// A diffusion with one drift, run chain by chain. A step has two halves, as in Sampler: evaluate() calls the drift,
/// advance() updates Y.
class Diffusion {
 public:
  virtual ~Diffusion() = default;
  /// Returns the names of the drift's own phases, by the index with which the drift notifies its probe.
  virtual const std::vector<std::string>& phases() const = 0;
  /// Returns the work of each of the drift's products, and of the rest of a call.
  virtual DriftWork work() const = 0;
  virtual void start(std::uint64_t chain) = 0;
  virtual Status evaluate() = 0;
  virtual Status evaluate(StepTimer& timer) = 0;
  virtual void advance(float t_next) = 0;
  virtual float t() const = 0;
  /// Returns the largest magnitude of an element of Y.
  virtual float largest() const = 0;
  /// Returns the Frobenius norm of the last evaluation's estimate m.
  virtual float norm() const = 0;
  /// Returns how many numbers copy_estimate writes for m: the n entries of sqrt(scale) v where m = scale v v^T, else
  /// the n x n entries of m row by row.
  virtual std::size_t estimate_size() const = 0;
  virtual void copy_estimate(std::span<float> numbers) const = 0;
};

namespace diffusion_detail {

template <int N>
constexpr std::size_t size_of(const RankOne<N>*) {
  return N;
}
template <int N>
constexpr std::size_t size_of(const SymMatrix<N>*) {
  return std::size_t{N} * N;
}

template <int N>
void copy(const RankOne<N>& m, std::span<float> numbers) {
  for (int i = 0; i < N; ++i) numbers[static_cast<std::size_t>(i)] = std::sqrt(m.scale) * m.v[i];
}
template <int N>
void copy(const SymMatrix<N>& m, std::span<float> numbers) {
  for (int i = 0; i < N; ++i) {
    for (int j = 0; j < N; ++j) numbers[static_cast<std::size_t>(i * N + j)] = m(i, j);
  }
}

}  // namespace diffusion_detail

template <int N, class E>
class SizedDiffusion final : public Diffusion {
 public:
  SizedDiffusion(AnyDrift<N, E> drift, std::uint64_t seed)
      : phases_(drift.phases()), work_(drift.work()), sampler_(std::move(drift)), seed_(seed) {}

  const std::vector<std::string>& phases() const override { return phases_; }
  DriftWork work() const override { return work_; }
  void start(std::uint64_t chain) override { sampler_.start(seed_, chain); }
  Status evaluate() override { return sampler_.evaluate(); }
  Status evaluate(StepTimer& timer) override {
    return sampler_.evaluate([&timer](int phase) { timer(phase); });
  }
  void advance(float t_next) override { sampler_.advance(t_next); }
  float t() const override { return sampler_.t(); }
  float largest() const override { return largest_element(sampler_.y()); }
  float norm() const override { return frobenius_norm(sampler_.estimate()); }
  std::size_t estimate_size() const override { return diffusion_detail::size_of(static_cast<const E*>(nullptr)); }
  void copy_estimate(std::span<float> numbers) const override { diffusion_detail::copy(sampler_.estimate(), numbers); }

 private:
  std::vector<std::string> phases_;
  DriftWork work_;
  AnySampler<N, E> sampler_;
  std::uint64_t seed_;
};

}  // namespace driftbench
