#pragma once

#include "kernels/bfloat16_matrix.h"
#include "kernels/drift.h"
#include "kernels/drifts/pattern.h"
#include "kernels/gaussian.h"
#include "kernels/leading_eigenvector.h"
#include "kernels/target.h"
#include "kernels/work.h"

namespace driftbench {

/// 25 power iterations from a random unit vector, then the target's nearest pattern, then a gate at 0.7 (Montanari and
/// Vu, arXiv 2503.08028, section on numerical illustration). 25 N^2 + K N / 2 multiply-adds and 31 N comparisons for K
/// sparse signs. The status is kOk, or kNotFinite with the estimate 0.
template <RoundedTarget T, class Arch = DefaultArch>
class Power {
 protected:
  static constexpr int N = T::kN;

 public:
  using Estimate = RankOne<N>;
  static constexpr char kName[] = "power";
  static constexpr char kSummary[] = "25 power iterations, rounded to the nearest u, gate at 0.7";
  static constexpr Phase kPhases[] = {kProductPhase, {"iterate"}, {"top_k"}, {"gate"}};
  static constexpr int kIterations = 25;
  static constexpr float kGate = 0.7f;

  T target;

  void randomize(const RandomAddress& at) { address_ = at; }

  template <class Probe = NoProbe>
  Status operator()(const SymMatrix<N>& y, float t, Estimate& m, Probe&& probe = {}) {
    return evaluate(y, y, t, m, probe);
  }

 protected:
  /// Computes the drift at y. The iterations run on a matrix that stands for y.
  template <class Matrix, class Probe>
  Status evaluate(const Matrix& iterated, const SymMatrix<N>& y, float t, Estimate& m, Probe& probe) {
    fill_gaussian<Arch>(address_, v_);
    const Status status =
        normalize<Arch>(v_) ? power_iteration<Arch>(iterated, kIterations, v_, workspace_, probe) : Status::kNotFinite;
    if (status == Status::kNotFinite) {
      m.set_zero();
      return status;
    }
    round_to_pattern<Arch>(target, v_, m);
    probe(2);
    gate<Arch>(y, t, kGate, m);
    probe(3);
    return status;
  }

 private:
  RandomAddress address_;
  Vec<N> v_, workspace_;
};

/// Power with its iterations on a copy of Y in bfloat16, which has half the bytes; the gate reads Y itself. It keeps
/// half a matrix more.
template <RoundedTarget T, class Arch = DefaultArch>
class PowerBFloat16 : public Power<T, Arch> {
  static constexpr int N = T::kN;

 public:
  using typename Power<T, Arch>::Estimate;
  static constexpr char kName[] = "power-bf16";
  static constexpr char kVariantOf[] = "power";
  static constexpr char kSummary[] = "power with its iterations on a copy of the matrix in bfloat16";
  static constexpr Phase kPhases[] = {kProductPhase, {"iterate"}, {"top_k"}, {"gate"}, {"round"}};

  template <class Probe = NoProbe>
  Status operator()(const SymMatrix<N>& y, float t, Estimate& m, Probe&& probe = {}) {
    round_to_bfloat16<Arch>(y, rounded_);
    probe(4);
    return this->evaluate(rounded_, y, t, m, probe);
  }

  /// A product takes one operation for each element to make it a float. Rounding takes eleven for each pair of
  /// elements.
  static constexpr DriftWork work() {
    constexpr double kElements = 0.5 * N * N;
    return {{sizeof(BFloat16Matrix<N>), 2 * kElements, kElements},
            kPass<N> + MatrixWork{sizeof(BFloat16Matrix<N>), 0, 5.5 * kElements}};
  }

 private:
  BFloat16Matrix<N> rounded_;
};

}  // namespace driftbench
