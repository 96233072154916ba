// Tests `driftbench compare` from the shell, on documents written here and by `profile`.
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <fstream>
#include <string>
#include <vector>

#include "tests/tools/command_line/run.h"

namespace driftbench {
namespace {

using nlohmann::json;

void write_file(const std::string& name, const std::string& content) {
  std::ofstream(test_folder() + name, std::ios::binary) << content;
}

json row(const std::string& drift, const std::string& phase, const json& p50, const json& p90, const json& p99) {
  return {{"drift", drift}, {"target", "T"},  {"n", 32},        {"k", 4},       {"seed", 1},      {"target_w", 0.5},
          {"dt", 0.5},      {"t_end", 128.0}, {"phase", phase}, {"count", 100}, {"mean_ns", 1.0}, {"p50_ns", p50},
          {"p90_ns", p90},  {"p99_ns", p99},  {"p999_ns", {}},  {"max_ns", 1}};
}

json document(const std::vector<json>& rows) {
  return {{"tool", "driftbench"},
          {"version", "0"},
          {"command", "driftbench profile"},
          {"environment", {{"cpu", "C"}, {"isa", "I"}, {"compiler", "G"}, {"optimized", true}, {"governor", "x"}}},
          {"results", rows}};
}

std::vector<json> two_rows() { return {row("amp", "step", 1000, 2000, 4000), row("amp", "noise", 100, 200, 300)}; }

/// Returns what `driftbench compare` says of the two documents.
json compare(const json& a, const json& b) {
  write_file("a.json", a.dump());
  write_file("b.json", b.dump());
  return run_json("compare \"$T/a.json\" \"$T/b.json\"");
}

/// A profile says of itself whether its times are to be trusted.
TEST(Compare, TellsTheDoubtsOfItsProfiles) {
  std::vector<json> doubted = two_rows();
  doubted[0]["valid"] = false;
  write_file("a.json", document(two_rows()).dump());
  write_file("b.json", document(doubted).dump());
  const std::string text = run("$D compare \"$T/a.json\" \"$T/b.json\"").out;
  EXPECT_NE(text.find("b's own run doubts its times of amp"), std::string::npos) << text;
  EXPECT_EQ(text.find("a's own run"), std::string::npos) << text;
}

TEST(Compare, RatiosOfWhatBothHave) {
  const std::vector<json> b = {row("amp", "noise", 150, 100, 0), row("amp", "step", 250, 3000, 4000)};
  const json compared = compare(document(two_rows()), document(b));
  EXPECT_EQ(compared.at("environment"), json({{"cpu", "C"}, {"isa", "I"}, {"compiler", "G"}, {"optimized", true}}));
  const json& results = compared.at("results");
  ASSERT_EQ(results.size(), 2U);
  EXPECT_EQ(results[0], json({{"drift", "amp"},
                              {"target", "T"},
                              {"n", 32},
                              {"k", 4},
                              {"phase", "step"},
                              {"in", "both"},
                              {"seed", {1, 1}},
                              {"p50_ns", {1000, 250}},
                              {"p90_ns", {2000, 3000}},
                              {"p99_ns", {4000, 4000}},
                              {"p50_ratio", 0.25},
                              {"p90_ratio", 1.5},
                              {"p99_ratio", 1.0}}));
  EXPECT_EQ(results[1].at("phase"), "noise");
  EXPECT_EQ(results[1].at("p50_ratio"), 1.5);
  EXPECT_EQ(results[1].at("p90_ratio"), 0.5);
  EXPECT_EQ(results[1].at("p99_ratio"), 0.0);
}

TEST(Compare, InstructionSetsAreApart) {
  const auto with = [](const char* isa, int p50) {
    json of_isa = row("amp", "step", p50, 2000, 4000);
    of_isa["isa"] = isa;
    return of_isa;
  };
  const std::vector<json> a = {with("sse2", 4000), with("avx2", 1000)}, b = {with("avx2", 1500), two_rows()[0]};
  const json results = compare(document(a), document(b)).at("results");
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(results[0].at("drift"), "amp@sse2");
  EXPECT_EQ(results[0].at("in"), "a");
  EXPECT_EQ(results[1].at("drift"), "amp@avx2");
  EXPECT_EQ(results[1].at("p50_ratio"), 1.5);
  EXPECT_EQ(results[2].at("drift"), "amp");
  EXPECT_EQ(results[2].at("in"), "b");
}

TEST(Compare, TheTable) {
  write_file("a.json", document({row("amp", "step", 2000, 4000, {})}).dump());
  write_file("b.json", document({row("amp", "step", 3000, 3000, 1), row("zero", "step", 7000, 1, 1)}).dump());
  const Outcome outcome = run("$D compare \"$T/a.json\" \"$T/b.json\"");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err, "");
  for (const char* line : {"n = 32, k = 4; C, I instructions, G\n",
                           "amp     step  both   2.00   3.00  1.500   4.00   3.00  0.750      -   0.00    -\n",
                           "zero    step     b      -   7.00      -      -   0.00      -      -   0.00    -\n"}) {
    EXPECT_NE(outcome.out.find(line), std::string::npos) << line << "is not in\n" << outcome.out;
  }
}

TEST(Compare, WhatOnlyOneHas) {
  const json results = compare(document({row("amp", "step", 1000, 2000, 3000), row("zero", "step", 10, 20, 30)}),
                               document({row("power", "step", 10, 20, 30), row("amp", "step", 1000, 2000, 3000)}))
                           .at("results");
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(results[0].at("in"), "both");
  EXPECT_EQ(results[1].at("drift"), "zero");
  EXPECT_EQ(results[1].at("in"), "a");
  EXPECT_EQ(results[1].at("p90_ns"), json({20, nullptr}));
  EXPECT_EQ(results[2].at("drift"), "power");
  EXPECT_EQ(results[2].at("in"), "b");
  EXPECT_EQ(results[2].at("p90_ns"), json({nullptr, 20}));
  for (const char* ratio : {"p50_ratio", "p90_ratio", "p99_ratio"}) {
    EXPECT_TRUE(results[1].at(ratio).is_null() && results[2].at(ratio).is_null()) << ratio;
  }
}

TEST(Compare, NoRatioThatIsNoNumber) {
  const json huge = compare(document({row("amp", "step", 5e-324, 0, 1)}), document({row("amp", "step", 1e18, 0, 1)}));
  EXPECT_TRUE(huge.at("results").at(0).at("p50_ratio").is_null());
  json bad = document(two_rows());
  bad["results"][0]["p50_ns"] = 1e19;
  write_file("a.json", bad.dump());
  expect_refused("compare \"$T/a.json\" \"$T/a.json\"", {"p50_ns of result 0 is not a duration"});
}

TEST(Compare, NoRatioToNothing) {
  const json result =
      compare(document({row("amp", "step", 0, 5, {})}), document({row("amp", "step", 5, {}, 5)})).at("results").at(0);
  for (const char* ratio : {"p50_ratio", "p90_ratio", "p99_ratio"}) EXPECT_TRUE(result.at(ratio).is_null()) << ratio;
}

TEST(Compare, WhatProfileWrote) {
  // Steps of this size are timed one by one.
  const json profile = run_json("profile --n 350 --k 20 --drift zero,power --steps 200");
  const json compared = compare(profile, profile);
  EXPECT_EQ(compared.at("environment").at("isa"), profile.at("environment").at("isa"));
  ASSERT_EQ(compared.at("results").size(), profile.at("results").size());
  for (std::size_t i = 0; i < compared.at("results").size(); ++i) {
    const json &result = compared.at("results")[i], &original = profile.at("results")[i];
    EXPECT_EQ(result.at("phase"), original.at("phase"));
    EXPECT_EQ(result.at("p50_ns"), json({original.at("p50_ns"), original.at("p50_ns")}));
    // A phase that does nothing, such as the drift zero, may take no tick of the clock.
    EXPECT_EQ(result.at("p50_ratio"), original.at("p50_ns") == 0 ? json() : json(1.0)) << original;
    EXPECT_TRUE(result.at("p99_ratio").is_null()) << "of 200 steps, 2 lie beyond";
  }
}

TEST(Compare, SeedsAndGovernorsMayDiffer) {
  json b = document(two_rows());
  b["environment"]["governor"] = "y";
  b["version"] = "1";
  for (json& result : b["results"]) result["seed"] = 2;
  EXPECT_EQ(compare(document(two_rows()), b).at("results").at(0).at("seed"), json({1, 2}));
  for (json& result : b["results"]) result["seed"] = "18446744073709551615";
  EXPECT_EQ(compare(document(two_rows()), b).at("results").at(0).at("seed"), json({1, "18446744073709551615"}));
}

/// Checks that the documents are refused because of this field, with both its values, in either order.
void expect_incomparable(const json& a, const json& b, const std::string& field, const std::string& value_a,
                         const std::string& value_b) {
  write_file("a.json", a.dump());
  write_file("b.json", b.dump());
  expect_refused("compare \"$T/a.json\" \"$T/b.json\"",
                 {"compare: " + field + " differs", value_a + " in", "a.json", value_b + " in", "b.json"});
  expect_refused("compare \"$T/b.json\" \"$T/a.json\"", {"compare: " + field + " differs", value_a, value_b});
}

TEST(Compare, OtherConditionsAreRefused) {
  const json a = document(two_rows());
  for (const char* field : {"cpu", "isa", "compiler"}) {
    json b = a;
    b["environment"][field] = "another";
    expect_incomparable(a, b, field, a.at("environment").at(field), "another");
    b["environment"].erase(field);
    expect_incomparable(a, b, field, a.at("environment").at(field), "not recorded");
  }
  json b = a;
  b["environment"]["optimized"] = false;
  expect_incomparable(a, b, "optimized", "true", "false");
  for (const char* field : {"n", "k", "target_w", "dt", "t_end"}) {
    b = a;
    for (json& result : b["results"]) result[field] = 1;
    expect_incomparable(a, b, field, a.at("results").at(0).at(field).dump(), "1");
  }
  b = a;
  for (json& result : b["results"]) result["target"] = "another";
  expect_incomparable(a, b, "target", "T", "another");
}

/// Checks that the file is refused in either place, by its name and for this reason.
void expect_malformed(const std::string& content, const std::string& why) {
  write_file("good.json", document(two_rows()).dump());
  write_file("bad.json", content);
  expect_refused("compare \"$T/good.json\" \"$T/bad.json\"", {"compare: \"", "bad.json\"", why, "profile --json"});
  expect_refused("compare \"$T/bad.json\" \"$T/good.json\"", {"compare: \"", "bad.json\"", why, "profile --json"});
}

TEST(Compare, FilesThatAreNoDocuments) {
  const std::string good = document(two_rows()).dump();
  for (const std::string& content : {std::string(), std::string("x"), good.substr(0, good.size() - 1), good + good,
                                     std::string("\xff"), std::string("{\"tool\": 1e999}")}) {
    expect_malformed(content, "it is not JSON");
  }
  for (const char* content : {"[]", "3", "null", "{}", R"({"tool": "another"})", R"({"tool": 3})"}) {
    expect_malformed(content, "it is not a document of driftbench");
  }
  expect_malformed(good + std::string(std::size_t{4} << 20, ' '), "more than 4194304 bytes");
  write_file("good.json", good);
  expect_refused("compare \"$T/good.json\" \"$T/absent.json\"", {"absent.json", "No such file"});
  expect_refused("compare \"$T\" \"$T/good.json\"", {"compare: \"", "Is a directory"});
  expect_refused("compare '' \"$T/good.json\"", {"compare: \"\"", "No such file"});
  expect_refused("compare /dev/zero \"$T/good.json\"", {"/dev/zero", "more than"});
}

TEST(Compare, DocumentsThatWouldTakeTooMuch) {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  expect_malformed(deep, "it is nested more than 64 deep");
  std::string good = document(two_rows()).dump();
  for (const std::string field : {"\"C\"", "\"amp\"", "1000", "\"driftbench profile\"", "\"driftbench\""}) {
    std::string bad = good;
    bad.replace(bad.find(field), field.size(), deep);
    expect_malformed(bad, "it is nested more than 64 deep");
  }
  std::string keys = "{\"tool\": \"driftbench\"";
  for (int i = 0; i < 300'000; ++i) keys += ",\"" + std::to_string(i) + "\":0";
  expect_malformed(keys + "}", "it has more than 262144 values");
  good.pop_back();
  expect_malformed(good + ",\"tool\":\"driftbench\"}", "it names \"tool\" twice in an object");
}

TEST(Compare, ManyKeysTakeNoTime) {
  json many = document(two_rows());
  for (int i = 0; i < 200'000; ++i) many[std::to_string(i)] = 0;
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(compare(many, many).at("results").size(), 2U);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(Compare, NothingInADocumentSteersTheTerminal) {
  const std::string evil = "\x1b[31m\xc2\x9b\r\n\u202e";
  json bad = document({row("amp" + evil, "step" + evil, 1000, 2000, 3000)});
  bad["command"] = "driftbench" + evil;
  for (const char* field : {"cpu", "isa", "compiler"}) bad["environment"][field] = evil;
  write_file("evil.json", bad.dump());
  const Outcome outcome =
      run("cp \"$T/evil.json\" \"$T/$(printf 'a\\033b.json')\"; cd \"$T\"; \"$OLDPWD/$D\" compare evil.json $(printf "
          "'a\\033b.json')");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  for (const char* part : {"\x1b", "\r", "\xc2\x9b", "\u202e"})
    EXPECT_EQ(outcome.out.find(part), std::string::npos) << outcome.out;
  for (const char* part : {"a\\x1bb.json, driftbench\\x1b[31m", "amp\\x1b[31m", "step\\x1b[31m"}) {
    EXPECT_NE(outcome.out.find(part), std::string::npos) << part << " is not in\n" << outcome.out;
  }
  json other = bad;
  other["environment"]["cpu"] = "C";
  write_file("other.json", other.dump());
  expect_refused("compare \"$T/evil.json\" \"$T/other.json\"", {"cpu differs", "\\x1b[31m"});
}

TEST(Compare, LongTextsAreCut) {
  const std::string path(10'000, 'x');
  const Outcome outcome = run("$D compare " + path + " b.json");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_LT(outcome.err.size(), 600U);
  json long_cpu = document(two_rows());
  long_cpu["environment"]["cpu"] = path;
  write_file("long.json", long_cpu.dump());
  write_file("good.json", document(two_rows()).dump());
  EXPECT_LT(run("$D compare \"$T/good.json\" \"$T/long.json\"").err.size(), 1000U);
}

TEST(Compare, DocumentsThatAreNotWhole) {
  for (const char* key : {"command", "environment", "results"}) {
    json bad = document(two_rows());
    bad[key] = 3;
    expect_malformed(bad.dump(), std::string("its ") + key);
    bad.erase(key);
    expect_malformed(bad.dump(), std::string("its ") + key);
  }
  expect_malformed(document({}).dump(), "it has no results");
  expect_malformed(document({json(3)}).dump(), "a result is no object");
  json bad = document(two_rows());
  for (const char* field : {"cpu", "isa", "compiler", "optimized"}) {
    bad = document(two_rows());
    bad["environment"][field] = 3;
    expect_malformed(bad.dump(), std::string(field) + " of environment is not ");
  }
}

TEST(Compare, ResultsThatAreNotWhole) {
  for (const char* field :
       {"drift", "phase", "target", "n", "k", "target_w", "dt", "t_end", "seed", "p50_ns", "p90_ns", "p99_ns"}) {
    json bad = document(two_rows());
    bad["results"][1][field] = json::array();
    expect_malformed(bad.dump(), std::string(field) + " of result 1 is not ");
  }
  for (const char* field : {"drift", "phase", "target", "n"}) {
    json bad = document(two_rows());
    bad["results"][1].erase(field);
    expect_malformed(bad.dump(), std::string(field) + " of result 1 is missing");
  }
  json bad = document(two_rows());
  bad["results"][0]["p90_ns"] = -1;
  expect_malformed(bad.dump(), "p90_ns of result 0 is not a duration");
  bad = document(two_rows());
  bad["results"][0]["n"] = 1.5;
  expect_malformed(bad.dump(), "n of result 0 is not a whole number");
  bad = document(two_rows());
  bad["results"][1]["n"] = 64;
  expect_malformed(bad.dump(), "result 1 is of another run");
  bad = document(two_rows());
  bad["results"][1]["phase"] = "step";
  expect_malformed(bad.dump(), "result 1 repeats drift amp, phase step");
}

TEST(Compare, DocumentsOfOtherCommands) {
  const std::string small = " --n 12 --k 3 --drift zero ";
  for (const std::string& command : {std::string("list"), "mse --samples 2" + small, "sample --chains 1" + small,
                                     "--threads 1" + small, std::string("scaling --steps 20 --k 3 --drift zero")}) {
    expect_malformed(run_json(command).dump(), "not those of profile but of \"driftbench " + command.substr(0, 4));
  }
  expect_malformed(compare(document(two_rows()), document(two_rows())).dump(), "not those of profile but of");
}

TEST(BadInput, Compare) {
  expect_refused("compare", {"compare", "two files"});
  expect_refused("compare a.json", {"compare", "two files"});
  expect_refused("compare a b c", {"c: ", "driftbench compare", "--json"});
  for (const std::string option : {"--n", "--threads", "--drift", "--seed"}) {
    expect_refused("compare a b " + option + " 1", {option, "driftbench compare", "--json"});
  }
}

}  // namespace
}  // namespace driftbench
