// A SizedDiffusion runs a drift of a compile-time size.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "kernels/drift.h"
#include "kernels/plain_arrays.h"
#include "kernels/rank_one.h"
#include "kernels/status.h"
#include "kernels/sym_matrix.h"
#include "kernels/target.h"
#include "kernels/work.h"
#include "runtime/step_timer.h"
#include "tools/drifts/any_drift.h"
#include "tools/drifts/process_drift.h"
#include "tools/drifts/registry.h"
#include "tools/measurements/requests.h"
#include "tools/measurements/statuses.h"
#include "tools/sizes/diffusion.h"
#include "tools/sizes/size_id.h"

namespace driftbench {

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
  write_full(m, numbers.data());
}

}  // namespace diffusion_detail

template <int N, class E>
class SizedDiffusion final : public Diffusion {
 public:
  SizedDiffusion(AnyDrift<N, E> drift, std::uint64_t seed)
      : phases_(drift.phases()), work_(drift.work()), sampler_(std::move(drift)), seed_(seed) {}

  const std::vector<Phase>& phases() const override { return phases_; }
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
  std::vector<Phase> phases_;
  DriftWork work_;
  AnySampler<N, E> sampler_;
  std::uint64_t seed_;
};

/// Makes the diffusion of the request's drift, which the size must have.
template <Target T>
std::unique_ptr<Diffusion> make_diffusion(const Request& request) {
  return with_any_drift<T>(
      request.drift, [&]<class E>(const DriftEntry<T::kN, E>& entry) -> std::unique_ptr<Diffusion> {
        return std::make_unique<SizedDiffusion<T::kN, E>>(entry.make(request.settings), request.seed);
      });
}

/// Makes the same where this is the size of T; null where it is not.
template <Target T>
Diffusion* make_diffusion_at(const SizeId& size, const Request& request) {
  return size == size_id<T>() ? make_diffusion<T>(request).release() : nullptr;
}

}  // namespace driftbench
