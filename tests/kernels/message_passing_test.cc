// Compares the network's kernels with its definition in double precision.

#include "kernels/message_passing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include "kernels/bounds.h"
#include "kernels/drifts/gnn.h"
#include "kernels/targets/sparse_signs.h"
#include "tests/kernels/network.h"

namespace driftbench {
namespace {

static_assert(sizeof(MessagePassingWeights) == 9156);
static_assert(Drift<Gnn<SparseSigns<16, 2>>, 16> && PhasedDrift<Gnn<SparseSigns<16, 2>>, 16> &&
              RandomizedDrift<Gnn<SparseSigns<16, 2>>>);

template <class Arch>
class MessagePassingTest : public ::testing::Test {};
TYPED_TEST_SUITE(MessagePassingTest, Architectures);

template <int N>
Vec<N> row_sums(const SymMatrix<N>& y) {
  Vec<N> ones, sums;
  for (float& one : ones) one = 1.0f;
  multiply(y, ones, sums);
  return sums;
}

/// Returns the mean over j of the magnitudes that m_ij consists of.
template <int N>
double message_magnitude(const TwoLayers<3, 32>& mlp, const SymMatrix<N>& y, double t, const Vec<N>& v, int i) {
  double sum = 0;
  for (int j = 0; j < N; ++j) {
    for (int h = 0; h < 32; ++h) {
      const auto& w = mlp.first[h];
      sum += std::fabs(mlp.second[h]) * (std::fabs(w[0] * v[i]) + std::fabs(w[1] * v[j]) +
                                         std::fabs(w[2] * y(i, j) / t) + std::fabs(mlp.first_bias[h]));
    }
  }
  return sum / N + std::fabs(mlp.second_bias);
}

TYPED_TEST(MessagePassingTest, MeanMessagesAreWithinTheBound) {
  for_sizes<1, 2, 15, 16, 17, 33, 64>([]<int N>() {
    const float t = 0.7f * N;
    const auto y = std::make_unique<SymMatrix<N>>();
    fill_observation(1, t, *y);
    TwoLayers<3, 32> mlp = random_weights(2).message[0];
    mlp.first[3][2] = 0.0f;
    mlp.first[4][2] = -0.0f;
    mlp.first[5][2] = 1e-30f;
    mlp.first[6][1] = 0.0f;
    mlp.second[7] = 0.0f;
    const Vec<N> v = random_vector<N>(3), sums = row_sums(*y);
    Vec<N> aggregate = random_vector<N>(4);
    aggregate_messages<TypeParam>(*y, t, sums, mlp, v, aggregate);
    const std::vector<double> v_double(v.begin(), v.end());
    for (int i = 0; i < N; ++i) {
      EXPECT_NEAR(aggregate[i], mean_message(mlp, *y, double{t}, v_double, i),
                  message_error(padded(N)) * message_magnitude(mlp, *y, double{t}, v, i));
    }
    for (int i = N; i < Vec<N>::kPadded; ++i) EXPECT_EQ(aggregate.data[i], 0.0f);
  });
}

TYPED_TEST(MessagePassingTest, ScoresMatchTheNetworkInDouble) {
  for_sizes<1, 2, 15, 16, 17, 33, 64>([]<int N>() {
    for (unsigned seed = 0; seed < 5; ++seed) {
      SCOPED_TRACE(::testing::Message() << "seed " << seed);
      const float t = 0.4f * N * static_cast<float>(seed + 1);
      const auto y = std::make_unique<SymMatrix<N>>();
      fill_observation(seed, t, *y);
      const MessagePassingWeights weights = random_weights(seed + 100);
      const auto exact = network_in_double(weights, *y, double{t}, random_vector<N>(seed));
      Vec<N> v = random_vector<N>(seed);
      MessagePassingWorkspace<N> workspace;
      ASSERT_EQ(message_passing<TypeParam>(weights, *y, t, v, workspace), Status::kOk);
      double largest = 0;
      for (const double s : exact) largest = std::max(largest, std::fabs(s));
      for (int i = 0; i < N; ++i) EXPECT_NEAR(v[i], exact[static_cast<std::size_t>(i)], 1e-5 * largest) << i;
      for (int i = N; i < Vec<N>::kPadded; ++i) EXPECT_EQ(v.data[i], 0.0f);
    }
  });
}

/// There are three power iterations and the row sums.
TYPED_TEST(MessagePassingTest, NotifiesOfEachProduct) {
  constexpr int N = 17;
  SymMatrix<N> y;
  fill_observation(1, 10.0f, y);
  Vec<N> v = random_vector<N>(2);
  MessagePassingWorkspace<N> workspace;
  std::vector<int> parts;
  ASSERT_EQ(
      message_passing<TypeParam>(random_weights(3), y, 10.0f, v, workspace, [&](int part) { parts.push_back(part); }),
      Status::kOk);
  EXPECT_EQ(parts, (std::vector<int>{1, 0, 1, 0, 1, 0, 1, 1, 0, 1}));
}

/// The estimate is s s^T of the K largest scores, with a norm of at most 1.
TYPED_TEST(MessagePassingTest, EstimateKeepsTheLargestScores) {
  constexpr int N = 33, K = 5;
  const float t = 40;
  const auto y = std::make_unique<SymMatrix<N>>();
  fill_observation(1, t, *y);
  for (const float size : {0.01f, 100.0f}) {
    MessagePassingWeights weights = random_weights(5);
    for (float& value : weights.decoder.second) value *= size;
    weights.decoder.second_bias *= size;
    weights.readout *= size;
    const RandomAddress at{7, Stream::kDrift, 1, 2};
    Gnn<SparseSigns<N, K>, TypeParam> gnn(&weights);
    gnn.randomize(at);
    RankOne<N> m;
    ASSERT_EQ(gnn(*y, t, m), Status::kOk);

    Vec<N> start;
    fill_gaussian(at, start);
    auto exact = network_in_double(weights, *y, double{t}, start);
    auto magnitudes = exact;
    for (double& s : magnitudes) s = std::fabs(s);
    std::sort(magnitudes.rbegin(), magnitudes.rend());
    double squares = 0;
    for (int i = 0; i < K; ++i)
      squares += magnitudes[static_cast<std::size_t>(i)] * magnitudes[static_cast<std::size_t>(i)];
    const double norm = std::max(1.0, std::sqrt(squares));
    ASSERT_EQ(norm > 1, size > 1);
    EXPECT_EQ(m.scale, 1.0f);
    for (int i = 0; i < N; ++i) {
      const double s = exact[static_cast<std::size_t>(i)];
      EXPECT_NEAR(m.v[i], std::fabs(s) >= magnitudes[K - 1] ? s / norm : 0.0, 1e-5 * magnitudes[0] / norm) << i;
    }
  }
}

TYPED_TEST(MessagePassingTest, ANumberThatIsNotFiniteGivesAZeroEstimate) {
  constexpr int N = 17;
  const MessagePassingWeights weights = random_weights(1);
  const float infinity = std::numeric_limits<float>::infinity();
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), infinity, -infinity}) {
    for (const auto& [i, j] : {std::pair{0, 0}, {16, 0}, {16, 16}, {9, 3}}) {
      SymMatrix<N> y;
      fill_observation(1, 10, y);
      y.set(i, j, bad);
      Gnn<SparseSigns<N, 3>, TypeParam> gnn(&weights);
      RankOne<N> m;
      m.scale = 1.0f;
      m.v[3] = 5.0f;
      EXPECT_EQ(gnn(y, 10.0f, m), Status::kNotFinite);
      EXPECT_EQ(m.scale, 0.0f);
      for (const float value : m.v.data) EXPECT_EQ(value, 0.0f);
    }
  }
}

TYPED_TEST(MessagePassingTest, WeightsThatOverflowGiveAZeroEstimate) {
  constexpr int N = 17;
  MessagePassingWeights weights = random_weights(1);
  weights.update[4].second[2] = 3e38f;
  weights.update[4].first_bias[2] = 3e38f;
  SymMatrix<N> y;
  fill_observation(1, 10, y);
  Gnn<SparseSigns<N, 3>, TypeParam> gnn(&weights);
  RankOne<N> m;
  EXPECT_EQ(gnn(y, 10.0f, m), Status::kNotFinite);
  EXPECT_EQ(m.scale, 0.0f);
}

TEST(GnnTest, TheStartIsTheDriftsOwn) {
  constexpr int N = 17;
  const MessagePassingWeights weights = random_weights(1);
  SymMatrix<N> y;
  fill_observation(1, 10, y);
  const auto estimate = [&](std::uint64_t chain) {
    Gnn<SparseSigns<N, 3>> gnn(&weights);
    RankOne<N> m;
    EXPECT_EQ(evaluate_drift(gnn, RandomAddress{1, Stream::kNoise, chain, 0}, y, 10.0f, m), Status::kOk);
    return m;
  };
  const auto same = [](const RankOne<N>& a, const RankOne<N>& b) {
    return std::equal(a.v.begin(), a.v.end(), b.v.begin());
  };
  EXPECT_TRUE(same(estimate(1), estimate(1)));
  EXPECT_FALSE(same(estimate(1), estimate(2)));
}

}  // namespace
}  // namespace driftbench
