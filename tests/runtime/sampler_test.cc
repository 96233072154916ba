#include "runtime/sampler.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <vector>

#include "kernels/drifts/power.h"
#include "kernels/drifts/ungated.h"
#include "kernels/drifts/zero.h"
#include "kernels/targets/sparse_signs.h"
#include "runtime/schedule.h"
#include "tests/support.h"

namespace driftbench {
namespace {

// The compiler knows the footprint, which is half a matrix and some vectors.
static_assert(sizeof(Sampler<350, Power<SparseSigns<350, 20>>>) < 0.3 * 1024 * 1024);

constexpr int kN = 20;

/// A drift that counts its calls and returns a constant matrix, or fails from some call on.
struct Constant {
  using Estimate = SymMatrix<kN>;
  Status operator()(const SymMatrix<kN>&, float t, Estimate& m) {
    ++calls;
    last_t = t;
    m.set_zero();
    if (calls >= failing_call) return Status::kNotFinite;
    m.set(2, 1, 100.0f);
    return Status::kOk;
  }
  int calls = 0, failing_call = 1000;
  float last_t = -1.0f;
};

template <class Arch>
class SamplerTest : public ::testing::Test {
 protected:
  using PowerSampler = Sampler<kN, Power<SparseSigns<kN, 3>, Arch>, Arch>;

  template <class S>
  static std::vector<float> path(S& sampler, std::uint64_t seed, std::uint64_t chain, const Schedule auto& schedule) {
    std::vector<float> values;
    sampler.start(seed, chain);
    for (std::int64_t i = 1; i <= schedule.steps(); ++i) {
      sampler.step(schedule.time(i));
      values.insert(values.end(), std::begin(sampler.y().data), std::end(sampler.y().data));
    }
    return values;
  }
};
TYPED_TEST_SUITE(SamplerTest, Architectures);

TYPED_TEST(SamplerTest, StartsAtZeroWithoutADrift) {
  Sampler<kN, Constant, TypeParam> sampler;
  sampler.start(1, 1);
  EXPECT_EQ(sampler.t(), 0.0f);
  EXPECT_TRUE(same_bits(sampler.y(), SymMatrix<kN>{}));
  EXPECT_EQ(sampler.step(0.5f), Status::kOk);
  EXPECT_EQ(sampler.drift().calls, 0);
  EXPECT_EQ(sampler.estimate()(2, 1), 0.0f);
  EXPECT_EQ(sampler.t(), 0.5f);
  sampler.step(2.0f);
  EXPECT_EQ(sampler.drift().calls, 1);
  EXPECT_EQ(sampler.drift().last_t, 0.5f);
  EXPECT_EQ(sampler.estimate()(2, 1), 100.0f);
  sampler.start(1, 1);
  EXPECT_EQ(sampler.t(), 0.0f);
  EXPECT_TRUE(same_bits(sampler.y(), SymMatrix<kN>{}));
  EXPECT_TRUE(same_bits(sampler.estimate(), SymMatrix<kN>{}));
}

// The noise is the same with and without the drift, so the difference of the two is the sum of dt m.
TYPED_TEST(SamplerTest, DriftIsIntegratedOverTime) {
  Sampler<kN, Constant, TypeParam> with;
  Sampler<kN, Zero<kN>, TypeParam> without;
  with.start(1, 2);
  without.start(1, 2);
  for (float t : {0.5f, 0.75f, 2.0f}) {
    with.step(t);
    without.step(t);
  }
  EXPECT_NEAR(with.y()(2, 1) - without.y()(2, 1), 150.0f, 1e-4f);
  EXPECT_EQ(with.y()(3, 1), without.y()(3, 1));
}

TYPED_TEST(SamplerTest, AFailingDriftLeavesNoise) {
  Sampler<kN, Constant, TypeParam> failing(Constant{.failing_call = 1});
  Sampler<kN, Zero<kN>, TypeParam> noise;
  failing.start(1, 3);
  noise.start(1, 3);
  EXPECT_EQ(failing.step(1.0f), Status::kOk);
  EXPECT_EQ(failing.step(2.0f), Status::kNotFinite);
  noise.step(1.0f);
  noise.step(2.0f);
  for (int i = 0; i < kN; ++i) {
    for (int j = 0; j <= i; ++j) EXPECT_EQ(failing.y()(i, j), noise.y()(i, j));
  }
}

TYPED_TEST(SamplerTest, StepIsEvaluateThenAdvance) {
  typename TestFixture::PowerSampler whole, halves;
  whole.start(4, 5);
  halves.start(4, 5);
  for (float t = 5.0f; t <= 80.0f; t += 5.0f) {
    const Status status = whole.step(t);
    EXPECT_EQ(halves.evaluate(), status);
    EXPECT_TRUE(same_bits(halves.estimate(), whole.estimate()));
    halves.advance(t);
    EXPECT_TRUE(same_bits(halves.y(), whole.y()));
  }
}

TYPED_TEST(SamplerTest, AnEstimateOfTheCallersTakesThePlaceOfTheOwn) {
  typename TestFixture::PowerSampler whole, given, added;
  for (auto* sampler : {&whole, &given, &added}) sampler->start(4, 5);
  Sampler<kN, Zero<kN>, TypeParam> zero;
  zero.start(4, 5);
  for (float t = 5.0f; t <= 80.0f; t += 5.0f) {
    whole.step(t);
    const auto m = whole.estimate();
    given.advance(m, t);
    EXPECT_TRUE(same_bits(given.y(), whole.y()));
    EXPECT_TRUE(same_bits(given.estimate(), RankOne<kN>{}));
    SymMatrix<kN> dense;
    add_multiple<TypeParam>(1.0f, m, dense);
    zero.advance(dense, t);
    added.advance_with([&](float dt, SymMatrix<kN>& y) { add_multiple<TypeParam>(dt, dense, y); }, t);
    EXPECT_TRUE(same_bits(added.y(), zero.y()));
    EXPECT_EQ(added.t(), t);
  }
}

TYPED_TEST(SamplerTest, AChainIsNamedBySeedAndChain) {
  typename TestFixture::PowerSampler sampler;
  const UniformSchedule schedule(1.0, 60.0);
  const auto first = this->path(sampler, 6, 7, schedule);
  EXPECT_NE(this->path(sampler, 6, 8, schedule), first);
  EXPECT_NE(this->path(sampler, 7, 7, schedule), first);
  EXPECT_EQ(this->path(sampler, 6, 7, schedule), first);
  typename TestFixture::PowerSampler fresh;
  EXPECT_EQ(this->path(fresh, 6, 7, schedule), first);
}

TYPED_TEST(SamplerTest, StepsOfAChainDiffer) {
  Sampler<kN, Zero<kN>, TypeParam> sampler;
  sampler.start(1, 1);
  sampler.step(1.0f);
  const float first = sampler.y()(1, 0);
  sampler.step(2.0f);
  EXPECT_NE(sampler.y()(1, 0), 2.0f * first);
}

TYPED_TEST(SamplerTest, SchedulesOfTheSameTimesAreTheSame) {
  typename TestFixture::PowerSampler sampler;
  const std::vector<float> times{0.5f, 1.0f, 1.5f, 2.0f};
  EXPECT_EQ(this->path(sampler, 1, 1, GridSchedule(times)), this->path(sampler, 1, 1, UniformSchedule(0.5, 2.0)));
}

// The steps have a dt far from 1, so that noise of deviation sqrt(dt) differs from noise of deviation dt. The 190
// elements of variance t / 2 make a chi-square, with two sides at 4.2e-8.
TYPED_TEST(SamplerTest, NoiseGrowsWithTheTimeWhateverTheSteps) {
  Sampler<kN, Zero<kN>, TypeParam> sampler;
  const std::vector<float> times{1.0f, 9.0f, 9.5f, 400.0f};
  double squares = 0.0;
  for (std::uint64_t chain = 0; chain < 100; ++chain) {
    sampler.start(2, chain);
    for (float t : times) sampler.step(t);
    for (int i = 0; i < kN; ++i) {
      for (int j = 0; j < i; ++j) squares += static_cast<double>(sampler.y()(i, j)) * sampler.y()(i, j) / 200.0;
    }
  }
  EXPECT_FALSE(improbable_chi_square(squares, 100 * 190)) << squares;
}

/// A chain started from (y, t) does what it would have done had it come there itself.
TYPED_TEST(SamplerTest, StartsFromAnObservation) {
  Sampler<kN, Constant, TypeParam> sampler, resumed;
  SymMatrix<kN> y;
  rank_one_update(3.0f, Vec<kN>{{1, 2}}, y);
  resumed.start(1, 2, 7.0f, y);
  EXPECT_EQ(resumed.t(), 7.0f);
  EXPECT_TRUE(same_bits(resumed.y(), y));
  resumed.step(8.0f);
  EXPECT_EQ(resumed.drift().last_t, 7.0f);
  sampler.start(1, 2);
  sampler.advance(1.0f);
  for (int i = 0; i < kN; ++i) {
    for (int j = 0; j <= i; ++j) {
      const float drift = resumed.estimate()(i, j);
      EXPECT_NEAR(resumed.y()(i, j), y(i, j) + drift + sampler.y()(i, j), 1e-4f * (1 + std::fabs(drift)));
    }
  }
}

/// A chain may start from the sampler's own matrix, as for several futures of one path.
TYPED_TEST(SamplerTest, StartsFromItsOwnMatrix) {
  Sampler<kN, Constant, TypeParam> sampler;
  sampler.start(1, 2);
  sampler.step(1.0f);
  sampler.step(2.0f);
  const SymMatrix<kN> y = sampler.y();
  sampler.start(1, 3, sampler.t(), sampler.y());
  EXPECT_EQ(sampler.t(), 2.0f);
  EXPECT_TRUE(same_bits(sampler.y(), y));
  EXPECT_TRUE(same_bits(sampler.estimate(), SymMatrix<kN>{}));
}

/// A drift that keeps the addresses of its random numbers.
struct Randomized {
  using Estimate = SymMatrix<kN>;
  void randomize(const RandomAddress& at) { steps.push_back(at.step); }
  Status operator()(const SymMatrix<kN>&, float, Estimate& m) {
    m.set_zero();
    return Status::kOk;
  }
  std::vector<std::uint64_t> steps;
};

/// Each step has its own random numbers, along the diffusion and along the flow.
/// A drift that remembers its last call must not carry over what a chain of the same name did before.
TYPED_TEST(SamplerTest, AChainStartsAnew) {
  using UngatedSampler = Sampler<kN, Ungated<SparseSigns<kN, 3>, TypeParam>, TypeParam>;
  UngatedSampler fresh, used;
  SymMatrix<kN> y;
  Inputs(9).fill(y);
  used.start(1, 5, 30.0f, y);
  used.evaluate();
  for (UngatedSampler* sampler : {&fresh, &used}) {
    sampler->start(1, 5);
    for (float t : {1.0f, 2.0f}) sampler->step(t);
  }
  EXPECT_TRUE(same_bits(fresh.y(), used.y()));
  EXPECT_TRUE(same_bits(fresh.drift().eigenvector(), used.drift().eigenvector()));
}

TYPED_TEST(SamplerTest, EachStepHasRandomNumbersOfItsOwn) {
  Sampler<kN, Randomized, TypeParam> diffusion, flow;
  diffusion.start(1, 2);
  flow.start(1, 2);
  for (const float t : {1.0f, 2.0f, 3.0f, 4.0f}) {
    diffusion.evaluate();
    diffusion.advance(t);
    flow.evaluate();
    flow.flow(t);
  }
  EXPECT_EQ(diffusion.drift().steps, (std::vector<std::uint64_t>{1, 2, 3}));
  EXPECT_EQ(flow.drift().steps, diffusion.drift().steps);
}

/// A drift that is smooth and a contraction, so that no path is sensitive to its beginning.
struct Tanh {
  using Estimate = SymMatrix<kN>;
  Status operator()(const SymMatrix<kN>& y, float t, Estimate& m) {
    for (int i = 0; i < kN; ++i) {
      for (int j = 0; j <= i; ++j) m.set(i, j, std::sin(t) - std::tanh(y(i, j)));
    }
    return Status::kOk;
  }
};

/// Returns how far apart paths end at t = 4 whose steps are hold / 128 and half of that, as the root mean square over
/// elements and chains. Both follow the path of noise in steps of 1 / 128.
template <class Arch>
double strong_error(int hold) {
  Sampler<kN, Tanh, Arch> coarse, fine;
  double squares = 0;
  for (std::uint64_t chain = 0; chain < 4; ++chain) {
    coarse.start(8, chain);
    fine.start(8, chain);
    for (int i = 0; i < 512; ++i) {
      if (i % hold == 0) coarse.evaluate();
      if (i % (hold / 2) == 0) fine.evaluate();
      coarse.advance(static_cast<float>(i + 1) / 128);
      fine.advance(static_cast<float>(i + 1) / 128);
    }
    for (int i = 0; i < kN; ++i) {
      for (int j = 0; j < kN; ++j) squares += std::pow(double{coarse.y()(i, j)} - double{fine.y()(i, j)}, 2);
    }
  }
  return std::sqrt(squares / (4 * kN * kN));
}

/// Advancing twice after one evaluation couples the paths of steps D and D / 2. As the noise is additive, the error is
/// of order 1.
TYPED_TEST(SamplerTest, ErrorsHalveWithTheStepAlongOnePath) {
  for (const int hold : {16, 8, 4}) {
    EXPECT_NEAR(strong_error<TypeParam>(hold) / strong_error<TypeParam>(hold / 2), 2.0, 0.2) << hold << " / 128";
  }
  EXPECT_LT(strong_error<TypeParam>(4), 0.1);
}

/// Without a drift the flow only grows Y as sqrt(t). With a drift, Y / sqrt(t) moves by m times the difference of the
/// roots.
TYPED_TEST(SamplerTest, FlowFollowsTheRootOfTime) {
  Sampler<kN, Zero<kN>, TypeParam> without;
  Sampler<kN, Constant, TypeParam> with;
  without.start(1, 2);
  with.start(1, 2);
  for (const float t : {4.0f, 9.0f, 25.0f}) {
    without.evaluate();
    without.flow(t);
    with.evaluate();
    with.flow(t);
  }
  Sampler<kN, Zero<kN>, TypeParam> noise;
  noise.start(1, 2);
  noise.step(4.0f);
  for (int i = 0; i < kN; ++i) {
    for (int j = 0; j <= i; ++j) {
      EXPECT_NEAR(without.y()(i, j), 2.5f * noise.y()(i, j), 1e-5f * std::fabs(noise.y()(i, j)) + 1e-7f);
      const float m = with.estimate()(i, j);
      EXPECT_NEAR(with.y()(i, j), without.y()(i, j) + 5.0f * (5.0f - 2.0f) * m, 1e-4f * (1 + std::fabs(m)));
    }
  }
}

}  // namespace
}  // namespace driftbench
