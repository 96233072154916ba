// Tests what is written, said and left where an output fails; each of the other outputs must be complete.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "tests/tools/command_line/run.h"

namespace driftbench {
namespace {

using nlohmann::json;

constexpr char kProfile[] = "$D profile --n 12 --k 3 --steps 20 --drift zero --quiet ";
constexpr char kNoSpace[] = "No space left on device";

std::string in_folder(const std::string& name) { return read_file(test_folder() + "folder/" + name); }

/// Runs the script in an empty folder. It must end with this status, say all of `said` in one line, and leave no
/// temporary file.
Outcome expect_failure(const std::string& script, const std::vector<std::string>& said, int status = 1) {
  SCOPED_TRACE(script);
  Outcome outcome = run("D=$PWD/$D; rm -rf \"$T/folder\"; mkdir \"$T/folder\"; cd \"$T/folder\"; " + script +
                        "\ns=$?; ls -a > ../names; exit $s");
  EXPECT_EQ(outcome.status, status);
  EXPECT_TRUE(outcome.err.starts_with("driftbench: ")) << outcome.err;
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  for (const std::string& part : said) EXPECT_NE(outcome.err.find(part), std::string::npos) << outcome.err;
  EXPECT_EQ(read_file(test_folder() + "names").find("partial"), std::string::npos);
  return outcome;
}

void expect_json(const std::string& name) { EXPECT_TRUE(json::accept(in_folder(name))) << name << in_folder(name); }

/// Checks that each of the profile's four outputs is complete, except the one that failed.
void expect_others(const std::string& failed) {
  if (failed != "json") expect_json("json");
  if (failed != "trace") expect_json("trace");
  if (failed != "hgrm") {
    EXPECT_NE(in_folder("h.zero.step.hgrm").find("#[Max"), std::string::npos);
  }
  if (failed != "stream") {
    EXPECT_NE(in_folder("stream").find("{\"end\":"), std::string::npos);
  }
}

TEST(OutputFailures, AFullDiskCostsOneOutput) {
  for (const std::string full : {"json", "trace", "stream", "hgrm"}) {
    std::string arguments = "--hgrm h ";
    for (const std::string name : {"json", "trace", "stream"}) {
      arguments += "--" + name + " " + (name == full ? "/dev/full " : name + " ");
    }
    const std::string before = full == "hgrm" ? "ln -s /dev/full h.zero.step.hgrm; " : "";
    const Outcome outcome = expect_failure(before + kProfile + arguments, {"--" + full + ": \"", kNoSpace});
    EXPECT_NE(outcome.out.find("zero"), std::string::npos) << outcome.out;
    expect_others(full);
  }
}

TEST(OutputFailures, AFullDiskOfAllOutputs) {
  expect_failure(std::string(kProfile) + "--json /dev/full --trace /dev/full --stream /dev/full > /dev/full",
                 {"driftbench: --stream: \"/dev/full\": No space left on device; 20 of 20 steps were lost; "
                  "--trace: \"/dev/full\": No space left on device; --json: \"/dev/full\": No space left on device; "
                  "standard output: No space left on device\n"});
}

TEST(OutputFailures, ThePicture) {
  if (run("command -v gnuplot").status != 0) GTEST_SKIP() << "there is no gnuplot";
  const std::string scaling = "$D scaling --k 3 --steps 20 --drift zero --quiet ";
  const Outcome outcome =
      expect_failure(scaling + "--picture /dev/full --json json", {"--picture: \"/dev/full\"", kNoSpace});
  EXPECT_NE(outcome.out.find("zero"), std::string::npos);
  expect_json("json");
  expect_failure(scaling + "--picture picture --json - > /dev/full", {"standard output", kNoSpace});
  EXPECT_TRUE(in_folder("picture").starts_with("<svg"));
}

/// The report is interrupted at work, and writes what it has.
TEST(OutputFailures, TheReport) {
  const auto report = [](const std::string& outputs) {
    return run(
        "D=$PWD/$D; rm -rf \"$T/folder\"; mkdir \"$T/folder\"; cd \"$T/folder\"; "
        "env --default-signal=INT $D report --full --n 12 --k 3 " +
        outputs + " & p=$!; " + kUntilAtWork + "kill -INT $p; wait $p");
  };
  const Outcome no_page = report("--out /dev/full --json json");
  EXPECT_EQ(no_page.status, 1);
  EXPECT_TRUE(no_page.err.ends_with("driftbench: --out: \"/dev/full\": No space left on device\n")) << no_page.err;
  EXPECT_EQ(no_page.out, "json: its numbers\n");
  expect_json("json");
  const Outcome no_numbers = report("--out page --json /dev/full");
  EXPECT_EQ(no_numbers.status, 1);
  EXPECT_TRUE(no_numbers.err.ends_with("driftbench: --json: \"/dev/full\": No space left on device\n"))
      << no_numbers.err;
  EXPECT_EQ(no_numbers.out, "page: the page, partial: not all was measured\n");
  EXPECT_NE(in_folder("page").find("</html>"), std::string::npos);
}

TEST(OutputFailures, ATableThatCannotBePrinted) {
  expect_failure(std::string(kProfile) + "--json json --trace trace --hgrm h --stream stream > /dev/full",
                 {"driftbench: standard output: No space left on device\n"});
  expect_others("");
  // The reader leaves before there is anything to read.
  expect_failure("(sleep 0.5; $D list --json json; echo $? > status) | true; exit $(cat status)",
                 {"driftbench: standard output: Broken pipe\n"});
  expect_json("json");
}

/// The output is more than a pipe holds, and its reader opens the pipe and leaves.
TEST(OutputFailures, AReaderThatLeaves) {
  const std::string start = "mkfifo pipe; (: < pipe) & ";
  expect_failure(start + "$D sample --drift zero --n 12 --k 3 --dt 4 --t-end 1n --chains 10000 --quiet --json pipe",
                 {"driftbench: --json: \"pipe\": Broken pipe\n"});
  const std::string profile = "$D profile --drift zero,power --n 12 --k 3 --steps 20000 --quiet ";
  expect_failure(start + profile + "--stream pipe --json json", {"--stream: \"pipe\": Broken pipe", "steps were lost"});
  expect_json("json");
}

TEST(OutputFailures, ClosedStreams) {
  const std::string closed = "driftbench: standard output: Bad file descriptor\n";
  expect_failure("$D list --json json >&-", {closed});
  expect_json("json");
  // The next file that is opened would get the number of a standard stream that is closed.
  expect_failure("mkfifo pipe; cat pipe > json & $D list --json pipe >&-; s=$?; wait; (exit $s)", {closed});
  expect_json("json");
  expect_failure("$D list --json json <&- 2>&- > /dev/full || $D list --json json <&- >&-", {closed});
  expect_json("json");
  expect_failure("$D list --json - >&-", {"--json: \"-\" is not possible: standard output is closed"}, 2);
  expect_failure("$D denoise --k 4 --drift amp --t 280 >&-", {"standard output: closed"}, 2);
  expect_failure(std::string(kProfile) + "--json json --trace trace --hgrm h --stream stream <&- >&-", {closed});
  expect_others("");
}

TEST(OutputFailures, TheLimitOfAFilesSize) {
  // Messages go into a pipe, because the limit is for files.
  const std::string before = "for f in json trace h.zero.step.hgrm; do echo before > $f; ln $f $f.link; done; ";
  for (const std::string& links : {std::string(), before}) {
    const Outcome outcome =
        run("D=$PWD/$D; rm -rf \"$T/folder\"; mkdir \"$T/folder\"; cd \"$T/folder\"; " + links + "(ulimit -f 0; " +
            kProfile + "--json json --trace trace --hgrm h --stream stream 2>&1 > /dev/null; echo $?) | cat >&2");
    EXPECT_TRUE(outcome.err.ends_with("\n1\n")) << outcome.err;
    for (const char* said : {"--json: \"json\"", "--trace: \"trace\"", "--hgrm: \"h.zero", "--stream: \"stream\"",
                             "File too large, nothing was kept"}) {
      EXPECT_NE(outcome.err.find(said), std::string::npos) << outcome.err;
    }
    for (const char* name : {"json", "trace", "h.zero.step.hgrm"})
      EXPECT_EQ(in_folder(name), links.empty() ? "" : "before\n");
    EXPECT_EQ(run("ls -a \"$T/folder\" | grep partial").out, "");
  }
}

/// The file system has 64 KiB, and the document is larger.
TEST(OutputFailures, ASmallDisk) {
  const std::string with = geteuid() == 0 ? "unshare --mount sh -c '" : "unshare --map-root-user --mount sh -c '";
  const std::string mount = with + "mkdir disk; mount -t tmpfs -o size=64k none disk && ";
  if (run("cd \"$T\"; rm -rf disk; " + mount + "true'").status != 0) GTEST_SKIP() << "this user cannot mount a disk";
  const std::string sample =
      "$D sample --drift zero --n 12 --k 3 --dt 4 --t-end 1n --chains 10000 --quiet --json disk/json; s=$?; "
      "ls -a disk > left; cp disk/json .; exit $s'";
  // The first file would be replaced by one beside it; the second has another link and would be overwritten in place.
  for (const std::string link : {"", "ln disk/json disk/link; "}) {
    const Outcome outcome = expect_failure("export D; " + mount + "echo before > disk/json; " + link + sample,
                                           {"--json: \"disk/json\": No space left on device, nothing was kept"});
    EXPECT_NE(outcome.out.find("zero"), std::string::npos);
    EXPECT_EQ(in_folder("json"), "before\n");
    EXPECT_EQ(in_folder("left").find("partial"), std::string::npos);
  }
}

/// The reader of a stream must be able to tell that it is not complete.
TEST(OutputFailures, AnInterruptedStreamHasNoEnd) {
  const Outcome outcome =
      run("$D profile --n 32 --k 4 --steps 100000000 --drift zero --stream \"$T/cut\" & p=$!; "
          "for i in $(seq 600); do [ -s \"$T/cut\" ] && break; sleep 0.05; done; "
          "kill $p; wait $p; s=$?; grep -c '\"step\"' \"$T/cut\"; grep -c end \"$T/cut\"; exit $s");
  EXPECT_EQ(outcome.status, 128 + 15);
  EXPECT_NE(outcome.out.substr(0, 2), "0\n");
  EXPECT_TRUE(outcome.out.ends_with("\n0\n")) << outcome.out;
}

}  // namespace
}  // namespace driftbench
