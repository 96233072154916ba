// Tests what the command line writes, and where, and what is left where that fails.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/tools/command_line/run.h"

namespace driftbench {
namespace {

using nlohmann::json;

constexpr char kSmall[] = " --n 32 --k 4 ";
constexpr char kShort[] = " --n 32 --k 4 --dt 2 --t-end 1n ";

void expect_keys(const json& object, const std::vector<std::string>& keys) {
  for (const std::string& key : keys) EXPECT_TRUE(object.contains(key)) << key << " is not in " << object.dump(1);
}

/// Checks what every document has, and returns its results.
json expect_document(const json& document) {
  expect_keys(document, {"tool", "version", "command", "environment", "results"});
  if (!document.contains("environment")) return json::array();
  EXPECT_EQ(document.at("tool"), "driftbench");
  EXPECT_TRUE(document.at("version").is_string());
  EXPECT_TRUE(document.at("command").get<std::string>().starts_with("driftbench"));
  expect_keys(document.at("environment"), {"cpu", "isa", "compiler", "governor"});
  EXPECT_TRUE(document.at("environment").at("isa").is_string());
  EXPECT_TRUE(document.at("results").is_array());
  EXPECT_FALSE(document.at("results").empty());
  return document.at("results");
}

void expect_sample(const json& result, int chains) {
  expect_keys(result, {"drift", "target", "n", "k", "seed", "chains", "steps", "dt", "t_end", "fro_norms", "w1_norm",
                       "seconds"});
  EXPECT_EQ(result.at("chains"), chains);
  EXPECT_EQ(result.at("fro_norms").size(), static_cast<std::size_t>(chains));
  for (const json& norm : result.at("fro_norms")) EXPECT_TRUE(norm.is_number());
}

void expect_profile(const json& result) {
  expect_keys(result, {"drift", "target", "n", "k", "seed", "phase", "count", "mean_ns", "p50_ns", "p90_ns", "p99_ns",
                       "p999_ns", "max_ns"});
  EXPECT_EQ(result.contains("state_bytes"), result.at("phase") == "step");
}

std::set<std::string> values(const json& results, const char* key) {
  std::set<std::string> found;
  for (const json& result : results) {
    if (result.contains(key)) found.insert(result.at(key).get<std::string>());
  }
  return found;
}

TEST(Json, List) {
  const json results = expect_document(run_json("list"));
  for (const json& result : results) expect_keys(result, {"drift", "target", "n", "k", "state_bytes"});
  EXPECT_TRUE(values(results, "drift").contains("zero"));
}

TEST(Json, Sample) {
  const json results = expect_document(
      run_json(std::string("sample --chains 3 --seed 18446744073709551615 --drift zero,spectral") + kShort));
  ASSERT_EQ(results.size(), 2U);
  for (const json& result : results) {
    expect_sample(result, 3);
    EXPECT_EQ(result.at("n"), 32);
    EXPECT_EQ(result.at("k"), 4);
    EXPECT_EQ(result.at("seed"), "18446744073709551615");
    EXPECT_EQ(result.at("steps"), 16);
    EXPECT_EQ(result.at("dt"), 2.0);
    EXPECT_EQ(result.at("t_end"), 32.0);
  }
}

TEST(Json, Mse) {
  const json results =
      expect_document(run_json(std::string("mse --samples 50 --t-grid 8:0.75n:8 --drift all") + kSmall));
  ASSERT_EQ(results.size(), 3 * values(results, "drift").size());
  for (const json& result : results) {
    expect_keys(result,
                {"drift", "target", "n", "k", "seed", "t", "samples", "mse", "stderr", "trace", "stderr_trace"});
    EXPECT_EQ(result.at("samples"), 50);
    // Estimates and x have norms of at most 1, and the drift 0 has the error 1/2.
    EXPECT_LE(result.at("mse"), 4.0);
    if (result.at("drift") == "zero") {
      EXPECT_NEAR(result.at("mse").get<double>(), 0.5, 6 * result.at("stderr").get<double>());
    }
  }
  EXPECT_EQ(results.at(0).at("t"), 8.0);
  EXPECT_EQ(results.at(2).at("t"), 24.0);
}

TEST(Json, Profile) {
  const json results = expect_document(run_json(std::string("profile --steps 30 --drift zero,spectral") + kShort));
  const auto phases = values(results, "phase");
  EXPECT_TRUE(phases.contains("step") && phases.contains("drift") && phases.contains("noise"));
  for (const json& result : results) {
    expect_profile(result);
    EXPECT_EQ(result.at("count"), 30);
  }
}

TEST(Json, NoSubcommand) {
  const json results = expect_document(run_json(std::string("--drift zero") + kSmall));
  int samples = 0, profiles = 0, errors = 0;
  for (const json& result : results) {
    if (result.contains("fro_norms")) {
      ++samples;
      expect_sample(result, static_cast<int>(result.at("chains")));
    } else if (result.contains("phase")) {
      ++profiles;
      expect_profile(result);
    } else {
      ++errors;
      expect_keys(result,
                  {"drift", "target", "n", "k", "seed", "t", "samples", "mse", "stderr", "trace", "stderr_trace"});
    }
  }
  EXPECT_GE(samples, 1);
  EXPECT_GE(profiles, 3);
  EXPECT_GE(errors, 1);
}

TEST(Json, ArgumentsThatAreNotUtf8) {
  const Outcome outcome = run("$D list --json \"$T/$(printf 'f\\377')\" && cat \"$T/$(printf 'f\\377')\" >&2");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_TRUE(json::accept(outcome.err)) << outcome.err;
}

TEST(Output, FileAndTable) {
  const Outcome outcome = run(std::string("$D sample --drift zero --json \"$T/with table\"") + kShort);
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err, "");
  EXPECT_NE(outcome.out.find("zero"), std::string::npos);
  EXPECT_FALSE(json::accept(outcome.out));
  expect_document(json::parse(read_file(test_folder() + "with table"), nullptr, false));
  EXPECT_EQ(run("ls -a \"$T\" | grep -c partial").out, "0\n");
}

TEST(Output, HelpAndVersion) {
  for (const char* arguments :
       {"--help", "--version", "list --help", "sample --help", "mse --help", "profile --help", "denoise --help",
        "reduce --help", "lipschitz --help", "convergence --help", "scaling --help", "compare --help"}) {
    const Outcome outcome = run(std::string("$D ") + arguments);
    EXPECT_EQ(outcome.status, 0) << arguments;
    EXPECT_EQ(outcome.err, "") << arguments;
    EXPECT_NE(outcome.out, "") << arguments;
  }
}

TEST(Output, NoProgressOffTheTerminal) { EXPECT_EQ(run(std::string("$D sample --drift zero") + kShort).err, ""); }

/// Checks that `script` fails with status 1 and one line, that the file $T/kept keeps its content, that $T/absent is
/// not there, and that no partial file is left.
void expect_failure(const std::string& script) {
  SCOPED_TRACE(script);
  const Outcome outcome = run("rm -f \"$T/absent\"; echo before > \"$T/kept\"; " + script);
  EXPECT_EQ(outcome.status, 1);
  EXPECT_TRUE(outcome.err.starts_with("driftbench: ")) << outcome.err;
  EXPECT_EQ(read_file(test_folder() + "kept"), "before\n");
  EXPECT_EQ(run("ls -a \"$T\" | grep -E 'absent|partial'").out, "");
}

TEST(Output, FullDisk) {
  expect_failure("$D list --json /dev/full");
  expect_failure("$D list > /dev/full");
  expect_failure("$D list --json - > /dev/full");
}

TEST(Output, FileSizeLimit) {
  // stdout is a pipe, because the limit is for files.
  for (const char* name : {"absent", "kept"}) {
    for (const char* trap : {"", "trap '' XFSZ; "}) {
      const std::string script =
          std::string("(") + trap + "ulimit -f 0; $D list --json \"$T/" + name + "\" 2>&1; echo $?) | cat";
      const Outcome outcome = run("rm -f \"$T/absent\"; echo before > \"$T/kept\"; " + script);
      EXPECT_NE(outcome.out.find("nothing was kept\n1\n"), std::string::npos) << script << outcome.out;
      EXPECT_EQ(read_file(test_folder() + "kept"), "before\n");
      EXPECT_EQ(run("ls -a \"$T\" | grep -E 'absent|partial'").out, "");
    }
  }
}

TEST(Output, Interrupted) {
  for (const char* signal : {"INT", "TERM", "HUP"}) {
    for (const char* name : {"absent", "kept"}) {
      const Outcome outcome =
          run(std::string("rm -f \"$T/absent\"; echo before > \"$T/kept\"; timeout --preserve-status -s ") + signal +
              " 0.5 $D sample --n 32 --k 4 --chains 1000000 --json \"$T/" + name + "\"");
      EXPECT_GT(outcome.status, 128) << signal;
      EXPECT_EQ(outcome.out, "");
      EXPECT_EQ(read_file(test_folder() + "kept"), "before\n");
      EXPECT_EQ(run("ls -a \"$T\" | grep -E 'absent|partial'").out, "");
    }
  }
}

}  // namespace
}  // namespace driftbench
