#include <cstdio>

#include "runtime/sampler.h"
#include "runtime/schedule.h"

using namespace driftbench;

/// The row of the largest diagonal entry, as far as ||m||_F <= 1 allows.
template <int N>
struct LargestRow {
  using Estimate = RankOne<N>;
  Status operator()(const SymMatrix<N>& y, float t, Estimate& m) {
    int top = 0;
    for (int i = 1; i < N; ++i) top = y(i, i) > y(top, top) ? i : top;
    for (int j = 0; j < N; ++j) m.v[j] = y(top, j) / t;
    const float norm2 = dot(m.v, m.v);
    m.scale = norm2 < 1 ? 1 : 1 / norm2;
    if (std::isfinite(norm2)) return Status::kOk;
    m.set_zero();
    return Status::kNotFinite;
  }
};

int main() {
  static Sampler<64, LargestRow<64>> sampler;
  sampler.start(/*seed=*/1, /*chain=*/0);
  const UniformSchedule schedule(/*dt=*/0.5, /*t_end=*/256);
  for (std::int64_t i = 1; i <= schedule.steps(); ++i) {
    if (sampler.step(schedule.time(i)) != Status::kOk) return 1;
  }
  sampler.evaluate();
  std::printf("norm of the sample %.4f\n", frobenius_norm(sampler.estimate()));
}
