// Targets on the command line: which there are, what they refuse, and what theory and measurements say of them.
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tests/tools/command_line/run.h"

namespace driftbench {
namespace {

using nlohmann::json;

/// Returns the results of a command.
json results(const std::string& arguments) { return run_json(arguments).at("results"); }

TEST(Targets, AreNamedInResults) {
  const json signs = results("mse --target signs --n 64 --density 0.25 --drift amp --t 1n --samples 2").at(0);
  EXPECT_EQ(signs.at("target"), "signs");
  EXPECT_EQ(signs.at("density"), 0.25);
  EXPECT_TRUE(signs.at("k").is_null());
  const json sphere = results("sample --target sphere --n 64 --drift zero --chains 2 --t-end 1n").at(0);
  EXPECT_EQ(sphere.at("target"), "sphere");
  EXPECT_FALSE(sphere.contains("density"));
  const json sparse = results("mse --n 64 --k 6 --drift zero --t 1n --samples 2").at(0);
  EXPECT_EQ(sparse.at("target"), "sparse-signs");
  EXPECT_EQ(sparse.at("k"), 6);
  EXPECT_EQ(run("$D mse --target signs --n 64 --density 0.25 --drift zero --t 1n --samples 2 --quiet")
                .out.find("signs, n = 64, density 0.25, P(s = 1) = 0.5, seed 1\n"),
            0U);
}

TEST(Targets, RefuseWhatIsNotPossible) {
  expect_refused("mse --target cube", {"--target: \"cube\"", "sparse-signs, ", "signs"});
  expect_refused("mse --target sphere --n 64 --k 6", {"--k: \"6\"", "the target sphere has no k", "leave it out"});
  expect_refused("mse --target sphere --n 65", {"--n 65", "n = 64", "\"Sphere<65>\""});
  expect_refused("mse --target submatrix --n 65 --k 6", {"--n 65 --k 6", "n,k = 64,6", "\"Submatrix<65, 6>\""});
  expect_refused("mse --n 64 --k 6 --density 0.5", {"--density: \"0.5\"", "the target sparse-signs has none"});
  for (const char* density : {"0", "-1", "1.5", "nan", "half"}) {
    expect_refused(std::string("mse --target signs --n 64 --density ") + density,
                   {"--density", density, "a number from 0.001 to 1"});
  }
  expect_refused("theory --target sphere --n 64 --phases x.svg", {"--phases", "sphere, which has no density"});
}

/// A drift that does not serve a target is refused by its name, with those that do.
TEST(Targets, RefuseDriftsThatDoNotServeThem) {
  for (const auto& [target, drift] :
       std::vector<std::pair<std::string, std::string>>{{"sphere --n 64", "amp"},
                                                        {"sphere --n 64", "gated(power)"},
                                                        {"signs --n 64", "exact"},
                                                        {"signs --n 64", "soft-spectral"},
                                                        {"submatrix --n 64 --k 6", "gnn"},
                                                        {"sparse-signs --n 64 --k 6", "saddle-point"}}) {
    const std::string name = target.substr(0, target.find(' '));
    expect_refused("mse --drift '" + drift + "' --target " + target,
                   {"--drift: \"" + drift + "\" is not possible", "for the target " + name});
  }
}

/// Every drift of every target denoises and samples: `all` stands for those that serve it.
TEST(Targets, AllDriftsOfEachRun) {
  for (const std::string target : {"sphere --n 64", "signs --n 64 --density 0.1", "submatrix --n 64 --k 6"}) {
    for (const json& result : results("mse --t 3n --samples 30 --target " + target)) {
      const double mse = result.at("mse");
      EXPECT_LE(mse, 1.2) << result;
      // Without a gate there is no sample without a signal.
      if (result.at("drift") != "zero" && result.at("drift") != "ungated") {
        EXPECT_LE(mse, 0.45) << result;
      }
    }
    EXPECT_GE(results("sample --chains 2 --t-end 1n --dt 4 --target " + target).size(), 4U);
    EXPECT_GE(results("lipschitz --samples 4 --t 1n --drift power --target " + target).size(), 1U);
    EXPECT_GE(results("convergence --chains 2 --t-end 16 --levels 1 --drift power --target " + target).size(), 1U);
  }
}

/// amp follows state evolution: its error is within three standard errors and a finite-size part of the fixed point's.
TEST(Targets, AmpReachesTheErrorOfStateEvolution) {
  const std::string target = "--target signs --n 64 --target-w 1 --t 2n,4n ";
  const json theory = results("theory " + target), mse = results("mse --drift amp --samples 400 " + target);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(theory[i].at("t"), mse[i].at("t"));
    EXPECT_NEAR(mse[i].at("mse").get<double>(), theory[i].at("mse_from_nothing").get<double>(),
                5 * mse[i].at("stderr").get<double>() + 0.02);
  }
}

TEST(Theory, KnowsThePhasesOfThePapersTarget) {
  const json result = results("theory --n 64 --k 6 --t 0.3n,2n").at(0);
  EXPECT_NEAR(result.at("t_bayes_formula").get<double>(), 2 * 6 * std::log(64.0 / 6), 1e-3);
  EXPECT_NEAR(result.at("t_alg_formula").get<double>(), 36 * std::log(64.0 / 36), 1e-3);
  EXPECT_LE(result.at("t_truth"), result.at("t_information"));
  EXPECT_LE(result.at("t_information"), result.at("t_algorithm"));
  EXPECT_EQ(result.at("mse_from_nothing"), 0.5);
}

TEST(Theory, DrawsItsPictures) {
  const Outcome outcome =
      run("$D theory --target signs --n 64 --t-grid 0.1n:1n:0.1n --picture $T/e.svg --phases $T/p.svg");
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  for (const char* name : {"e.svg", "p.svg"}) {
    EXPECT_NE(read_file(test_folder() + name).find("<svg"), std::string::npos) << name;
  }
}

/// A sampler of the posterior makes the overlap of two copies that of a copy and the truth, and its denoiser finds a
/// signal as often as there is one. Five standard errors are exceeded once in 1.7e6 times.
TEST(Nishimori, HoldsForThePosteriorMean) {
  const json exact = results("reduce --n 12 --k 3 --drift exact --t 6 --copies 4 --samples 400 --t-end 6n").at(1);
  const double truth = exact.at("truth_overlap"), copies = exact.at("copy_overlap");
  const double error =
      std::hypot(exact.at("stderr_truth_overlap").get<double>(), exact.at("stderr_copy_overlap").get<double>());
  EXPECT_NEAR(truth, copies, 5 * error);
  const json one = results("reduce --n 12 --k 3 --drift exact --t 6 --copies 1 --samples 4").at(0);
  EXPECT_TRUE(one.at("copy_overlap").is_null());
  const json mse = results("mse --n 12 --k 3 --drift exact,zero,ungated --t 6 --samples 4000 --target-w 0.3");
  EXPECT_NEAR(mse[0].at("trace").get<double>(), 0.3, 5 * mse[0].at("stderr_trace").get<double>());
  EXPECT_EQ(mse[1].at("trace"), 0.0);
  EXPECT_NEAR(mse[2].at("trace").get<double>(), 1.0, 1e-5);
}

/// A drift that always says that there is a signal fails the identity.
TEST(Nishimori, FailsForASamplerThatIsWrong) {
  const json wrong = results("reduce --n 12 --k 3 --drift ungated --t 2 --copies 4 --samples 200").at(1);
  const double error =
      std::hypot(wrong.at("stderr_truth_overlap").get<double>(), wrong.at("stderr_copy_overlap").get<double>());
  EXPECT_GT(wrong.at("copy_overlap").get<double>() - wrong.at("truth_overlap").get<double>(), 6 * error);
}

}  // namespace
}  // namespace driftbench
