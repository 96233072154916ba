#include "kernels/drift.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "kernels/drifts/power.h"
#include "kernels/drifts/soft_spectral.h"
#include "kernels/drifts/spectral.h"
#include "kernels/drifts/ungated.h"
#include "kernels/drifts/zero.h"
#include "kernels/euler_maruyama.h"
#include "kernels/targets/sparse_signs.h"
#include "runtime/observe.h"
#include "tests/support.h"

namespace driftbench {
namespace {

constexpr int kN = 70, kK = 6;
constexpr RandomAddress kAddress{3, Stream::kNoise, 1, 4};

template <class D>
class DriftTest : public ::testing::Test {
 public:
  static constexpr bool kGated = requires { D::kGate; };
  static constexpr bool kReadsY = !std::is_same_v<D, Zero<kN>>;

  Status evaluate(const SymMatrix<kN>& y, float t, const RandomAddress& at = kAddress) {
    return evaluate_drift(drift_, at, y, t, m_);
  }
  /// Observes a draw of the target at time t; the draw is 0 with probability 1 - w.
  static SymMatrix<kN> observation(float t, float w, std::uint64_t chain, RankOne<kN>& x) {
    SparseSigns<kN, kK>{w}.draw({8, Stream::kTarget, chain, 0}, x);
    SymMatrix<kN> y;
    observe(x, t, {8, Stream::kNoise, chain, 0}, y);
    return y;
  }

  D drift_;
  RankOne<kN> m_;
};
using Drifts =
    ::testing::Types<Zero<kN>, Power<SparseSigns<kN, kK>>, PowerBFloat16<SparseSigns<kN, kK>>,
                     Spectral<SparseSigns<kN, kK>>, Ungated<SparseSigns<kN, kK>>, Power<SparseSigns<kN, kK>, OneLane>,
                     Spectral<SparseSigns<kN, kK>, OneLane>, Ungated<SparseSigns<kN, kK>, OneLane>>;
TYPED_TEST_SUITE(DriftTest, Drifts);

TYPED_TEST(DriftTest, RecoversAStrongSignal) {
  for (std::uint64_t chain = 0; chain < 20; ++chain) {
    RankOne<kN> x;
    const auto y = this->observation(10.0f * kN, 1.0f, chain, x);
    EXPECT_EQ(this->evaluate(y, 10.0f * kN), Status::kOk);
    if (!this->kReadsY) x.set_zero();
    EXPECT_LE(squared_distance(this->m_, x), 2 * squared_distance_error(padded(kN))) << "chain " << chain;
  }
}

// The spectrum of noise ends at sqrt(2 n / t) = 0.32 here, and no pattern exceeds it.
TYPED_TEST(DriftTest, OnNoiseGatesCloseAndOthersGiveAPattern) {
  for (std::uint64_t chain = 0; chain < 20; ++chain) {
    RankOne<kN> x;
    const auto y = this->observation(20.0f * kN, 0.0f, chain, x);
    EXPECT_EQ(x.scale, 0.0f);
    EXPECT_NE(this->evaluate(y, 20.0f * kN), Status::kNotFinite);
    EXPECT_EQ(frobenius_norm(this->m_) != 0.0f, this->kReadsY && !this->kGated);
  }
}

// At t = 1 and 35 gates may be closed. At 700 = 10 n every drift finds the signal but the one that does not read Y.
TYPED_TEST(DriftTest, AnEstimateIsASignPatternOrZero) {
  const float magnitude = 1.0f / std::sqrt(static_cast<float>(kK));
  for (float t : {1.0f, 35.0f, 700.0f}) {
    RankOne<kN> x;
    this->evaluate(this->observation(t, 1.0f, 1, x), t);
    if (!this->kReadsY || !this->kGated) {
      EXPECT_EQ(this->m_.scale, this->kReadsY ? 1.0f : 0.0f);
    } else if (t == 700.0f) {
      EXPECT_EQ(this->m_.scale, 1.0f);
    } else {
      EXPECT_TRUE(this->m_.scale == 0.0f || this->m_.scale == 1.0f) << this->m_.scale;
    }
    int entries = 0;
    for (float value : this->m_.v) {
      if (value == 0.0f) continue;
      ++entries;
      EXPECT_EQ(std::fabs(value), magnitude);
    }
    EXPECT_EQ(entries, this->kReadsY ? kK : 0);
  }
}

template <class D>
class GateTest : public DriftTest<D> {};
using GatedDrifts =
    ::testing::Types<Power<SparseSigns<kN, kK>>, PowerBFloat16<SparseSigns<kN, kK>>, Spectral<SparseSigns<kN, kK>>,
                     Power<SparseSigns<kN, kK>, OneLane>, Spectral<SparseSigns<kN, kK>, OneLane>>;
TYPED_TEST_SUITE(GateTest, GatedDrifts);

/// Whether a summary ends with the words that name a gate.
bool names_gate(const std::string& summary, float gate) {
  std::ostringstream words;
  words << "gate at " << gate;
  return summary.ends_with(words.str());
}

/// A drift's summary says where its gate is. A variant's summary names the drift that it varies, whose gate it has.
TYPED_TEST(GateTest, IsTheOneThatTheSummaryNames) {
  if constexpr (requires { TypeParam::kVariantOf; }) {
    EXPECT_EQ(std::string(TypeParam::kVariantOf), (Power<SparseSigns<kN, kK>>::kName));
    EXPECT_TRUE(names_gate(Power<SparseSigns<kN, kK>>::kSummary, TypeParam::kGate)) << TypeParam::kGate;
  } else {
    EXPECT_TRUE(names_gate(TypeParam::kSummary, TypeParam::kGate)) << TypeParam::kSummary << ", " << TypeParam::kGate;
  }
}

// Without noise A = c p p^T, so that <A, p p^T> = c.
TYPED_TEST(GateTest, OpensAtItsThreshold) {
  for (float excess : {-1e-3f, 1e-3f}) {
    RankOne<kN> x;
    SparseSigns<kN, kK>{1.0f}.draw({8, Stream::kTarget, 1, 0}, x);
    SymMatrix<kN> y;
    const float t = 8.0f;
    rank_one_update(t * (TypeParam::kGate + excess), x.v, y);
    EXPECT_EQ(this->evaluate(y, t), Status::kOk);
    EXPECT_EQ(frobenius_norm(this->m_) != 0.0f, excess > 0.0f) << excess;
  }
}

TYPED_TEST(DriftTest, CommutesWithSignedPermutations) {
  RankOne<kN> x, permuted;
  const auto y = this->observation(4.0f * kN, 1.0f, 2, x);
  SymMatrix<kN> z;
  const auto image = [](int i) { return (i * 33 + 5) % kN; };
  const auto sign = [](int i) { return i % 3 == 0 ? -1.0f : 1.0f; };
  for (int i = 0; i < kN; ++i) {
    for (int j = 0; j <= i; ++j) z.set(image(i), image(j), sign(i) * sign(j) * y(i, j));
  }
  this->evaluate(y, 4.0f * kN);
  permuted.scale = this->m_.scale;
  for (int i = 0; i < kN; ++i) permuted.v[image(i)] = sign(i) * this->m_.v[i];
  this->evaluate(z, 4.0f * kN);
  EXPECT_LE(squared_distance(this->m_, permuted), 2 * squared_distance_error(padded(kN)));
}

/// Checks that an element of Y that is not finite, wherever it is, gives kNotFinite and the estimate 0, and that the
/// drift works again once Y is mended.
template <class D>
void expect_zero_where_not_finite(DriftTest<D>& test) {
  RankOne<kN> x;
  auto y = test.observation(35.0f, 1.0f, 3, x);
  for (float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                    -std::numeric_limits<float>::infinity(), 1e30f}) {
    for (int i = 0; i < kN; ++i) {
      for (int j = 0; j <= i; j += 1 + (i + j) % 5) {
        const float element = y(i, j);
        y.set(i, j, bad);
        test.m_.scale = bad;
        EXPECT_EQ(test.evaluate(y, 35.0f), test.kReadsY ? Status::kNotFinite : Status::kOk);
        EXPECT_TRUE(same_bits(test.m_, RankOne<kN>{})) << bad << " at " << i << ", " << j;
        y.set(i, j, element);
      }
    }
  }
  EXPECT_NE(test.evaluate(y, 35.0f), Status::kNotFinite);
}
TYPED_TEST(DriftTest, NotFiniteAnywhereGivesZero) { expect_zero_where_not_finite<TypeParam>(*this); }

// The threshold of these drifts compares numbers, and so would take NaN for zero.
template <class D>
class SoftSpectralTest : public DriftTest<D> {};
using SoftSpectralDrifts = ::testing::Types<SoftSpectral<SparseSigns<kN, kK>>, SplitSoftSpectral<SparseSigns<kN, kK>>>;
TYPED_TEST_SUITE(SoftSpectralTest, SoftSpectralDrifts);

TYPED_TEST(SoftSpectralTest, NotFiniteAnywhereGivesZero) { expect_zero_where_not_finite<TypeParam>(*this); }

TYPED_TEST(DriftTest, DependsOnNothingButItsArguments) {
  RankOne<kN> x;
  const auto y = this->observation(35.0f, 1.0f, 4, x), other = this->observation(700.0f, 1.0f, 5, x);
  this->evaluate(y, 35.0f);
  const auto first = this->m_;
  this->evaluate(other, 700.0f);
  this->evaluate(y, 35.0f);
  EXPECT_TRUE(same_bits(this->m_, first));
}

/// Returns how often the drift notifies of each of its phases.
template <class D>
std::vector<int> notifications(const SymMatrix<kN>& y, float t) {
  D drift;
  RankOne<kN> m;
  std::vector<int> counts(std::size(D::kPhases));
  evaluate_drift(drift, kAddress, y, t, m, [&](int phase) { ++counts.at(static_cast<std::size_t>(phase)); });
  return counts;
}

TEST(Phases, EndAfterEachProduct) {
  RankOne<kN> x;
  const auto y = DriftTest<Zero<kN>>::observation(35.0f, 1.0f, 4, x);
  using Counts = std::vector<int>;
  EXPECT_EQ((notifications<Power<SparseSigns<kN, kK>>>(y, 35.0f)), (Counts{25, 26, 1, 1}));
  EXPECT_EQ((notifications<PowerBFloat16<SparseSigns<kN, kK>>>(y, 35.0f)), (Counts{25, 26, 1, 1, 1}));
  // soft-spectral takes one product more, for the pattern; with splitting it takes two more, and splits twice.
  const Counts spectral = notifications<Spectral<SparseSigns<kN, kK>>>(y, 35.0f);
  EXPECT_EQ(spectral, (Counts{spectral[0], spectral[0] + 1, 1, 1}));
  const Counts soft = notifications<SoftSpectral<SparseSigns<kN, kK>>>(y, 35.0f);
  EXPECT_EQ(soft, (Counts{1, soft[1], soft[1] + 1, 1, 1}));
  const Counts split = notifications<SplitSoftSpectral<SparseSigns<kN, kK>>>(y, 35.0f);
  EXPECT_EQ(split, (Counts{2, split[1], split[1], 1, 1}));
  for (const int products : {spectral[0], soft[1], split[1]}) EXPECT_GE(products, 4);
}

/// A drift that records what evaluate_drift tells it.
struct Recorder {
  using Estimate = SymMatrix<kN>;
  static constexpr Phase kPhases[] = {{"only"}};
  void randomize(const RandomAddress& at) { address = at; }
  template <class Probe>
  Status operator()(const SymMatrix<kN>& y, float t, Estimate& m, Probe&& probe) {
    m = y;
    time = t;
    probe(0);
    return Status::kNotConverged;
  }
  Status operator()(const SymMatrix<kN>& y, float t, Estimate& m) { return (*this)(y, t, m, NoProbe{}); }
  RandomAddress address;
  float time = 0.0f;
};

TEST(EvaluateDrift, PassesAddressTimeStatusAndProbe) {
  static_assert(Drift<Recorder, kN> && RandomizedDrift<Recorder> && PhasedDrift<Recorder, kN>);
  static_assert(!Drift<Recorder, kN + 1> && !RandomizedDrift<Zero<kN>> && !PhasedDrift<Zero<kN>, kN>);
  SymMatrix<kN> y, m;
  Inputs(1).fill(y);
  Recorder recorder;
  int phases = 0;
  EXPECT_EQ(evaluate_drift(recorder, {1, Stream::kNoise, 2, 3}, y, 4.0f, m, [&](int phase) { phases += phase + 1; }),
            Status::kNotConverged);
  EXPECT_EQ(recorder.address.seed, 1U);
  EXPECT_EQ(recorder.address.stream, Stream::kDrift);
  EXPECT_EQ(recorder.address.chain, 2U);
  EXPECT_EQ(recorder.address.step, 3U);
  EXPECT_EQ(recorder.time, 4.0f);
  EXPECT_EQ(phases, 1);
  EXPECT_TRUE(same_bits(m, y));
}

template <class Arch>
class UngatedAlongAChain : public ::testing::Test {};
TYPED_TEST_SUITE(UngatedAlongAChain, Architectures);

// A signal overtakes the noise's leading eigenvector half way along the chain.
TYPED_TEST(UngatedAlongAChain, FindsWhatARandomStartFinds) {
  constexpr int kSteps = 200;
  constexpr float kDt = 0.5f;
  const auto y = std::make_unique<SymMatrix<kN>>();
  Ungated<SparseSigns<kN, kK>, TypeParam> along;
  RankOne<kN> signal, m, expected;
  SparseSigns<kN, kK>{1.0f}.draw({8, Stream::kTarget, 0, 0}, signal);
  int equal = 0, found = 0;
  for (std::uint64_t step = 0; step < kSteps; ++step) {
    const RandomAddress at{5, Stream::kNoise, 2, step};
    RankOne<kN> drift;
    if (step >= kSteps / 2) drift = {4.0f, signal.v};
    euler_maruyama<TypeParam>(drift, kDt, at, *y);
    const float t = kDt * static_cast<float>(step + 1);
    Ungated<SparseSigns<kN, kK>, TypeParam> fresh;
    EXPECT_EQ(evaluate_drift(along, at, *y, t, m), Status::kOk);
    EXPECT_EQ(evaluate_drift(fresh, at, *y, t, expected), Status::kOk);
    equal += squared_distance(m, expected) < 1e-6f;
    found += squared_distance(m, signal) < 1e-6f;
  }
  // In a few steps two entries tie within the residual, and either may be chosen.
  EXPECT_GE(equal, kSteps - 4);
  EXPECT_GE(found, kSteps / 10);
}

// The last eigenvector still is one, to within the residual, and no longer the leading one.
TYPED_TEST(UngatedAlongAChain, LeavesAnEigenvectorThatWasOvertaken) {
  const auto y = std::make_unique<SymMatrix<kN>>();
  Ungated<SparseSigns<kN, kK>, TypeParam> drift;
  RankOne<kN> m;
  y->set(3, 3, 5.0f);
  evaluate_drift(drift, {1, Stream::kNoise, 2, 3}, *y, 50.0f, m);
  EXPECT_GT(std::fabs(drift.eigenvector()[3]), 0.999f);
  y->set(7, 7, 10.0f);
  evaluate_drift(drift, {1, Stream::kNoise, 2, 4}, *y, 50.0f, m);
  EXPECT_GT(std::fabs(drift.eigenvector()[7]), 0.999f);
}

TYPED_TEST(UngatedAlongAChain, AnotherChainStartsAnew) {
  const auto y = std::make_unique<SymMatrix<kN>>();
  euler_maruyama<TypeParam>(RankOne<kN>{}, 50.0f, kAddress, *y);
  const RandomAddress before{1, Stream::kNoise, 2, 3};
  for (const RandomAddress& at : {RandomAddress{1, Stream::kNoise, 3, 4}, RandomAddress{2, Stream::kNoise, 2, 4},
                                  RandomAddress{1, Stream::kNoise, 2, 3}, RandomAddress{1, Stream::kNoise, 2, 5}}) {
    Ungated<SparseSigns<kN, kK>, TypeParam> drift, fresh;
    RankOne<kN> m, expected;
    evaluate_drift(drift, before, *y, 50.0f, m);
    evaluate_drift(drift, at, *y, 50.0f, m);
    evaluate_drift(fresh, at, *y, 50.0f, expected);
    EXPECT_TRUE(same_bits(drift.eigenvector(), fresh.eigenvector())) << at.seed << " " << at.chain << " " << at.step;
  }
}

}  // namespace
}  // namespace driftbench
