// Tests the exact drift and wrapped drifts from the shell.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/tools/command_line/run.h"

namespace driftbench {
namespace {

std::vector<std::string> drifts_of(const nlohmann::json& document) {
  std::vector<std::string> drifts;
  for (const auto& result : document["results"]) drifts.push_back(result["drift"]);
  return drifts;
}

TEST(ExactCommandLine, IsThereWhereItIsFeasible) {
  for (const std::string size : {"--n 12 --k 3", "--n 16 --k 3", "--n 20 --k 3", "--n 24 --k 4", "--n 32 --k 4"}) {
    const auto document = run_json("mse " + size + " --drift exact --t 8 --samples 20");
    EXPECT_EQ(drifts_of(document), std::vector<std::string>{"exact"}) << size;
  }
  const auto all = drifts_of(run_json("mse --n 12 --k 3 --drift all --t 8 --samples 2"));
  EXPECT_NE(std::find(all.begin(), all.end(), "exact"), all.end());
  const auto larger = drifts_of(run_json("mse --n 64 --k 6 --drift all --t 8 --samples 2"));
  EXPECT_EQ(std::find(larger.begin(), larger.end(), "exact"), larger.end());
}

TEST(ExactCommandLine, IsRefusedWhereItIsNot) {
  expect_refused("mse --n 64 --k 6 --drift exact",
                 {"--drift", "\"exact\"", "2.4e+09 sign patterns", "limit is 4.2e+06"});
  expect_refused("sample --drift zero,exact", {"--drift", "\"exact\"", "9.4e+37 sign patterns", "n = 350, k = 20"});
  expect_refused("profile --n 64 --k 6 --drift 'gated(exact)'", {"\"gated(exact)\"", "2.4e+09 sign patterns"});
}

/// If non-zero matrices have no weight, the posterior mean is 0, and so are all draws.
TEST(ExactCommandLine, KnowsTheTargetsWeight) {
  const auto none = run_json("mse --n 12 --k 3 --drift exact --target-w 0 --t 8 --samples 20");
  EXPECT_EQ(none["results"][0]["mse"], 0);
  const auto sure = run_json("sample --n 12 --k 3 --drift exact --target-w 1 --t-end 60 --dt 0.5 --chains 8");
  for (const auto& norm : sure["results"][0]["fro_norms"]) EXPECT_GT(norm, 0.8);
}

TEST(WrappedCommandLine, RunsEveryCommand) {
  const std::string size =
      " --n 32 --k 4 --drift "
      "'gated(spectral),gated(gated(zero)),lipschitz(spectral),gated(lipschitz(spectral)),lipschitz(gated(power))' ";
  const std::vector<std::string> names{"gated(spectral)", "gated(gated(zero))", "lipschitz(spectral)",
                                       "gated(lipschitz(spectral))", "lipschitz(gated(power))"};
  EXPECT_EQ(drifts_of(run_json("mse" + size + "--t 40 --samples 4")), names);
  EXPECT_EQ(drifts_of(run_json("sample" + size + "--t-end 20 --chains 2")), names);
  const auto profile = run_json("profile" + size + "--steps 10");
  std::vector<std::string> phases;
  for (const auto& result : profile["results"]) {
    if (result["drift"] == names[0]) phases.push_back(result["phase"]);
  }
  EXPECT_EQ(phases, (std::vector<std::string>{"step", "drift", "drift.multiply", "drift.iterate", "drift.top_k",
                                              "drift.gate", "drift.test", "noise"}));
  const auto plain = run_json("profile --n 32 --k 4 --drift spectral --steps 10");
  EXPECT_GT(profile["results"][0]["state_bytes"], plain["results"][0]["state_bytes"]);
}

/// The smaller C is, the more noise the drift is averaged over.
TEST(WrappedCommandLine, KnowsTheLipschitzConstant) {
  const auto mse = [](const std::string& constant) {
    const auto document =
        run_json("mse --n 32 --k 4 --drift 'lipschitz(amp)' --t 40 --samples 50 --lipschitz-constant " + constant);
    return document["results"][0]["mse"].get<double>();
  };
  EXPECT_GT(mse("2"), mse("1000") + 0.05);
  expect_refused("mse --n 32 --k 4 --lipschitz-constant 0", {"--lipschitz-constant", "\"0\"", "from 1e-06 to 1e+09"});
}

TEST(WrappedCommandLine, AllWrapsNone) {
  for (const std::string& drift : drifts_of(run_json("mse --n 12 --k 3 --drift all --t 8 --samples 2"))) {
    EXPECT_EQ(drift.find('('), std::string::npos) << drift;
  }
  const std::string list = run("$D list").out;
  for (const std::string variant : {"gated(D)", "lipschitz(D)", "lipschitz(spectral)"}) {
    EXPECT_NE(list.find(variant), std::string::npos) << variant;
  }
}

TEST(WrappedCommandLine, RefusesWhatItCannotWrap) {
  const std::string mse = "mse --n 32 --k 4 --drift ";
  const std::vector<std::string> possible{"--drift", "all, or some of zero,power", "gated(D)"};
  const auto refused = [&](const std::string& name, const std::string& why) {
    auto said = possible;
    said.push_back("\"" + name + "\"");
    said.push_back(why);
    expect_refused(mse + "'" + name + "'", said);
  };
  refused("gated(foo)", "there is no drift \"foo\"");
  refused("gated()", "there is no drift \"\"");
  refused("gated(gated(foo))", "there is no drift \"foo\"");
  refused("foo(zero)", "there is no \"foo(D)\"");
  refused("gated(foo(zero))", "there is no \"foo(D)\"");
  refused("(zero)", "there is no \"(D)\"");
  refused("gated(all)", "there is no drift \"all\"");
  refused("gated(exact)", "exact are not of rank one");
  refused("lipschitz(foo)", "there is no drift \"foo\"");
  refused("lipschitz(exact)", "exact are not of rank one");
  refused("gated(lipschitz(power))", "lipschitz(power) are not of rank one");
  refused("lipschitz(lipschitz(power))", "lipschitz(power) are not of rank one");
  refused("gated(zero", "a parenthesis is open");
  refused("gated(zero)x", "a parenthesis is open");
  refused("zero)", "a parenthesis is closed");
  refused("gated(zero))", "a parenthesis is closed");
  std::string deep = "zero";
  for (int i = 0; i < 10'000; ++i) deep = "gated(" + deep + ")";
  expect_refused(mse + "'" + deep + "'", {"wrapped more than 8 times"});
}

}  // namespace
}  // namespace driftbench
