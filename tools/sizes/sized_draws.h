// A SizedDraws makes draws of the target at a compile-time size.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/philox.h"
#include "kernels/rank_one.h"
#include "kernels/sym_matrix.h"
#include "runtime/target.h"
#include "tools/measurements/matrix_numbers.h"
#include "tools/measurements/requests.h"
#include "tools/sizes/compiled_size.h"

namespace driftbench {

template <int N, int K>
class SizedDraws final : public Draws {
 public:
  void draw(std::uint64_t seed, std::int64_t i, float t, double w) override {
    if (t > 0) {
      draw_observation<K>(seed, i, t, static_cast<float>(w), x_, y_);
    } else {
      draw_target<K>({seed, Stream::kTarget, static_cast<std::uint64_t>(i), 0}, static_cast<float>(w), x_);
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
  RankOne<N> x_;
  SymMatrix<N> y_;
  std::vector<float> x_numbers_, y_numbers_;
};

}  // namespace driftbench
