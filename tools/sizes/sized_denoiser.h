// A SizedDenoiser is the Denoiser of a compile-time size.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "kernels/asymmetry.h"
#include "kernels/drift.h"
#include "kernels/philox.h"
#include "kernels/plain_arrays.h"
#include "kernels/sym_matrix.h"
#include "tools/drifts/any_drift.h"
#include "tools/sizes/denoiser.h"

namespace driftbench {

template <int N, class E>
class SizedDenoiser final : public Denoiser {
 public:
  SizedDenoiser(AnyDrift<N, E> drift, std::uint64_t seed) : drift_(std::move(drift)), seed_(seed) {}

  std::optional<Asymmetry> take(std::span<const float> matrix, int n) override {
    n_ = n;
    const float* full = matrix.data();
    if (n < N) {
      padded_.assign(full_count(N), 0.0f);
      copy_rows(full, n, padded_.data(), N);
      full = padded_.data();
    }
    if (!fill_from_full(full, y_)) return std::nullopt;
    return measure_asymmetry<N>(full);
  }

  Status denoise(float t, std::uint64_t chain, std::span<float> estimate) override {
    const Status status = evaluate_drift(drift_, {seed_, Stream::kDrift, chain, 0}, y_, t, estimate_);
    if (n_ == N) {
      write_full(estimate_, estimate.data());
    } else {
      write_full(estimate_, padded_.data());
      copy_rows(padded_.data(), N, estimate.data(), n_);
    }
    return status;
  }

 private:
  /// Copies the first n_ numbers of each of the first n_ rows between full arrays that have so many columns.
  void copy_rows(const float* from, int from_columns, float* to, int to_columns) const {
    for (int i = 0; i < n_; ++i, from += from_columns, to += to_columns) std::copy_n(from, n_, to);
  }

  AnyDrift<N, E> drift_;
  std::uint64_t seed_;
  int n_ = N;
  SymMatrix<N> y_;
  E estimate_{};
  std::vector<float> padded_;  // N x N numbers, once a matrix is smaller
};

}  // namespace driftbench
