#include "tools/theory/state_evolution.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "tests/runtime/sign_law.h"

namespace driftbench {
namespace {

EntryLaw submatrix_law(double rho) { return EntryLaw({{0, 1 - rho}, {1 / std::sqrt(rho), rho}}); }

/// Returns E f(Z), Z standard normal, by a finer sum than that under test.
template <class F>
double mean_over_normal(F f) {
  constexpr double kStep = 0.005;
  double sum = 0;
  for (int i = -2000; i <= 2000; ++i) sum += std::exp(-0.5 * std::pow(i * kStep, 2)) * f(i * kStep);
  return sum * kStep / std::sqrt(2 * std::acos(-1.0));
}

TEST(EntryLaw, SignsAreHyperbolicTangents) {
  const EntryLaw law = sign_law(1);
  for (const double gamma : {0.01, 1.0, 30.0}) {
    EXPECT_NEAR(law.posterior_mean(0.7, gamma), std::tanh(0.7), 1e-12);
    const double expected = mean_over_normal([&](double z) { return std::tanh(gamma + std::sqrt(gamma) * z); });
    EXPECT_NEAR(law.overlap(gamma), expected, 1e-9) << gamma;
  }
}

/// E[v m] = E[m^2] for a posterior mean m (Nishimori's identity), over the law of the fields.
TEST(EntryLaw, TheOverlapIsThatOfTwoCopies) {
  const double rho = 0.06, a = 1 / std::sqrt(rho);
  for (const EntryLaw& law : {sign_law(rho), submatrix_law(rho)}) {
    for (const double gamma : {0.05, 0.5, 2.0}) {
      double squares = 0;
      for (const auto& [value, probability] : law.is_even()
                                                  ? std::vector<Atom>{{0, 1 - rho}, {a, rho / 2}, {-a, rho / 2}}
                                                  : std::vector<Atom>{{0, 1 - rho}, {a, rho}}) {
        squares += probability * mean_over_normal([&, v = value](double z) {
                     return std::pow(law.posterior_mean(gamma * v + std::sqrt(gamma) * z, gamma), 2);
                   });
      }
      EXPECT_NEAR(law.overlap(gamma), squares, 1e-8) << gamma;
    }
  }
}

TEST(EntryLaw, HugeFieldsDoNotOverflow) {
  EXPECT_NEAR(sign_law(0.01).posterior_mean(1e6, 1), 10, 1e-9);
  EXPECT_NEAR(submatrix_law(0.01).posterior_mean(-1e6, 1), 0, 1e-9);
}

TEST(EntryLaw, OtherDensitiesKeepTheSecondMoment) {
  const auto dense = sign_law(0.06).with_density(0.3);
  ASSERT_TRUE(dense);
  EXPECT_NEAR(dense->overlap(0.8), sign_law(0.3).overlap(0.8), 1e-12);
  EXPECT_NEAR(submatrix_law(0.06).with_density(0.01)->overlap(0.8), submatrix_law(0.01).overlap(0.8), 1e-12);
  EXPECT_FALSE(EntryLaw::normal().with_density(0.5));
}

/// For the sphere everything is known: q = 1 - 1 / lambda^2 above lambda^2 = 1, and 0 below.
TEST(StateEvolution, OfTheSphereIsKnown) {
  const StateEvolution evolution(EntryLaw::normal());
  for (const double lambda2 : {0.5, 0.99, 1.2, 2.0, 8.0}) {
    const double expected = std::fmax(0, 1 - 1 / lambda2);
    EXPECT_NEAR(evolution.overlap_from_nothing(lambda2), expected, 1e-6) << lambda2;
    EXPECT_NEAR(evolution.overlap_from_truth(lambda2), expected, 1e-6) << lambda2;
  }
  const auto phases = evolution.thresholds();
  ASSERT_TRUE(phases);
  EXPECT_EQ(phases->truth, 1);
  EXPECT_EQ(phases->algorithm, 1);
}

/// The overlaps are fixed points, which the iteration reaches from either side.
TEST(StateEvolution, BranchesAreWhereTheIterationEnds) {
  for (const EntryLaw& law : {sign_law(1), sign_law(0.057), submatrix_law(0.01), submatrix_law(0.25)}) {
    const StateEvolution evolution(law);
    for (const double lambda2 : {0.3, 0.7, 0.9, 1.5, 2.5}) {
      double low = 1e-4, high = 1;
      for (int i = 0; i < 20'000; ++i) {
        low = evolution.next_overlap(lambda2, low);
        const double next = evolution.next_overlap(lambda2, high);
        if (i > 100 && std::fabs(next - high) < 1e-13) break;
        high = next;
      }
      EXPECT_NEAR(evolution.overlap_from_nothing(lambda2), low, 2e-4) << lambda2;
      EXPECT_NEAR(evolution.overlap_from_truth(lambda2), high, 2e-4) << lambda2;
    }
  }
}

/// Where the posterior mean changes its state, both states have the same free energy. Without a signal it is 0, and
/// with overlap q it is phi(lambda^2 q) - lambda^2 q^2 / 4, where phi is the mean log evidence of the channel.
TEST(StateEvolution, TheFreeEnergiesAreEqualAtTheThreshold) {
  for (const double rho : {0.085, 0.057, 0.01}) {
    const StateEvolution evolution(sign_law(rho));
    const auto phases = evolution.thresholds();
    ASSERT_TRUE(phases);
    EXPECT_LT(phases->truth, phases->information);
    EXPECT_LT(phases->information, phases->algorithm);
    const double a = 1 / std::sqrt(rho), lambda2 = phases->information;
    const auto energy = [&](double q) {
      const double gamma = lambda2 * q;
      double phi = 0;
      for (const auto& [value, probability] : std::vector<Atom>{{0, 1 - rho}, {a, rho}}) {
        phi += probability * mean_over_normal([&, v = value](double z) {
                 const double field = gamma * v + std::sqrt(gamma) * z;
                 return std::log(1 - rho + rho * std::exp(-0.5 * gamma * a * a) * std::cosh(a * field));
               });
      }
      return phi - lambda2 * q * q / 4;
    };
    EXPECT_NEAR(energy(evolution.overlap_from_truth(lambda2)), energy(evolution.overlap_from_nothing(lambda2)), 1e-5)
        << rho;
  }
}

/// The transition of sparse signs is continuous above a density near 0.09 and of first order below. At the paper's
/// (350, 20) the posterior mean knows more above 0.81 n / 2.
TEST(StateEvolution, DensityTurnsTheTransition) {
  for (const double rho : {1.0, 0.3, 0.1}) EXPECT_EQ(StateEvolution(sign_law(rho)).thresholds()->truth, 1) << rho;
  const auto paper = StateEvolution(sign_law(20.0 / 350)).thresholds();
  EXPECT_NEAR(paper->information, 0.811, 0.001);
  EXPECT_NEAR(paper->algorithm, 1.0, 0.01);
  // A submatrix of vanishing density is found above lambda^2 = 1 / e (Deshpande and Montanari 2015).
  EXPECT_NEAR(StateEvolution(submatrix_law(0.001)).thresholds()->algorithm, std::exp(-1), 0.01);
  EXPECT_FALSE(StateEvolution(submatrix_law(0.25)).thresholds());
}

}  // namespace
}  // namespace driftbench
