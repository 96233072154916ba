// A SizedDenoiser applies a drift of a compile-time size to matrices from outside.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "kernels/drift.h"
#include "kernels/philox.h"
#include "kernels/rank_one.h"
#include "kernels/sym_matrix.h"
#include "tools/drifts/any_drift.h"
#include "tools/sizes/compiled_size.h"

namespace driftbench {

template <int N>
float element(const RankOne<N>& a, int i, int j) {
  return a.scale * (a.v[i] * a.v[j]);
}
template <int N>
float element(const SymMatrix<N>& a, int i, int j) {
  return a(i, j);
}

template <int N, class E>
class SizedDenoiser final : public Denoiser {
 public:
  SizedDenoiser(AnyDrift<N, E> drift, std::uint64_t seed) : drift_(std::move(drift)), seed_(seed) {}

  Status denoise(std::span<float> matrix, int n, float t, std::uint64_t chain) override {
    const auto at = [&](int i, int j) -> float& { return matrix[static_cast<std::size_t>(i) * n + j]; };
    y_.set_zero();
    for (int i = 0; i < n; ++i) {
      for (int j = 0; j <= i; ++j) y_.set(i, j, 0.5f * at(i, j) + 0.5f * at(j, i));
    }
    const Status status = evaluate_drift(drift_, {seed_, Stream::kDrift, chain, 0}, y_, t, estimate_);
    for (int i = 0; i < n; ++i) {
      for (int j = 0; j < n; ++j) at(i, j) = element(estimate_, i, j);
    }
    return status;
  }

 private:
  AnyDrift<N, E> drift_;
  std::uint64_t seed_;
  SymMatrix<N> y_;
  E estimate_{};
};

}  // namespace driftbench
