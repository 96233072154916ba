// Tests what `reduce`, `lipschitz` and `convergence` measure, and the schedules and samplers of `sample`.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "tests/support.h"
#include "tests/tools/command_line/run.h"

namespace driftbench {
namespace {

using nlohmann::json;

/// Returns the results without those that a clock measured.
json results(const std::string& arguments) {
  json all = run_json(arguments).at("results");
  for (json& result : all) result.erase("seconds");
  EXPECT_FALSE(all.empty()) << arguments;
  return all;
}

double number(const json& result, const char* key) { return result.at(key).get<double>(); }

std::vector<double> column(const json& results, const char* key) {
  std::vector<double> values;
  for (const json& result : results) values.push_back(number(result, key));
  return values;
}

void expect_heads(const json& results, const std::vector<std::string>& drifts, std::size_t each) {
  ASSERT_EQ(results.size(), drifts.size() * each);
  for (std::size_t i = 0; i < results.size(); ++i) {
    EXPECT_EQ(results[i].at("drift"), drifts[i / each]);
    EXPECT_EQ(results[i].at("n"), 12);
    EXPECT_EQ(results[i].at("k"), 3);
    EXPECT_EQ(results[i].at("seed"), 5);
    EXPECT_EQ(results[i].at("target_w"), 0.25);
    EXPECT_TRUE(results[i].at("not_converged").is_number_integer());
  }
}

void expect_the_same_on_any_threads(const std::string& arguments) {
  const json expected = results(arguments + " --threads 1");
  EXPECT_EQ(results(arguments + " --threads 2"), expected) << arguments;
  EXPECT_EQ(results(arguments + " --threads 3"), expected) << arguments;
}

const std::string kSmall = " --n 12 --k 3 ";
const std::string kNamed = kSmall + "--seed 5 --target-w 0.25 ";

TEST(Reduce, EachCountOfCopies) {
  const json all = results("reduce --drift zero,exact --t 4,8 --copies 20 --samples 10 --dt 1 --t-end 16" + kNamed);
  expect_heads(all, {"zero", "exact"}, 8);
  EXPECT_EQ(column(all, "copies"), (std::vector<double>{1, 4, 16, 20, 1, 4, 16, 20, 1, 4, 16, 20, 1, 4, 16, 20}));
  EXPECT_EQ(column(all, "t"), (std::vector<double>{4, 4, 4, 4, 8, 8, 8, 8, 4, 4, 4, 4, 8, 8, 8, 8}));
  for (const json& result : all) {
    EXPECT_EQ(result.at("samples"), 10);
    EXPECT_EQ(result.at("t_end"), 16.0);
    for (const char* key :
         {"mse_sampler", "mse_direct", "mse_exact", "stderr_sampler", "stderr_direct", "stderr_exact"})
      EXPECT_TRUE(result.at(key).is_number()) << key;
  }
  const std::string short_runs = "reduce --drift zero --t 4 --samples 2 --dt 4 --t-end 8" + kSmall;
  EXPECT_EQ(column(results(short_runs + "--copies 1"), "copies"), (std::vector<double>{1}));
  EXPECT_EQ(column(results(short_runs + "--copies 3"), "copies"), (std::vector<double>{1, 3}));
  EXPECT_EQ(column(results(short_runs + "--copies 16"), "copies"), (std::vector<double>{1, 4, 16}));
}

TEST(Reduce, HasNoExactErrorWhereThatIsNotFeasible) {
  const json result = results("reduce --n 64 --k 6 --drift zero --t 4 --samples 2 --copies 1 --dt 4 --t-end 8").at(0);
  EXPECT_TRUE(result.at("mse_exact").is_null());
  EXPECT_TRUE(result.at("stderr_exact").is_null());
}

/// Samples of the posterior are independent, and as far from its mean as x is. So the average of N of them has (1 + 1 /
/// N) times the least error, apart from the bias of the steps. At eight other seeds the differences were at most 0.8 of
/// what is allowed.
TEST(Reduce, TheAverageTendsToThePosteriorMean) {
  if (kSanitized) GTEST_SKIP() << "takes minutes so; the others run the same code with fewer samples";
  const json all = results("reduce --drift exact --t 12 --copies 64 --samples 60 --dt 0.5 --t-end 48" + kSmall);
  ASSERT_EQ(all.size(), 4U);
  const double least = number(all[0], "mse_exact");
  EXPECT_GT(least, 0.1);
  EXPECT_LT(least, 0.45);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(all[i].at("mse_exact"), least);
    EXPECT_EQ(all[i].at("mse_direct"), least);
    const double copies = number(all[i], "copies");
    EXPECT_NEAR(number(all[i], "mse_sampler"), (1 + 1 / copies) * least, 0.02 + 0.15 / std::sqrt(copies)) << copies;
    if (i > 0) {
      EXPECT_LT(number(all[i], "mse_sampler"), number(all[i - 1], "mse_sampler")) << copies;
    }
  }
}

/// An average must not depend on which averages are asked for besides.
TEST(Reduce, AnAverageDoesNotDependOnTheNumberOfCopies) {
  const std::string reduce =
      "reduce --drift exact,soft-spectral,amp --t 6 --samples 5 --dt 2 --t-end 12" + kSmall + "--copies ";
  const json many = results(reduce + "64"), some = results(reduce + "16"), one = results(reduce + "1");
  ASSERT_EQ(many.size(), 3 * 4U);
  ASSERT_EQ(some.size(), 3 * 3U);
  ASSERT_EQ(one.size(), 3U);
  for (std::size_t drift = 0; drift < 3; ++drift) {
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(some[3 * drift + i], many[4 * drift + i]) << i;
    EXPECT_EQ(one[drift], many[4 * drift]);
  }
}

/// With one step from nearly 0 to the end, a sample is a function of the chain's own noise. If chains of different
/// observations shared their noise, their errors would be the same to a percent. The prior is nearly sure of x = 0.
TEST(Reduce, ChainsOfDifferentObservationsDiffer) {
  const json result =
      results("reduce --drift exact --target-w 1e-4 --t 1e-3 --copies 1 --samples 100 --schedule grid:16" + kSmall)
          .at(0);
  EXPECT_GT(number(result, "stderr_sampler"), 0.05 * number(result, "mse_sampler"));
}

/// A sample is the estimate at the end, not the last estimate that moved Y.
TEST(Reduce, ASampleIsTheEstimateAtTheEnd) {
  const json result = results("reduce --drift exact --t 6 --copies 1 --samples 5 --schedule grid:8" + kSmall).at(0);
  EXPECT_NE(result.at("mse_sampler"), result.at("mse_direct"));
}

/// `reduce` has the same observations as `mse`.
TEST(Reduce, DirectIsTheScoreMatchingError) {
  const std::string at = " --drift zero,exact --t 6 --samples 50 --seed 9" + kSmall;
  const json reduce = results("reduce --copies 1 --dt 2 --t-end 8" + at), mse = results("mse" + at);
  ASSERT_EQ(reduce.size(), mse.size());
  for (std::size_t i = 0; i < mse.size(); ++i) {
    EXPECT_EQ(reduce[i].at("mse_direct"), mse[i].at("mse"));
    EXPECT_EQ(reduce[i].at("stderr_direct"), mse[i].at("stderr"));
    EXPECT_EQ(reduce[i].at("mse_exact"), mse[1].at("mse"));
  }
  EXPECT_EQ(reduce[0].at("mse_sampler"), mse[0].at("mse"));
}

/// The chains start at t = 6, so that earlier times of a schedule do not matter.
TEST(Reduce, FollowsTheSchedule) {
  const std::string from = "reduce --drift exact --t 6 --samples 5 --copies 4" + kSmall + "--schedule ";
  const json uniform = results(from + "uniform --dt 2 --t-end 12");
  EXPECT_EQ(results(from + "grid:8,10,12"), uniform);
  EXPECT_EQ(results(from + "grid:1,5,6,8,10,12"), uniform);
  EXPECT_NE(results(from + "grid:8,12"), uniform);
}

TEST(Reduce, DoesNotDependOnThreads) {
  expect_the_same_on_any_threads(
      "reduce --n 32 --k 4 --drift 'amp,lipschitz(power)' --t 10 --samples 7 --copies 5 --dt 2 --t-end 20");
}

TEST(Lipschitz, EachDriftAndTime) {
  const json all = results("lipschitz --drift zero,exact --t-grid 4:12:4 --samples 30" + kNamed);
  expect_heads(all, {"zero", "exact"}, 3);
  EXPECT_EQ(column(all, "t"), (std::vector<double>{4, 8, 12, 4, 8, 12}));
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i].at("samples"), 30);
    const double largest = number(all[i], "constant_times_t"), random = number(all[i], "random_constant_times_t"),
                 median = number(all[i], "median_constant_times_t");
    if (i < 3) {
      EXPECT_EQ(largest, 0);
    }
    if (i >= 3) {
      EXPECT_GT(std::min(random, median), 0);
    }
    EXPECT_GE(largest, std::max(random, median));
  }
}

/// The derivative of the posterior mean is the posterior's covariance. Its largest eigenvalue is below E ||x||^2 <= 1.
/// It is 1/4 where Y leaves open whether there is a signal, which some of 50 observations do.
TEST(Lipschitz, OfThePosteriorMeanIsItsCovariance) {
  for (const json& result : results("lipschitz --drift exact --t 8,16 --samples 50" + kSmall)) {
    EXPECT_GT(number(result, "constant_times_t"), 0.15 * number(result, "t"));
    EXPECT_LT(number(result, "constant_times_t"), 0.5 * number(result, "t"));
    EXPECT_GT(number(result, "random_constant_times_t"), 0.01 * number(result, "t"));
  }
}

/// A sign pattern jumps by sqrt(2) at most, or by 2 where all of it changes, over a distance of 0.003 t. Most
/// observations are far from a jump.
TEST(Lipschitz, OfAJumpIsItsHeightOverTheDistance) {
  for (const json& result : results("lipschitz --drift ungated --t 4,16 --samples 200" + kSmall)) {
    EXPECT_GT(number(result, "constant_times_t"), 100);
    EXPECT_LT(number(result, "constant_times_t"), 1.001 * 2 / 0.003);
    EXPECT_LT(number(result, "median_constant_times_t"), 0.01);
  }
}

TEST(Lipschitz, TheMedianOfTwoIsTheLarger) {
  const json result = results("lipschitz --drift exact --t 8 --samples 2" + kSmall).at(0);
  EXPECT_EQ(result.at("median_constant_times_t"), result.at("constant_times_t"));
}

TEST(Lipschitz, StaysBelowTheGivenConstant) {
  const auto constant = [](const std::string& given) {
    const json result =
        results("lipschitz --n 32 --k 4 --drift 'lipschitz(spectral)' --t 2n --lipschitz-constant " + given).at(0);
    return number(result, "constant_times_t");
  };
  EXPECT_GT(constant("1"), 0.1);
  EXPECT_LT(constant("1"), 1.001);
  EXPECT_GT(constant("20"), 1.1);
  EXPECT_LT(constant("20"), 20.02);
}

TEST(Lipschitz, DoesNotDependOnThreads) {
  expect_the_same_on_any_threads("lipschitz --n 32 --k 4 --drift 'amp,lipschitz(power)' --t 40 --samples 7");
}

TEST(Convergence, EachStep) {
  const json all = results("convergence --drift zero,exact --dt 2 --t-end 8 --levels 3 --chains 4" + kNamed);
  expect_heads(all, {"zero", "exact"}, 3);
  EXPECT_EQ(column(all, "dt"), (std::vector<double>{2, 1, 0.5, 2, 1, 0.5}));
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i].at("t_end"), 8.0);
    EXPECT_EQ(all[i].at("paths"), 4);
    if (i < 3) {
      EXPECT_EQ(all[i].at("error"), 0.0);
      EXPECT_TRUE(all[i].at("ratio").is_null());
    }
  }
  EXPECT_DOUBLE_EQ(number(all[3], "ratio"), number(all[3], "error") / number(all[4], "error"));
  EXPECT_DOUBLE_EQ(number(all[4], "ratio"), number(all[4], "error") / number(all[5], "error"));
  EXPECT_TRUE(all[5].at("ratio").is_null());
  for (std::size_t i = 3; i < 6; ++i) EXPECT_GT(number(all[i], "stderr"), 0);
}

/// One step from 0 has no drift. The second of two half steps has m(Y, 4), of norm 1 or 0, for a time of 4. This is how
/// far apart the paths end, and the square of it is 16 in a fraction p of the paths.
TEST(Convergence, OfOneStepIsTheDriftOfItsSecondHalf) {
  const std::string one_step = "convergence --dt 8 --t-end 8 --levels 1 --chains 30" + kSmall;
  const json ungated = results(one_step + "--drift ungated").at(0),
             spectral = results(one_step + "--drift spectral").at(0);
  EXPECT_NEAR(number(ungated, "error"), 4, 1e-5);
  EXPECT_NEAR(number(ungated, "stderr"), 0, 1e-5);
  const double error = number(spectral, "error"), p = error * error / 16;
  EXPECT_GT(p, 0.5);
  EXPECT_LT(p, 0.99);
  EXPECT_NEAR(number(spectral, "stderr"), 16 * std::sqrt(p * (1 - p) / 29) / (2 * error), 1e-5);
}

/// The posterior mean is smooth, and before t_bayes the paths are far from a decision.
TEST(Convergence, ErrorsOfASmoothDriftHalveWithTheStep) {
  const json all = results("convergence --drift exact --dt 0.5 --t-end 4 --levels 4 --chains 40" + kSmall);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(number(all.at(i), "ratio"), 2, 0.3) << i;
  EXPECT_LT(number(all.at(3), "error"), 0.02);
}

/// The paths follow those of the finest steps, so that a step's error does not depend on where the halving began.
TEST(Convergence, IsAlongOnePath) {
  const std::string paths = " --drift exact,spectral --t-end 8 --chains 3" + kSmall;
  const json long_steps = results("convergence --dt 2 --levels 4" + paths);
  const json short_steps = results("convergence --dt 1 --levels 3" + paths);
  for (std::size_t drift = 0; drift < 2; ++drift) {
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(long_steps.at(4 * drift + 1 + i), short_steps.at(3 * drift + i));
  }
}

TEST(Convergence, DoesNotDependOnThreads) {
  expect_the_same_on_any_threads(
      "convergence --n 32 --k 4 --drift 'amp,lipschitz(power)' --dt 4 --t-end 32 --levels 2 --chains 5");
}

TEST(Defaults, FollowTheCost) {
  EXPECT_EQ(results("reduce --drift zero --t 4 --copies 1 --t-end 8" + kSmall).at(0).at("samples"), 100);
  EXPECT_EQ(results("lipschitz --drift zero --t 4" + kSmall).at(0).at("samples"), 20);
  EXPECT_EQ(results("mse --drift zero --t 4" + kSmall).at(0).at("samples"), 1000);
}

/// Returns norms of the posterior mean at early times, when they take all values between 0 and 1.
json sample(const std::string& arguments) {
  return results("sample --drift exact --chains 10 " + arguments + kSmall).at(0);
}

TEST(Schedules, OfTheSameTimesGiveTheSameSamples) {
  const json uniform = sample("--dt 2 --t-end 8"), geometric = sample("--schedule geometric:3 --dt 2 --t-end 8");
  EXPECT_EQ(uniform.at("schedule"), "uniform");
  EXPECT_EQ(uniform.at("steps"), 4);
  EXPECT_EQ(geometric.at("schedule"), "geometric:3");
  EXPECT_EQ(geometric.at("steps"), 3);
  EXPECT_EQ(geometric.at("dt"), 2.0);
  EXPECT_EQ(geometric.at("t_end"), 8.0);
  const json grid = sample("--schedule grid:2,4,6,8"), doubling = sample("--schedule grid:2,4,8");
  EXPECT_EQ(grid.at("fro_norms"), uniform.at("fro_norms"));
  EXPECT_EQ(doubling.at("fro_norms"), geometric.at("fro_norms"));
  EXPECT_NE(grid.at("fro_norms"), doubling.at("fro_norms"));
  EXPECT_EQ(sample("--schedule uniform --dt 2 --t-end 8"), uniform);
  EXPECT_EQ(sample("--schedule grid:0.5n,1n").at("fro_norms"), sample("--dt 0.5n --t-end 1n").at("fro_norms"));
  EXPECT_EQ(sample("--schedule geometric:1 --t-end 8").at("fro_norms"), sample("--schedule grid:8").at("fro_norms"));
}

TEST(Schedules, AGridHasAnEndOfItsOwnAndNoStep) {
  for (const char* others : {"", " --dt 3 --t-end 6", " --dt 6 --t-end 3"}) {
    const json grid = sample(std::string("--schedule grid:2,4,7") + others);
    EXPECT_EQ(grid.at("schedule"), "grid:2,4,7");
    EXPECT_EQ(grid.at("steps"), 3);
    EXPECT_EQ(grid.at("t_end"), 7.0);
    EXPECT_TRUE(grid.at("dt").is_null());
  }
}

/// The posterior mean is sure only at late times, so that these norms show whether a schedule goes to the end.
TEST(Schedules, GoToTheEnd) {
  for (const char* schedule : {"uniform", "geometric:120"}) {
    const json result = sample(std::string("--t-end 150 --target-w 1 --schedule ") + schedule);
    for (const json& norm : result.at("fro_norms")) EXPECT_GT(norm, 0.95) << schedule;
  }
}

/// The flow with the posterior mean has the target's law. All of 400 norms are 0 or 1, apart from undecided ones, and
/// the number of ones is what w says, to five standard deviations.
TEST(Samplers, TheProbabilityFlowSamplesTheTarget) {
  for (const double w : {0.25, 0.5}) {
    const json result = results("sample --drift exact --sampler probability-flow --t-end 60 --chains 400 --target-w " +
                                std::to_string(w) + kSmall)
                            .at(0);
    EXPECT_EQ(result.at("sampler"), "probability-flow");
    int ones = 0, undecided = 0;
    for (const json& norm : result.at("fro_norms")) {
      ones += norm > 0.5;
      undecided += norm > 0.1 && norm < 0.9;
    }
    EXPECT_NEAR(ones / 400.0, w, 5 * std::sqrt(w * (1 - w) / 400));
    EXPECT_LE(undecided, 20);
  }
}

TEST(Samplers, AreNamed) {
  const json diffusion = sample("--dt 2 --t-end 8"), flow = sample("--dt 2 --t-end 8 --sampler probability-flow");
  EXPECT_EQ(diffusion.at("sampler"), "euler-maruyama");
  EXPECT_EQ(flow.at("sampler"), "probability-flow");
  EXPECT_EQ(sample("--dt 2 --t-end 8 --sampler euler-maruyama"), diffusion);
  EXPECT_NE(flow.at("fro_norms"), diffusion.at("fro_norms"));
  // The flow starts with a step of noise.
  EXPECT_EQ(sample("--schedule grid:8 --sampler probability-flow").at("fro_norms"),
            sample("--schedule grid:8").at("fro_norms"));
  expect_the_same_on_any_threads(
      "sample --n 32 --k 4 --drift amp,power --chains 5 --t-end 1n "
      "--sampler probability-flow --schedule geometric:30");
}

/// Norms that are all the same leave nothing to resample. Norms that are 0 and 1 with a mean of w leave a binomial.
TEST(Intervals, CoverTheDistance) {
  const json sure = results("sample --drift zero --target-w 0.25 --chains 20 --dt 4 --t-end 8" + kSmall).at(0);
  EXPECT_EQ(sure.at("w1_interval"), json({0.25, 0.25}));
  const json open = results("sample --drift exact --target-w 0.5 --chains 100 --t-end 60" + kSmall).at(0);
  const double low = open.at("w1_interval").at(0), high = open.at("w1_interval").at(1);
  EXPECT_GE(low, 0);
  EXPECT_LT(low, 0.06);
  EXPECT_GT(high, 0.06);
  EXPECT_LT(high, 0.25);
}

TEST(BadInput, Schedules) {
  const std::string sample = "sample --drift zero" + kSmall, possible = "uniform, geometric:STEPS or grid:T,T,...";
  for (const std::string given : {"foo", "geometric", "grid", "Uniform", "uniform:3", "''"}) {
    std::string said = given;
    std::erase(said, '\'');
    expect_refused(sample + "--schedule " + given, {"--schedule", "\"" + said + "\"", possible});
  }
  expect_refused(sample + "--schedule", {"--schedule", "\"\"", possible});
  for (const std::string steps : {"", "0", "-1", "x", "1.5", "1000001"}) {
    expect_refused(sample + "--schedule geometric:" + steps,
                   {"--schedule geometric", "\"" + steps + "\"", "a whole number from 1 to 1000000"});
  }
  expect_refused(sample + "--schedule geometric:1000000 --dt 10 --t-end 11",
                 {"--schedule", "\"geometric:1000000\"", "fewer steps from 10 to 11"});
  expect_refused(sample + "--schedule geometric:2 --dt 8 --t-end 8", {"--schedule", "\"geometric:2\"", "fewer steps"});
  expect_refused(sample + "--schedule geometric:3 --dt 9 --t-end 8", {"--dt", "\"9\"", "--t-end 8"});
  for (const std::string times : {"4,2", "2,2", "1,3,3", "1n,12"}) {
    expect_refused(sample + "--schedule grid:" + times,
                   {"--schedule", "\"grid:" + times + "\"", "times that increase"});
  }
  for (const std::string time : {"", "0", "-1", "nan", "inf", "x"}) {
    expect_refused(sample + "--schedule grid:2," + time, {"--schedule grid", "\"" + time + "\"", "a multiple of n"});
  }
}

TEST(BadInput, Samplers) {
  for (const std::string given : {"ddpm", "Euler-Maruyama", "probability-flow,euler-maruyama", "''"}) {
    std::string said = given;
    std::erase(said, '\'');
    expect_refused("sample" + kSmall + "--sampler " + given,
                   {"--sampler", "\"" + said + "\"", "euler-maruyama or probability-flow"});
  }
}

TEST(BadInput, Reduce) {
  const std::string reduce = "reduce --drift zero" + kSmall;
  expect_refused(reduce + "--t 41 --t-end 40", {"--t", "\"41\"", "before the diffusion's end, 40"});
  expect_refused(reduce + "--t 40 --t-end 40", {"--t", "\"40\"", "before the diffusion's end, 40"});
  expect_refused(reduce + "--t 3,5 --schedule grid:2,4", {"--t", "\"5\"", "before the diffusion's end, 4"});
  expect_refused(reduce + "--t-grid 10:50:10 --t-end 40", {"--t", "\"40\"", "before the diffusion's end, 40"});
  for (const std::string copies : {"0", "-1", "x", "1.5", "1000001", "''"}) {
    expect_refused(reduce + "--copies " + copies, {"--copies", "a whole number from 1 to 1000000"});
  }
  for (const std::string samples : {"1", "1000001"}) {
    expect_refused(reduce + "--samples " + samples,
                   {"--samples", "\"" + samples + "\"", "a whole number from 2 to 1000000"});
  }
}

TEST(BadInput, Convergence) {
  const std::string convergence = "convergence --drift zero" + kSmall;
  expect_refused(convergence + "--dt 0.3 --t-end 1", {"--dt", "\"0.3\"", "--t-end 1 is a multiple of"});
  expect_refused(convergence + "--dt 2 --t-end 1", {"--dt", "\"2\"", "--t-end 1"});
  for (const std::string levels : {"0", "11", "-1", "x", "1.5", "''"}) {
    expect_refused(convergence + "--levels " + levels, {"--levels", "a whole number from 1 to 10"});
  }
  expect_refused(convergence + "--dt 1e-5 --t-end 1 --levels 4", {"--levels", "\"4\"", "more than a million"});
  expect_refused(convergence + "--chains 0", {"--chains", "\"0\"", "a whole number from 1 to"});
}

TEST(BadInput, LipschitzConstants) {
  for (const std::string command : {"mse", "sample", "lipschitz", "reduce"}) {
    for (const std::string given : {"-1", "0", "nan", "inf", "x", "''"}) {
      expect_refused(command + kSmall + "--lipschitz-constant " + given,
                     {"--lipschitz-constant", "a number from 1e-06 to 1e+09"});
    }
  }
}

TEST(BadInput, OptionsOfOtherCommands) {
  const auto refuse = [](const std::string& command, const std::vector<std::string>& options) {
    for (const std::string& option : options)
      expect_refused(command + " " + option + " 1", {option, "driftbench " + command, "--n"});
  };
  refuse("sample", {"--copies", "--levels", "--samples", "--t", "--t-grid", "--steps"});
  refuse("mse", {"--schedule", "--sampler", "--copies", "--levels", "--dt"});
  refuse("profile", {"--schedule", "--sampler", "--copies", "--levels", "--t"});
  refuse("reduce", {"--sampler", "--chains", "--levels", "--steps"});
  refuse("lipschitz", {"--dt", "--t-end", "--schedule", "--sampler", "--copies", "--levels", "--chains"});
  refuse("convergence", {"--schedule", "--sampler", "--copies", "--samples", "--t", "--t-grid"});
  expect_refused("--schedule uniform sample", {"--schedule", "driftbench"});
}

}  // namespace
}  // namespace driftbench
