// Tests what the program says, how it ends and what it leaves behind where the system refuses memory, threads or files,
// and where a signal arrives.
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/tools/command_line/run.h"
#include "tools/machine/conditions.h"

namespace driftbench {
namespace {

using nlohmann::json;

constexpr char kSample[] = "sample --n 32 --k 4 --drift power --dt 8 --t-end 2n --chains 200 --json - ";
/// Leaves memory for a run on one thread, but asks for stacks that are larger, so that no thread can be started.
constexpr char kNoThreads[] = "ulimit -s 1000000; ulimit -v 400000; ";

/// Checks that the text is one line of driftbench's, which holds all of `said`.
void expect_line(const std::string& line, const std::vector<std::string>& said) {
  EXPECT_TRUE(line.starts_with("driftbench: ")) << line;
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1) << line;
  for (const std::string& part : said) EXPECT_NE(line.find(part), std::string::npos) << part << " is not in: " << line;
}

/// Checks that `$D arguments` after the script fails with status 1 and one line, writes nothing, and leaves the file
/// $T/kept as it was.
void expect_failure(const std::string& script, const std::string& arguments, const std::vector<std::string>& said) {
  SCOPED_TRACE(script + arguments);
  const Outcome outcome =
      run("echo before > \"$T/kept\"; " + script + "timeout 60 $D " + arguments + " --json \"$T/kept\"");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.out, "");
  expect_line(outcome.err, said);
  EXPECT_EQ(read_file(test_folder() + "kept"), "before\n");
  EXPECT_EQ(run("ls -a \"$T\" | grep partial").out, "");
}

/// Sets v to the least memory, in KiB, with which the program starts.
const std::string kLeastMemory =
    "v=8000; while [ $v -lt 200000 ] && ! (ulimit -v $v; exec $D --version) > /dev/null 2>&1; do v=$((v + 400)); "
    "done\n";

json without_seconds(const std::string& document) {
  json results = json::parse(document, nullptr, /*allow_exceptions=*/false)["results"];
  for (json& result : results) result.erase("seconds");
  return results;
}

bool stacks_can_be_large() { return run("ulimit -s 1000000").status == 0; }

TEST(Limits, TheThreadsThatThereAreGoOn) {
  if (!stacks_can_be_large()) GTEST_SKIP() << "the limit on stacks cannot be raised here";
  const json expected = without_seconds(run(std::string("$D ") + kSample + "--threads 1").out);
  ASSERT_EQ(expected.size(), 1U);
  const Outcome none = run(std::string(kNoThreads) + "$D " + kSample + "--threads 200");
  EXPECT_EQ(none.status, 0);
  expect_line(none.err, {"warning: --threads: 200 are not to be had", "going on with 1,", "ulimit -u", "ulimit -v"});
  EXPECT_EQ(without_seconds(none.out), expected);
  // With stacks of 8 MiB, some threads can be started.
  const Outcome some = run(std::string("ulimit -s 8192; ulimit -v 200000; $D ") + kSample + "--threads 60");
  EXPECT_EQ(some.status, 0);
  expect_line(some.err, {"warning: --threads: 60 are not to be had", "going on with "});
  EXPECT_EQ(some.err.find("going on with 1,"), std::string::npos) << some.err;
  EXPECT_EQ(without_seconds(some.out), expected);
}

TEST(Limits, AStreamWithoutAThreadToWriteIt) {
  if (!stacks_can_be_large()) GTEST_SKIP() << "the limit on stacks cannot be raised here";
  expect_failure(kNoThreads, "profile --n 32 --k 4 --drift zero --steps 100 --stream /dev/null",
                 {"--stream", "a thread to write it cannot be had", "leave it out", "ulimit -u"});
}

TEST(Limits, MemoryForTheResultsIsAskedForBeforeTheWork) {
  const std::string limit = "ulimit -v 60000; ", drift = " --n 32 --k 4 --drift power --threads 1 ";
  const std::string before = "out of memory before the work began";
  expect_failure(limit, "sample --chains 1000000" + drift, {"--chains", before, "lower it", "ulimit -v"});
  expect_failure(limit, "mse --samples 100000000" + drift, {"--samples", before, "381 MiB", "lower it"});
  expect_failure(limit, "lipschitz --t 40 --samples 100000000" + drift, {"--samples", before, "lower it"});
  expect_failure(limit, "reduce --t 40 --copies 1000000 --samples 1000000" + drift, {"--samples", before, "lower it"});
  expect_failure(limit, "convergence --dt 1n --levels 10 --chains 1000000" + drift, {"--chains", before, "lower it"});
}

/// Memory is raised from the least with which the program starts to that which a run takes. Each run before must fail
/// and say so.
TEST(Limits, MemoryNamesWhatToLower) {
  const Outcome outcome =
      run(kLeastMemory +
          "while [ $v -lt 400000 ] && ! (ulimit -v $v; exec $D profile --n 350 --k 20 --drift all --steps 2) > "
          "/dev/null 2> \"$T/said\"; do\n"
          "  echo \"$(wc -l < \"$T/said\") $(cat \"$T/said\")\"; v=$((v + 400))\ndone\n[ $v -lt 400000 ]");
  EXPECT_EQ(outcome.status, 0) << "no memory was enough";
  EXPECT_NE(outcome.out, "");
  std::istringstream runs(outcome.out);
  for (std::string line; std::getline(runs, line);) {
    EXPECT_TRUE(line.starts_with("1 driftbench: out of memory; lower ")) << line;
    EXPECT_NE(line.find("--n"), std::string::npos) << line;
    EXPECT_NE(line.find("ulimit -v"), std::string::npos) << line;
  }
}

/// Many results are as much memory as few chains. Whatever the limit, a run does all, or says what to give less of.
TEST(Limits, MemoryForManyTimes) {
  const std::string grid = "--n 12 --k 3 --drift zero --threads 1 --quiet --samples 2 --t-grid 1:2000:1 ";
  for (const std::string& command : {"mse " + grid, "lipschitz " + grid}) {
    const Outcome outcome =
        run(kLeastMemory + "while [ $v -lt 40000 ]; do (ulimit -v $v; exec $D " + command +
            "--json \"$T/results\") > /dev/null 2> \"$T/said\"; echo \"$? $(cat \"$T/said\")\"; v=$((v + 1000)); done");
    std::istringstream runs(outcome.out);
    std::string line;
    std::getline(runs, line);
    int refused = 0;
    for (; line.starts_with("1 driftbench: "); std::getline(runs, line)) {
      EXPECT_NE(line.find("out of memory"), std::string::npos) << line;
      refused += line.find("fewer times") != std::string::npos;
    }
    EXPECT_GT(refused, 0) << outcome.out;
    EXPECT_EQ(line, "0 ");
    while (std::getline(runs, line)) EXPECT_EQ(line, "0 ");
  }
}

TEST(Limits, ASmallStack) {
  for (const std::string kibibytes : {"512", "256", "128"}) {
    EXPECT_EQ(run("ulimit -s " + kibibytes + "; $D list").status, 0) << kibibytes;
  }
}

TEST(Signals, EndARunThatLeavesWhatWasThere) {
  const std::string samples = "mse --n 32 --k 4 --drift power --samples 100000000 --threads 3 --json \"$T/kept\"";
  const std::string report = "report --full --n 32 --k 4 --out \"$T/absent\" --json \"$T/kept\"";
  const std::string stream =
      "profile --n 32 --k 4 --drift zero --steps 1000000000 --stream /dev/null --json \"$T/kept\"";
  for (const auto& [name, number] : {std::pair("INT", 2), {"TERM", 15}, {"HUP", 1}}) {
    for (const std::string& command : {samples, report, stream}) {
      if (command == report && number == 2) continue;  // a report that is interrupted writes what it has
      SCOPED_TRACE(command + " " + name);
      const Outcome outcome =
          run("echo before > \"$T/kept\"; env --default-signal=INT $D " + command + " 2> \"$T/said\" & p=$!; " +
              kUntilAtWork + "kill -" + std::string(name) + " $p; wait $p");
      EXPECT_EQ(outcome.status, 128 + number);
      EXPECT_EQ(outcome.out, "");
      // The shell itself may report that its child was ended.
      EXPECT_EQ(read_file(test_folder() + "said"), "");
      EXPECT_EQ(read_file(test_folder() + "kept"), "before\n");
      EXPECT_EQ(run("ls -a \"$T\" | grep -E 'absent|partial'").out, "");
    }
  }
}

/// Returns the signals of a process, as bits, from one of the lines of /proc/ID/status.
unsigned long signals(const std::string& status, const std::string& line) {
  const std::size_t at = status.find(line + ":");
  return at == std::string::npos ? 0 : std::stoul(status.substr(at + line.size() + 1), nullptr, 16);
}

TEST(Signals, WhatTheParentSetAsideStaysSo) {
  constexpr unsigned long kHup = 1U << 0, kInt = 1U << 1;
  const std::string report = "$D report --full --n 32 --k 4 --out \"$T/page\" & p=$!; " + kUntilAtWork +
                             "cat /proc/$p/status; kill $p; wait $p; echo $?";
  const std::string aside = run("trap '' INT HUP; " + report).out;
  EXPECT_EQ(signals(aside, "SigIgn") & (kInt | kHup), kInt | kHup) << aside;
  EXPECT_EQ(signals(aside, "SigCgt") & kInt, 0U) << aside;
  EXPECT_TRUE(aside.ends_with("143\n")) << aside;
  // A shell makes what it starts in the background ignore SIGINT; env undoes that.
  const std::string heard =
      run("exec env --default-signal=INT sh -c 'exec $D report --full --n 32 --k 4 --out \"$T/page\"' & p=$!; " +
          kUntilAtWork + "cat /proc/$p/status; kill $p; wait $p")
          .out;
  EXPECT_EQ(signals(heard, "SigCgt") & kInt, kInt) << heard;
}

TEST(ClosedDescriptors, WhatCannotBePrintedFails) {
  expect_line(run("$D list >&-").err, {"standard output: Bad file descriptor"});
  EXPECT_EQ(run("$D list >&-").status, 1);
  EXPECT_EQ(run("$D list 2>&-").status, 0);
  EXPECT_EQ(run("$D list --no-such-option 2>&-").status, 2);
  const Outcome both = run("$D list --json \"$T/results\" <&- 2>&- && cat \"$T/results\"");
  EXPECT_EQ(both.status, 0);
}

TEST(FullDisk, HelpAndVersion) {
  for (const std::string arguments : {"--help", "--version", "profile --help", "denoise --help"}) {
    const Outcome outcome = run("$D " + arguments + " > /dev/full");
    EXPECT_EQ(outcome.status, 1) << arguments;
    expect_line(outcome.err, {"standard output: No space left on device"});
    const Outcome closed = run("$D " + arguments + " >&-");
    EXPECT_EQ(closed.status, 1) << arguments;
    expect_line(closed.err, {"standard output: Bad file descriptor"});
  }
}

TEST(Latency, IsNotValidWhereTheWriterSharesTheCore) {
  const std::string cpu = std::to_string(allowed_cpus().front());
  const std::string doubt = "the steps and the stream's writer share a physical core: 2 threads at work on 1";
  const std::string profile = " $D profile --n 32 --k 4 --drift zero --steps 200 ";
  const Outcome table = run("taskset -c " + cpu + profile + "--stream /dev/null");
  EXPECT_EQ(table.status, 0) << table.err;
  EXPECT_NE(table.out.find("  not valid: " + doubt), std::string::npos) << table.out;
  for (const std::string more : {"", "--period 100us"}) {
    const json shared =
        json::parse(run("taskset -c " + cpu + profile + "--stream /dev/null --json - " + more).out)["results"];
    for (const json& result : shared) EXPECT_EQ(result.at("valid"), false);
    const json& doubts = shared.at(0).at("doubts");
    EXPECT_NE(std::find(doubts.begin(), doubts.end(), doubt), doubts.end()) << doubts;
    EXPECT_EQ(shared.at(0).at("conditions").at("physical_cores"), 1);
    EXPECT_EQ(shared.at(0).at("conditions").at("workers"), 2);
    const json alone = json::parse(run("taskset -c " + cpu + profile + "--json - " + more).out)["results"];
    EXPECT_EQ(alone.at(0).at("doubts").dump().find("share a physical core"), std::string::npos);
  }
}

}  // namespace
}  // namespace driftbench
