// Tests that the benchmarks' checks pass what is right, and say which number is wrong, and by how much, where one is.
#include "bench/checks.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "kernels/drifts/amp.h"
#include "kernels/drifts/power.h"
#include "kernels/drifts/spectral.h"
#include "kernels/plain_arrays.h"
#include "kernels/targets/sparse_signs.h"
#include "kernels/top_k.h"

namespace driftbench {
namespace {

constexpr int N = 70, K = 5;
constexpr RandomAddress kAddress{1, Stream::kNoise, 2, 3};

/// Whether an error names what is wrong.
bool says(const std::string& error, const std::string& part) { return error.find(part) != std::string::npos; }

class ChecksTest : public testing::Test {
 protected:
  ChecksTest() {
    observe_for_check<K>(1.0f, a_);
    fill_gaussian(kAddress, x_);
  }
  SymMatrix<N> a_;
  Vec<N> x_, y_;
};

TEST_F(ChecksTest, ANumber) {
  EXPECT_EQ(check_number(1.5, 1.0, 0.5, "x"), "");
  EXPECT_EQ(check_number(1.5, 1.0, 0.25, "x {}", 3), "x 3 is 1.5 and should be 1: off by 0.5, where 0.25 is allowed");
  EXPECT_NE(check_number(NAN, 1.0, 0.25, "x"), "");
}

TEST_F(ChecksTest, AProduct) {
  multiply(a_, x_, y_);
  EXPECT_EQ(check_product(a_, x_, y_.data), "");
  y_[13] *= 1.001f;
  EXPECT_PRED2(says, check_product(a_, x_, y_.data), "element 13 of the product");
}

TEST_F(ChecksTest, TheSymmetricPart) {
  std::vector<float> full(full_count(N));
  write_full(a_, full.data());
  for (int i = 0; i < N; ++i) full[static_cast<std::size_t>(i * N)] += 1.0f;  // column 0
  EXPECT_PRED2(says, check_symmetric_part(full.data(), a_), "element (0, 0) of the symmetric part");
  fill_from_full(full.data(), a_);
  EXPECT_EQ(check_symmetric_part(full.data(), a_), "");
  fill_from_lower(full.data(), a_);
  EXPECT_PRED2(says, check_symmetric_part(full.data(), a_), "element (0, 1) of the symmetric part");
}

TEST_F(ChecksTest, Arrays) {
  std::vector<float> full(full_count(N)), packed(packed_count(N));
  const RankOne<N> m{0.5f, x_};
  write_full(m, full.data());
  write_packed(m, packed.data());
  EXPECT_EQ(check_full(m, full.data()) + check_packed(m, packed.data()), "");
  EXPECT_PRED2(says, check_full(a_, full.data()), "element (0, 0) of the array");
  write_full(a_, full.data());
  write_packed(a_, packed.data());
  EXPECT_EQ(check_full(a_, full.data()) + check_packed(a_, packed.data()), "");
  full[3 * N + 69] *= 1 + 2 * kUnitRoundoff;
  packed[packed.size() - 1] *= 1 + 2 * kUnitRoundoff;
  EXPECT_PRED2(says, check_full(a_, full.data()), "element (3, 69) of the array");
  EXPECT_PRED2(says, check_packed(a_, packed.data()), "element (69, 69) of the array");
}

TEST_F(ChecksTest, AnUpdate) {
  const auto before = std::make_unique<SymMatrix<N>>(a_);
  const RankOne<N> m{0.5f, x_};
  euler_maruyama(m, 0.5f, kAddress, a_);
  EXPECT_EQ(check_update(*before, m, 0.5, kAddress, a_), "");
  EXPECT_PRED2(says, check_update(*before, m, 0.5, {1, Stream::kNoise, 2, 4}, a_), "element (0, 0) of Y");
  a_.set(40, 7, a_(40, 7) * (1 + 64 * kUnitRoundoff));
  EXPECT_PRED2(says, check_update(*before, m, 0.5, kAddress, a_), "element (40, 7) of Y");
}

TEST_F(ChecksTest, TheLargest) {
  top_k_signs<K>(x_, y_);
  EXPECT_EQ(check_top_k<K>(x_, y_), "");
  for (float& value : y_) value = -value;
  EXPECT_PRED2(says, check_top_k<K>(x_, y_), "of the K largest");
}

TEST_F(ChecksTest, TheScoresThatAreKept) {
  RankOne<N> unclipped{1.0f, {}}, m{1.0f, {}}, one_more{1.0f, {}};
  keep_top_k<K>(x_, unclipped.v);
  keep_top_k<K + 1>(x_, one_more.v);
  const float norm = std::sqrt(dot(unclipped.v, unclipped.v));
  ASSERT_GT(norm, 1.0f);
  m.v = unclipped.v;
  for (Vec<N>* v : {&m.v, &one_more.v}) scale(1 / norm, *v);
  EXPECT_EQ(check_largest_scores<K>(x_, m), "");
  EXPECT_PRED2(says, check_largest_scores<K>(x_, unclipped), "that is kept");
  EXPECT_PRED2(says, check_largest_scores<K>(x_, one_more), "that is kept");
  m.scale = 0.5f;
  EXPECT_PRED2(says, check_largest_scores<K>(x_, m), "the scale of the estimate");
}

TEST_F(ChecksTest, PosteriorMeans) {
  SignLikelihood<N> likelihood;
  sign_likelihood(4.0f, 1.0f, x_, likelihood);
  posterior_mean(4.0f, 16.0f, likelihood, y_);
  EXPECT_EQ(check_posterior_means(4, 1, 16, x_, y_), "");
  y_[N - 1] *= 1 + 256 * kUnitRoundoff;
  EXPECT_PRED2(says, check_posterior_means(4, 1, 16, x_, y_), "posterior mean 69");
}

TEST_F(ChecksTest, Scores) {
  auto weights = std::make_unique<MessagePassingWeights>();
  float* value = reinterpret_cast<float*>(weights.get());
  for (std::size_t i = 0; i < sizeof(*weights) / sizeof(float); ++i) value[i] = 0.1f * x_[static_cast<int>(i) % N];
  MessagePassingWorkspace<N> workspace;
  normalize(x_);
  y_ = x_;
  ASSERT_EQ(message_passing(*weights, a_, kCheckedTime<N>, y_, workspace), Status::kOk);
  EXPECT_EQ(check_scores(*weights, a_, kCheckedTime<N>, x_, y_), "");
  y_[4] += 0.1f;
  EXPECT_PRED2(says, check_scores(*weights, a_, kCheckedTime<N>, x_, y_), "score 4");
}

template <class D>
std::string error_of_step(D drift, double allowed) {
  return check_step<K>(*std::make_unique<Sampler<N, D>>(std::move(drift)), allowed);
}

TEST_F(ChecksTest, Steps) {
  EXPECT_EQ(error_of_step(Power<SparseSigns<N, K>>(), 1e-6), "");
  EXPECT_EQ(error_of_step(PowerBFloat16<SparseSigns<N, K>>(), 1e-6), "");
  EXPECT_EQ(error_of_step(Spectral<SparseSigns<N, K>>(), 1e-6), "");
  EXPECT_EQ(error_of_step(Amp<SparseSigns<N, K>>(), 1e-3), "");
}

/// What a wrong drift does to the estimate of power.
enum class Fault { kNoGate, kNever, kOneSign, kScale };

template <Fault F>
struct Faulty : Power<SparseSigns<N, K>> {
  template <class Probe = NoProbe>
  Status operator()(const SymMatrix<N>& y, float t, RankOne<N>& m, Probe&& probe = {}) {
    const Status status = Power<SparseSigns<N, K>>::operator()(y, t, m, probe);
    if (F == Fault::kNoGate) m.scale = 1.0f;
    if (F == Fault::kNever) m.scale = 0.0f;
    if (F == Fault::kScale) m.scale *= 1.00001f;
    for (int i = 0; F == Fault::kOneSign && i < N; ++i) {
      if (m.v[i] == 0.0f) continue;
      m.v[i] = -m.v[i];
      break;
    }
    return status;
  }
};

TEST_F(ChecksTest, WrongSteps) {
  EXPECT_PRED2(says, error_of_step(Faulty<Fault::kNoGate>(), 1e-6), "estimate from 0 p p^T is 1 ");
  EXPECT_PRED2(says, error_of_step(Faulty<Fault::kNever>(), 1e-6), "estimate from 1 p p^T is 1 ");
  EXPECT_PRED2(says, error_of_step(Faulty<Fault::kOneSign>(), 1e-6), "estimate from 1 p p^T");
  EXPECT_PRED2(says, error_of_step(Faulty<Fault::kScale>(), 1e-6), "off by 1e-05");
}

}  // namespace
}  // namespace driftbench
