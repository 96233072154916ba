// A SizedDraws makes draws of the target at a compile-time size.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/philox.h"
#include "kernels/rank_one.h"
#include "kernels/sym_matrix.h"
#include "kernels/target.h"
#include "runtime/observe.h"
#include "tools/measurements/matrix_numbers.h"
#include "tools/measurements/requests.h"
#include "tools/sizes/compiled_size.h"

namespace driftbench {

template <Target T>
class SizedDraws final : public Draws {
  static constexpr int N = T::kN;

 public:
  explicit SizedDraws(const T& target) : target_(target) {}

  void draw(std::uint64_t seed, std::int64_t i, float t) override {
    if (t > 0) {
      draw_observation(target_, seed, i, t, x_, y_);
    } else {
      target_.draw({seed, Stream::kTarget, static_cast<std::uint64_t>(i), 0}, x_);
      y_.set_zero();
    }
  }
  std::span<const float> x(MatrixForm form) override {
    write_numbers(x_, form, x_numbers_);
    return x_numbers_;
  }
  std::span<const float> y() override {
    write_numbers(y_, MatrixForm::kFull, y_numbers_);
    return y_numbers_;
  }

 private:
  T target_;
  RankOne<N> x_;
  SymMatrix<N> y_;
  std::vector<float> x_numbers_, y_numbers_;
};

}  // namespace driftbench
