// Tests the kernels that a program has for other instruction sets than its own.
#include "tools/sizes/instruction_sets.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "tests/tools/command_line/run.h"
#include "tools/base/errors.h"
#include "tools/command_line/selection.h"
#include "tools/sizes/compiled_size.h"

namespace driftbench {
namespace {

std::vector<InstructionSet> on_this_cpu() {
  std::vector<InstructionSet> sets;
  for (const InstructionSet& set : instruction_sets()) {
    if (set.on_this_cpu) sets.push_back(set);
  }
  return sets;
}

std::string names_of(const std::vector<InstructionSet>& sets) {
  std::string names;
  for (const InstructionSet& set : sets) names += (names.empty() ? "" : ",") + set.name;
  return names;
}

/// Returns sqrt(scale) v after a few steps of a drift that always has an estimate.
std::vector<float> estimate_of(Diffusion& diffusion) {
  diffusion.start(0);
  for (int step = 1; step <= 4; ++step) {
    EXPECT_EQ(diffusion.evaluate(), Status::kOk);
    diffusion.advance(static_cast<float>(step));
  }
  EXPECT_EQ(diffusion.evaluate(), Status::kOk);
  std::vector<float> numbers(diffusion.estimate_size());
  diffusion.copy_estimate(numbers);
  return numbers;
}

TEST(InstructionSets, ComputeTheSameDiffusion) {
  if (on_this_cpu().empty()) GTEST_SKIP() << "this build has no kernels besides its own";
  Request request;
  request.drift = "ungated";
  for (const auto& size : all_sizes()) {
    if (size->n() > 350) continue;
    const std::vector<float> own = estimate_of(*size->diffusion(request));
    for (const InstructionSet& set : on_this_cpu()) {
      SCOPED_TRACE(::testing::Message() << set.name << ", n = " << size->n());
      const auto diffusion = make_diffusion(set, *size, request);
      ASSERT_NE(diffusion, nullptr);
      const std::vector<float> numbers = estimate_of(*diffusion);
      ASSERT_EQ(numbers.size(), own.size());
      for (std::size_t i = 0; i < own.size(); ++i) EXPECT_NEAR(numbers[i], own[i], 1e-3);
    }
  }
}

TEST(InstructionSets, AreWhatTheirNamesSay) {
  for (const InstructionSet& set : instruction_sets()) {
    const std::string isa = set.kernels->isa;
    if (isa == "strict") continue;  // a property of this build, whatever the instruction set
    EXPECT_EQ(isa, set.name == "sse2" ? "sse2" : set.name == "avx2" ? "fma3+avx2" : "avx512bw");
  }
}

TEST(ProfileCommand, InstructionSetsTakeTurns) {
  const auto sets = on_this_cpu();
  if (sets.empty()) GTEST_SKIP() << "this build has no kernels besides its own";
  const auto results =
      run_json("profile --n 32 --k 4 --steps 200 --drift power,exact --isa " + names_of(sets)).at("results");
  std::size_t next = 0;
  for (const std::string drift : {"power", "exact"}) {
    for (const InstructionSet& set : sets) {
      int phases = 0;
      for (; next < results.size() && results[next].at("drift") == drift && results[next].at("isa") == set.name;
           ++next) {
        ++phases;
        EXPECT_EQ(results[next].at("count"), 200);
      }
      EXPECT_GE(phases, 3) << drift << " with " << set.name;
    }
  }
  EXPECT_EQ(next, results.size());
}

TEST(ProfileCommand, FilesNameTheInstructionSet) {
  const auto sets = on_this_cpu();
  if (sets.empty()) GTEST_SKIP() << "this build has no kernels besides its own";
  const std::string name = sets.front().name;
  const Outcome outcome = run("$D profile --n 32 --k 4 --steps 50 --drift power --quiet --isa " + name +
                              " --hgrm $T/p --trace $T/trace && grep -c power@" + name + " $T/trace && ls $T");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("power@" + name), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("p.power@" + name + ".step.hgrm"), std::string::npos) << outcome.out;
}

TEST(InstructionSets, AreReadWhateverTheCpu) {
  const std::vector<InstructionSet> all = {
      {"narrow", true, nullptr}, {"middle", true, nullptr}, {"wide", false, nullptr}};
  EXPECT_EQ(names_of(parse_instruction_sets("middle,narrow", all)), "middle,narrow");
  for (const char* const text : {"wide", "narrow,wide", "narrow,narrow", "narrower", "", ","}) {
    try {
      parse_instruction_sets(text, all);
      ADD_FAILURE() << text << " was read";
    } catch (const ArgumentError& error) {
      EXPECT_EQ(std::string(error.what()), "--isa: \"" + std::string(text) +
                                               "\" is not possible; give some of narrow, middle, wide, each once; this "
                                               "CPU has narrow, middle");
    }
  }
}

TEST(BadInput, InstructionSets) {
  const auto sets = on_this_cpu();
  if (sets.empty()) {
    expect_refused("profile --isa sse2", {"--isa", "\"sse2\"", "leave it out"});
    return;
  }
  const std::string first = sets.front().name;
  for (const std::string& text : {std::string("avx3"), first + "," + first, first + ",", std::string("''")}) {
    expect_refused("profile --isa " + text, {"--isa", "give some of sse2, avx2, avx512", "this CPU has " + first});
  }
  for (const InstructionSet& set : instruction_sets()) {
    if (!set.on_this_cpu) expect_refused("profile --isa " + set.name, {"--isa", set.name, "this CPU has " + first});
  }
  expect_refused("profile --stream \"$T/steps\" --isa " + first, {"--isa and --stream", "give one"});
}

}  // namespace
}  // namespace driftbench
