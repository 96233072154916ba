#include "kernels/prior.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/runtime/sign_law.h"
#include "tests/support.h"

namespace driftbench {
namespace {

/// The relative error of posterior means and probabilities. It allows for two exponentials of kExpMaxUlp, a handful of
/// roundings, and the rounding of exponents of up to 80, which exp turns into a relative error.
constexpr double kRelative = 100 * static_cast<double>(kUnitRoundoff);

template <class Arch>
class PriorTest : public ::testing::Test {};
TYPED_TEST_SUITE(PriorTest, Architectures);

/// Returns P(v != 0 | B, q), computed in double precision.
double support_probability(double odds, double a, double field, double q) {
  const double x = std::fabs(a * field) - 0.5 * q * a * a;
  const double two_signs = 0.5 * (1 + std::exp(-2 * std::fabs(a * field)));
  return two_signs / (two_signs + odds * std::exp(-x));
}

TYPED_TEST(PriorTest, PosteriorMeanAndSumsMatchDouble) {
  for_sizes<1, 2, 15, 16, 17, 33, 350>([]<int N>() {
    Inputs inputs(40 + N);
    for (const float q : {0.0f, 0.1f, 1.0f, 5.0f}) {
      const float rho = 0.06f, a = 1 / std::sqrt(rho), odds = (1 - rho) / rho;
      const EntryLaw law = sign_law(rho);
      Guarded<SignLikelihood<N>> likelihood;
      Guarded<Vec<N>> m;
      Vec<N> field;
      for (float& b : field) b = 3 * inputs.normal();
      sign_likelihood<TypeParam>(a, q, field, likelihood.value);
      const PosteriorSums sums = posterior_mean<TypeParam>(a, odds, likelihood.value, m.value);
      double squares = 0, support = 0, variance = 0;
      for (int i = 0; i < N; ++i) {
        const double p = support_probability(odds, a, field[i], q), mean = law.posterior_mean(field[i], q);
        EXPECT_NEAR(m.value[i], mean, kRelative * std::fabs(mean)) << "q = " << q << ", B = " << field[i];
        squares += mean * mean;
        support += p;
        variance += p * (1 - p);
      }
      EXPECT_NEAR(sums.mean_squares, squares, 3 * kRelative * squares);
      EXPECT_NEAR(sums.support, support, 3 * kRelative * support);
      EXPECT_NEAR(sums.support_variance, variance, 3 * kRelative * support);
      EXPECT_TRUE(padding_is_zero(m.value) && m.intact() && likelihood.intact());
    }
  });
}

/// Where -a is impossible.
TYPED_TEST(PriorTest, PositiveEntriesMatchDouble) {
  for_sizes<1, 15, 16, 17, 350>([]<int N>() {
    Inputs inputs(80 + N);
    for (const float q : {0.0f, 0.7f, 5.0f}) {
      const float rho = 0.06f, a = 1 / std::sqrt(rho), odds = (1 - rho) / rho;
      const EntryLaw law({{0, 1 - double{rho}}, {1 / std::sqrt(double{rho}), double{rho}}});
      Guarded<SignLikelihood<N>> likelihood;
      Guarded<Vec<N>> m;
      Vec<N> field;
      for (float& b : field) b = 3 * inputs.normal();
      positive_likelihood<TypeParam>(a, q, field, likelihood.value);
      const PosteriorSums sums = posterior_mean<TypeParam>(a, odds, likelihood.value, m.value);
      double squares = 0, support = 0, evidence = 0, magnitude = 0;
      for (int i = 0; i < N; ++i) {
        const double mean = law.posterior_mean(field[i], q);
        EXPECT_NEAR(m.value[i], mean, 2 * kRelative * mean) << "q = " << q << ", B = " << field[i];
        squares += mean * mean;
        support += mean / a;
        const double exponent = double{a} * field[i] - 0.5 * q * a * a;
        const double term = exponent > 0 ? exponent + std::log((1 + odds * std::exp(-exponent)) / (1 + odds))
                                         : std::log((std::exp(exponent) + odds) / (1 + odds));
        evidence += term;
        magnitude += std::fabs(term) + 1;
      }
      EXPECT_NEAR(sums.mean_squares, squares, 5 * kRelative * squares);
      EXPECT_NEAR(sums.support, support, 5 * kRelative * support);
      EXPECT_NEAR(log_evidence<TypeParam>(odds, likelihood.value), evidence, 2 * kRelative * magnitude);
      EXPECT_TRUE(padding_is_zero(m.value) && m.intact() && likelihood.intact());
    }
  });
}

TYPED_TEST(PriorTest, CertainEntriesStayFinite) {
  constexpr int N = 17;
  Vec<N> field;
  for (int i = 0; i < N; ++i) field[i] = i % 2 ? 1e6f : -1e6f;
  SignLikelihood<N> likelihood;
  sign_likelihood<TypeParam>(4.0f, 1.0f, field, likelihood);
  Vec<N> m;
  posterior_mean<TypeParam>(4.0f, 16.0f, likelihood, m);
  for (int i = 0; i < N; ++i) EXPECT_NEAR(m[i], i % 2 ? 4 : -4, 1e-5);
  // The log ratio is a |B| - q a^2 / 2 - log 2 for each entry. Exponents are capped, and what exceeds the cap must not
  // be lost.
  const double exact = N * (4e6 - 8 - std::log(2.0) - std::log(17.0));
  EXPECT_NEAR(log_evidence<TypeParam>(16.0f, likelihood), exact, 1e-6 * exact);
}

TYPED_TEST(PriorTest, OddsForSupportGiveTheSupport) {
  constexpr int N = 350, K = 20;
  Inputs inputs(5);
  for (const float spread : {0.01f, 0.5f, 2.0f}) {
    Vec<N> field;
    for (float& b : field) b = spread * inputs.normal();
    SignLikelihood<N> likelihood;
    sign_likelihood<TypeParam>(4.2f, 0.8f, field, likelihood);
    const float odds = odds_for_support<K, TypeParam>(likelihood, 16.5f);
    Vec<N> m;
    EXPECT_NEAR(posterior_mean<TypeParam>(4.2f, odds, likelihood, m).support, K, 0.01) << "spread " << spread;
  }
}

TYPED_TEST(PriorTest, LogEvidenceMatchesDouble) {
  for_sizes<1, 15, 17, 350>([]<int N>() {
    Inputs inputs(60 + N);
    Vec<N> field;
    for (float& b : field) b = inputs.normal();
    const float a = 4.2f, q = 0.7f, odds = 16.5f;
    SignLikelihood<N> likelihood;
    sign_likelihood<TypeParam>(a, q, field, likelihood);
    double exact = 0, magnitude = 0;
    for (int i = 0; i < N; ++i) {
      const double ab = static_cast<double>(a) * field[i], ratio = std::exp(-0.5 * q * a * a) * std::cosh(ab);
      const double term = std::log((ratio + odds) / (1 + odds));
      exact += term;
      magnitude += std::fabs(term) + 1;
    }
    EXPECT_NEAR(log_evidence<TypeParam>(odds, likelihood), exact, kRelative * magnitude);
  });
}

}  // namespace
}  // namespace driftbench
