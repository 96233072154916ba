// The diffusion with the power drift as one would write it without this library: with OpenBLAS and the standard
// library.
#pragma once

#include <cblas.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

namespace driftbench {

/// State and step of dY = m dt + dW, where m takes 25 power iterations, the k largest entries, and a gate at 0.7.
/// Matrices are column-major, and only the lower triangle is kept up to date, which is all that ssymv reads.
class StraightforwardPower {
 public:
  StraightforwardPower(int n, int k, unsigned seed)
      : n_(n), k_(k), y_(size(n, n)), v_(size(n, 1)), w_(v_), random_(seed) {}

  std::vector<float>& y() { return y_; }
  std::vector<float>& v() { return v_; }
  /// The estimate is scale() p p^T with p = v(), once step() has returned.
  float scale() const { return scale_; }

  /// Replaces v by the unit vector that 25 power iterations from it give.
  void iterate() {
    for (int i = 0; i < 25; ++i) {
      cblas_ssymv(CblasColMajor, CblasLower, n_, 1.0f, y_.data(), n_, v_.data(), 1, 0.0f, w_.data(), 1);
      cblas_sscal(n_, 1.0f / cblas_snrm2(n_, w_.data(), 1), w_.data(), 1);
      std::swap(v_, w_);
    }
  }

  void step(float t, float dt) {
    for (float& value : v_) value = normal_(random_);
    iterate();
    keep_top_k();
    cblas_ssymv(CblasColMajor, CblasLower, n_, 1.0f, y_.data(), n_, v_.data(), 1, 0.0f, w_.data(), 1);
    scale_ = cblas_sdot(n_, v_.data(), 1, w_.data(), 1) >= 0.7f * t ? 1.0f : 0.0f;
    cblas_ssyr(CblasColMajor, CblasLower, n_, dt * scale_, v_.data(), 1, y_.data(), n_);
    const float deviation = std::sqrt(0.5f * dt);
    for (int j = 0; j < n_; ++j) {
      y_[size(n_, j) + size(j, 1)] += std::sqrt(dt) * normal_(random_);
      for (int i = j + 1; i < n_; ++i) y_[size(n_, j) + size(i, 1)] += deviation * normal_(random_);
    }
  }

 private:
  static std::size_t size(int rows, int columns) {
    return static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
  }

  void keep_top_k() {
    order_.resize(v_.size());
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::nth_element(order_.begin(), order_.begin() + k_, order_.end(),
                     [&](std::size_t a, std::size_t b) { return std::fabs(v_[a]) > std::fabs(v_[b]); });
    std::fill(w_.begin(), w_.end(), 0.0f);
    const float magnitude = 1.0f / std::sqrt(static_cast<float>(k_));
    for (int i = 0; i < k_; ++i) {
      const std::size_t index = order_[size(i, 1)];
      w_[index] = std::copysign(magnitude, v_[index]);
    }
    std::swap(v_, w_);
  }

  int n_, k_;
  std::vector<float> y_, v_, w_;
  std::vector<std::size_t> order_;
  float scale_ = 0;
  std::mt19937_64 random_;
  std::normal_distribution<float> normal_;
};

}  // namespace driftbench
