// A diffusion whose steps do what a test says.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "runtime/clock.h"
#include "tools/sizes/diffusion.h"

namespace driftbench {

/// The fake diffusion has a drift without phases of its own, and then the noise.
class FakeDiffusion final : public Diffusion {
 public:
  /// drift(i) does all of evaluation i, and noise() all of an update.
  FakeDiffusion(std::function<void(std::int64_t)> drift, std::function<void()> noise)
      : drift_(std::move(drift)), noise_(std::move(noise)) {}

  const std::vector<Phase>& phases() const override { return none_; }
  DriftWork work() const override { return {}; }
  void start(std::uint64_t) override { t_ = 0; }
  Status evaluate() override {
    drift_(evaluations_++);
    return Status::kOk;
  }
  Status evaluate(StepTimer&) override { return evaluate(); }
  void advance(float t_next) override {
    noise_();
    t_ = t_next;
  }
  float t() const override { return t_; }
  float largest() const override { return 1.5f; }
  float norm() const override { return 0.25f; }
  std::size_t estimate_size() const override { return 1; }
  void copy_estimate(std::span<float> numbers) const override { std::fill(numbers.begin(), numbers.end(), 0.5f); }

 private:
  std::function<void(std::int64_t)> drift_;
  std::function<void()> noise_;
  std::vector<Phase> none_;
  std::int64_t evaluations_ = 0;
  float t_ = 0;
};

/// Lets this time pass on the clock that profiles read.
inline void pass_ns(double ns) {
  const TickClock& clock = tick_clock();
  const std::uint64_t start = clock.now();
  while (clock.to_ns(clock.now() - start) < ns) continue;
}

}  // namespace driftbench
