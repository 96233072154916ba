// Runs programs of the user's as drifts: estimator.cc, which can also go wrong, and those of examples/exec.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/files.h"
#include "tests/tools/command_line/run.h"

namespace driftbench {
namespace {

using nlohmann::json;

/// The shell leaves its place to the estimator, so that driftbench sees how that one ends.
constexpr char kEstimator[] = "exec tests/tools/command_line/estimator";

/// Returns the option that makes a drift of the estimator with these arguments.
std::string estimator(const std::string& arguments, const std::string& drifts_before = "") {
  return "--drift '" + drifts_before + "exec:" + kEstimator + " " + arguments + "' ";
}

/// Returns the results without the drift's name and what a clock measured.
json results(const std::string& arguments) {
  json all = run_json(arguments).at("results");
  for (json& result : all) {
    result.erase("seconds");
    result.erase("drift");
  }
  EXPECT_FALSE(all.empty()) << arguments;
  return all;
}

/// A request, as the estimator logs it.
struct Logged {
  int process;
  double t;
  int n, m;
};
std::vector<Logged> read_log(const std::string& path) {
  std::vector<Logged> requests;
  std::istringstream lines(read_file(path));
  for (Logged one{}; lines >> one.process >> one.t >> one.n >> one.m;) requests.push_back(one);
  return requests;
}
std::string new_log(const std::string& name) {
  std::filesystem::remove(test_folder() + name);
  return test_folder() + name;
}

constexpr char kSample[] = "sample --n 12 --k 3 --dt 1 --t-end 2n --chains 7 --seed 3 ";
constexpr char kMse[] = "mse --n 12 --k 3 --t 8,20 --samples 50 --seed 3 ";
constexpr char kReduce[] = "reduce --n 12 --k 3 --t 8 --dt 1 --t-end 2n --samples 3 --copies 9 --seed 3 ";
constexpr char kLipschitz[] = "lipschitz --n 12 --k 3 --t 8 --samples 5 --seed 3 ";

TEST(Exec, ResultsDependNeitherOnThreadsNorOnBatches) {
  for (const std::string command : {kSample, kMse, kReduce, kLipschitz}) {
    const json expected = results(command + estimator("") + "--threads 1");
    for (const char* const batch : {"batch 1 ", "batch 2 ", "batch 4 ", "batch 100 "}) {
      EXPECT_EQ(results(command + estimator(batch) + "--threads 1"), expected) << command << batch;
      EXPECT_EQ(results(command + estimator(batch) + "--threads 3"), expected) << command << batch;
    }
  }
}

TEST(Exec, ResultsAreThoseOfTheEstimator) {
  // With m = Y / (2t), m - x = W / (2t) - x / 2, whose mean square is n^2 / (4t) + P(s = 1) / 4 in the diagonal's and
  // the rest's noise together: (n (n - 1) / 2 + n) t / (4 t^2) = n (n + 1) / (8t).
  const json mse = results("mse --n 12 --k 3 --t 100 --samples 4000 " + estimator("batch 50")).at(0);
  EXPECT_NEAR(mse.at("mse").get<double>(), 12 * 13 / 800.0 + 0.125, 6 * mse.at("stderr").get<double>());
  // The estimate is linear in Y, with the constant 1 / (2t).
  const json lipschitz = results(kLipschitz + estimator("")).at(0);
  EXPECT_NEAR(lipschitz.at("constant_times_t").get<double>(), 0.5, 1e-3);
}

TEST(Exec, AnswersInDoublePrecisionAreTheSame) {
  EXPECT_EQ(results(kMse + estimator("double 2")), results(kMse + estimator("")));
}

TEST(Exec, JsonNamesTheDriftAsGiven) {
  const json all = run_json(kMse + estimator("batch 2", "zero,")).at("results");
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[1].at("drift"), "zero");
  EXPECT_EQ(all[2].at("drift"), std::string("exec:") + kEstimator + " batch 2");
}

TEST(Exec, ChainsAreGroupedInTheirOrder) {
  const std::string log = new_log("groups");
  results(kSample + estimator("batch 3 log " + log) + "--threads 1");
  const auto requests = read_log(log);
  ASSERT_EQ(requests.size(), 3U * 24);  // at t = 1 ... 24, as the drift is 0 at t = 0
  for (std::size_t i = 0; i < requests.size(); ++i) {
    EXPECT_EQ(requests[i].m, i < 48 ? 3 : 1) << i;
    EXPECT_EQ(requests[i].t, static_cast<double>(i % 24 + 1)) << i;
    EXPECT_EQ(requests[i].n, 12) << i;
  }
}

TEST(Exec, AProcessIsKeptForItsThread) {
  for (const std::size_t threads : {1U, 2U}) {
    const std::string log = new_log("processes");
    results(kMse + estimator("log " + log) + "--threads " + std::to_string(threads));
    std::set<int> processes;
    for (const Logged& request : read_log(log)) processes.insert(request.process);
    EXPECT_LE(processes.size(), threads);
    EXPECT_EQ(read_log(log).size(), 100U);
  }
}

TEST(Exec, ConvergenceRunsPrograms) {
  const json all = results("convergence --n 12 --k 3 --dt 1 --t-end 12 --chains 2 " + estimator("batch 4"));
  EXPECT_GT(all.at(0).at("error").get<double>(), 0);
}

TEST(Exec, AProfileTellsThePipeFromTheProcess) {
  const json all = run_json("profile --n 32 --k 4 --steps 300 " + estimator("batch 2")).at("results");
  std::vector<std::string> phases;
  for (const json& result : all) {
    phases.push_back(result.at("phase"));
    EXPECT_GT(result.at("mean_ns").get<double>(), 0) << result;
  }
  EXPECT_EQ(phases, (std::vector<std::string>{"step", "drift", "drift.pipe", "drift.wait", "noise"}));
}

TEST(Exec, ADistributionsFileHasNoFolderOfTheCommands) {
  const Outcome outcome = run("$D profile --n 12 --k 3 --steps 20 --hgrm $T/steps " + estimator("") + "> /dev/null");
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_NE(read_file(test_folder() + "steps.exec:exec tests_tools_command_line_estimator .step.hgrm"), "");
}

/// What goes wrong with an answer, and what is said of it.
struct Fault {
  const char *name, *said;
};
const std::vector<Fault> kFaults{
    {"nan", "its answer has NaN or infinity"},
    {"shape", "its answer has the shape (12); give (12, 12)"},
    {"oblong", "its answer has the shape (12, 13); give (12, 12)"},
    {"type", "its answer has numbers of another type; give little-endian '<f4' or '<f8'"},
    {"text", "its answer: not an .npy array"},
    {"short", "it was silent for 0.7 s"},
    {"silence", "it was silent for 0.7 s"},
    {"exit", "it ended with exit status 3"},
    {"signal", "it was ended by signal 6"},
    {"close", "it closed its standard output"},
};

TEST(Exec, AFaultEndsTheRunAndKeepsWhatIsDone) {
  for (const auto& [fault, said] : kFaults) {
    const std::string drift = estimator(std::string(fault) + " 60", "zero,");
    const Outcome outcome =
        run(std::string("timeout 60 $D ") + kMse + drift + "--threads 1 --exec-timeout 0.7 --json -");
    EXPECT_EQ(outcome.status, 1) << fault;
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
    EXPECT_NE(outcome.err.find(said), std::string::npos) << fault << ": " << outcome.err;
    EXPECT_NE(outcome.err.find("its last line on stderr: \"last \\x1b line\""), std::string::npos) << outcome.err;
    // The results of the drift before are kept, and so is that of the time before, with 50 samples.
    const json document = json::parse(outcome.out, nullptr, false);
    ASSERT_TRUE(document.is_object()) << fault << ": " << outcome.out;
    EXPECT_EQ(document.at("results").size(), 3U) << fault;
  }
}

TEST(Exec, AFaultOfTheFirstMeasurementLeavesNothing) {
  const Outcome outcome = run(std::string("timeout 60 $D ") + kMse + estimator("exit 1") + "--json $T/none.json");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.out, "");
  EXPECT_FALSE(std::filesystem::exists(test_folder() + "none.json"));
}

TEST(Exec, ChainsThatHadEndedAreKept) {
  const Outcome outcome = run(std::string("timeout 60 $D ") + kSample + estimator("batch 3 exit 60") +
                              "--threads 1 --json - --out $T/kept.npy");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.err.find("the 6 of 7 chains that had ended are kept"), std::string::npos) << outcome.err;
  const json result = json::parse(outcome.out).at("results").at(0);
  const json all = results(kSample + estimator("")).at(0);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(result.at("fro_norms")[i], all.at("fro_norms")[i]);
  EXPECT_TRUE(result.at("fro_norms")[6].is_null());
  EXPECT_TRUE(result.at("w1_norm").is_null());

  // The frames of those chains are whole: they are those of a run that does not fail, up to the last one's end.
  ASSERT_EQ(run(std::string("$D ") + kSample + estimator("batch 3") + "--threads 2 --out $T/all.npy --quiet").status,
            0);
  const std::string frames = read_file(test_folder() + "all.npy"), kept = read_file(test_folder() + "kept.npy");
  ASSERT_EQ(frames.size() % 7, 0U);
  EXPECT_EQ(kept, frames.substr(0, frames.size() / 7 * 6));
}

TEST(Exec, MuchOnStderrBlocksNobody) {
  EXPECT_EQ(results(kMse + estimator("flood 3") + "--exec-timeout 20"), results(kMse + estimator("")));
}

TEST(Exec, AProgramThatIsNotReadyIsRefused) {
  const std::string mse = std::string("mse --n 12 --k 3 --json $T/refused.json --drift ");
  expect_refused(mse + "exec:/nonexistent/program", {"exec:/nonexistent/program", "exit status 127", "not found"});
  expect_refused(mse + "exec:/etc/passwd", {"exec:/etc/passwd", "exit status 126"});
  expect_refused(mse + "'zero,exec:echo a, b >&2; exit 3'", {"exit status 3", "stderr: \"a, b\"", "\"ready\""});
  expect_refused(mse + "exec:", {"\"exec:\"", "exit status 0"});
  expect_refused(mse + "'exec:echo hello'", {"\"hello\"", "\"ready M\""});
  expect_refused(mse + "'exec:echo ready 0'", {"\"ready 0\"", "M from 1 to"});
  expect_refused(mse + "'exec:echo ready 2x'", {"\"ready 2x\""});
  expect_refused(mse + "'exec:sleep 100' --exec-timeout 0.2", {"silent for 0.2 s"});
  EXPECT_FALSE(std::filesystem::exists(test_folder() + "refused.json"));
}

TEST(Exec, ProgramsAreRefusedWhereTheyCannotRun) {
  expect_refused("scaling --k 4 --drift exec:cat", {"\"exec:cat\"", "sample, mse, profile"});
  expect_refused("denoise --k 4 --t 4 --drift exec:cat", {"\"exec:cat\"", "sample, mse, profile"});
  expect_refused("mse --n 32 --k 4 --drift 'gated(exec:cat)'", {"gated(exec:cat)", "not of rank one"});
  expect_refused("mse --n 32 --k 4 --drift exec:cat --exec-timeout 0", {"--exec-timeout", "\"0\"", "0.001 to 1e+06"});
}

TEST(Exec, EndsWithItsPrograms) {
  const std::string log = new_log("left");
  results(kMse + estimator("log " + log) + "--threads 2");
  for (const Logged& request : read_log(log)) {
    EXPECT_FALSE(std::filesystem::exists("/proc/" + std::to_string(request.process))) << request.process;
  }
}

/// Whether Debian's Python has the module.
bool has_python(const std::string& module) { return run("/usr/bin/python3 -c 'import " + module + "'").status == 0; }

TEST(Exec, SpectralInNumPyIsSpectral) {
  if (!has_python("numpy")) GTEST_SKIP() << "there is no python3-numpy; tools/setup test installs it";
  const std::string size = "--n 32 --k 4 --chains 6 --dt 4 --seed 5 ", spectral = "--drift spectral ";
  const std::string program = "--drift 'exec:examples/exec/spectral.py 4 6' ";
  const json own = results("sample " + size + spectral).at(0).at("fro_norms");
  const json theirs = results("sample " + size + program).at(0).at("fro_norms");
  for (std::size_t i = 0; i < own.size(); ++i) EXPECT_NEAR(own[i].get<double>(), theirs[i].get<double>(), 1e-5) << i;

  const std::string mse = "mse --n 32 --k 4 --t 0.8n,1.2n --samples 200 ";
  const json own_mse = results(mse + spectral),
             their_mse = results(mse + "--drift 'exec:examples/exec/spectral.py 4' ");
  for (std::size_t i = 0; i < 2; ++i) {
    const double error = own_mse[i].at("stderr").get<double>();
    EXPECT_NEAR(own_mse[i].at("mse").get<double>(), their_mse[i].at("mse").get<double>(), 0.2 * error) << i;
  }
}

TEST(Exec, ATorchModuleIsADrift) {
  if (!has_python("torch")) GTEST_SKIP() << "there is no python3-torch";
  const Outcome made = run(R"(cat > $T/half.py <<'END'
import sys, torch
class Half(torch.nn.Module):
    def forward(self, y: torch.Tensor, t: float):
        return torch.clamp(y / (2 * t), -1, 1)
torch.jit.script(Half()).save(sys.argv[1])
END
/usr/bin/python3 $T/half.py $T/half.pt)");
  ASSERT_EQ(made.status, 0) << made.err;
  const json theirs = results(std::string(kMse) + "--drift 'exec:examples/exec/torch_module.py '$T'/half.pt 10'");
  const json own = results(kMse + estimator(""));
  for (std::size_t i = 0; i < own.size(); ++i) {
    EXPECT_NEAR(own[i].at("mse").get<double>(), theirs[i].at("mse").get<double>(), 1e-5);
  }
}

TEST(Exec, TorchSaysThatItIsMissing) {
  if (has_python("torch") || !has_python("numpy")) GTEST_SKIP() << "there is python3-torch, or no python3-numpy";
  expect_refused("mse --n 12 --k 3 --drift 'exec:examples/exec/torch_module.py x.pt'", {"no PyTorch", "python3-torch"});
}

}  // namespace
}  // namespace driftbench
